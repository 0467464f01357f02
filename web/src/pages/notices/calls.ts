import { queryOptions } from '@tanstack/react-query'
import { api, ok } from '../../api/client'

/** noticeMailsQuery gets what mails are sent about. */
export const noticeMailsQuery = queryOptions({
  queryKey: ['notification-templates'],
  queryFn: () => ok(api.GET('/notification-templates')),
})

/** templateQuery gets the text of one mail in one language. */
export const templateQuery = (event: string, language: string) =>
  queryOptions({
    queryKey: ['notification-templates', event, language],
    queryFn: () =>
      ok(
        api.GET('/notification-templates/{event}/texts/{language}', {
          params: { path: { event, language } },
        }),
      ),
  })

/** noticeSettingsQuery gets how the own account is told. */
export const noticeSettingsQuery = queryOptions({
  queryKey: ['notification-settings'],
  queryFn: () => ok(api.GET('/me/notification-settings')),
})

/** capital begins a sentence: the server names what a mail is about as it stands within one. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
