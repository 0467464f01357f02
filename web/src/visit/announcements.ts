import { queryOptions, useMutation } from '@tanstack/react-query'
import { api, ok } from '../api/client'
import { queryClient } from '../api/session'
import { type Why, whyBody } from './start'

/** announcementsQuery asks what this person has announced to an account and has not come for yet. */
export const announcementsQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['announcements', accountId],
    queryFn: () =>
      ok(api.GET('/impersonation-announcements', { params: { query: { account_id: accountId } } })),
  })

/** useAnnounce tells the owner of an account that this person is coming, and why. */
export function useAnnounce(accountId: string, onDone: () => void) {
  return useMutation({
    mutationFn: (why: Why) =>
      ok(api.POST('/impersonation-announcements', { body: { account_id: accountId, ...whyBody(why) } })),
    onSuccess: async () => {
      onDone()
      await queryClient.invalidateQueries({ queryKey: ['announcements', accountId] })
    },
  })
}
