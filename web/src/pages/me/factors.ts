import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { passkeysQuery } from '../../api/passkey'
import { queryClient, sessionQuery } from '../../api/session'

export const factorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: () => ok(api.GET('/me/second-factor')),
})

/** reloadFactors reads anew what a change of a second factor changes. */
export const reloadFactors = (): Promise<unknown> =>
  Promise.all(
    [factorQuery.queryKey, passkeysQuery.queryKey, sessionQuery.queryKey, ['sessions']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  )
