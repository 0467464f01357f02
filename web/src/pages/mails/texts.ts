import { texts } from '../../i18n'

/** Texts about the mail that the system itself sends. */
export const mailTexts = texts('mails', {
  title: 'Mail sent',
  lead: 'Invitations and notices that went out, and those that could not.',
  column: { subject: 'Subject', to: 'To', created: 'Written', state: 'State' },
  sent: 'Sent',
  waiting: 'Waiting',
  failing: 'Failing',
  undelivered: 'Notice undelivered',
  onlyUndelivered: 'Undelivered only',
  allDelivered: 'Every message was handed over, or is still being tried.',
  attempts_one: '{{count}} try',
  attempts_other: '{{count}} tries',
  empty: { title: 'No mail yet', text: 'Invitations and notices of visits appear here when they are sent.' },
  open: 'Read {{subject}}',
  error: 'Last error',
  event: 'Event',
  sentAt: 'Sent at',
  id: 'Message-ID',
  text: 'Text of the message',
})
