import { texts } from '../../i18n'

/** Texts of the page to which a billing system or help desk leads. */
export const ssoTexts = texts('sso', {
  title: 'Sign in as {{name}}',
  lead: 'Another system has led you here. Nothing happens before you choose to go in.',
  visit: 'What it is about',
  account: 'Account',
  reason: 'Reason',
  reasonHint: 'The customer reads this exactly.',
  ticket: 'Ticket',
  until: 'The link is good until',
  begin: 'Sign in as this user',
  goneTitle: 'This link leads nowhere',
  missing: 'There is no link in this address.',
  home: 'Go to the dashboard',
})
