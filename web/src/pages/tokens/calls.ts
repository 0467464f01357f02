import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '../../api/client'
import { queryClient } from '../../api/session'
import { maybe } from '../../i18n'

/** tokensQuery asks for a page of one's own tokens, and for what a new one can be given. */
export const tokensQuery = (cursor?: string) =>
  queryOptions({
    queryKey: ['tokens', cursor],
    queryFn: () => ok(api.GET('/tokens', { params: { query: { cursor, page_size: 50 } } })),
  })

/** tokensChanged reads the lists of tokens anew. */
export const tokensChanged = () => queryClient.invalidateQueries({ queryKey: ['tokens'] })

/** scopeName says what a scope is for; one that is not known here yet is shown as it is called. */
export const scopeName = (scope: string): string =>
  maybe('tokens', `scope.${scope.replace(':', '_')}`) ?? scope

/** linesOf returns what stands on the lines of a text. */
export const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean)
