import { texts } from '../../i18n'

/** Texts with which an owner decides who comes in. */
export const ownerTexts = texts('ownerConsent', {
  title: 'Who may come in',
  note: 'For support and your reseller. You alone decide this, and nobody can change it while in your account.',
  open: 'Tell me',
  openText: 'They may come in, and you are told at once.',
  ask: 'Ask me first',
  askText:
    'They have to wait until you agree: here, by the link in the mail, or by the code you read out on the phone.',
  locked: 'Nobody may enter',
  lockedText: 'Only for an incident or abuse, if two administrators agree; you are told at once.',
  lockTitle: 'Lock your account?',
  lockText:
    'Nobody from support or your reseller can come in to help you. Whoever is inside now is put out at once, and what is asked is turned down.',
  lockAct: 'Lock the account',
  changed: 'Your decision is in force.',
  asks: '{{actor}} asks to be let in',
  asksLook: 'wants to view only',
  asksChange: 'wants to make changes',
  until: 'Waits until {{until}}',
  approved: 'You agreed; the visit has not begun',
  approve: 'Let in',
  deny: 'Do not let in',
  takeBack: 'Take it back',
  link: {
    title: 'Let somebody in?',
    lead: '{{actor}} asks to come in to the account “{{name}}”. Nothing has been answered by opening this page.',
    missingTitle: 'This link is incomplete',
    missingText: 'Open the link from the mail again, or answer in the panel on the page “Who was here”.',
    overTitle: 'There is nothing to answer here',
    yesTitle: 'You agreed',
    yesText:
      'The visit may begin within 30 minutes. You are told when it begins, and read afterwards what was done.',
    noTitle: 'You did not agree',
    noText: 'Nobody comes in on this request.',
    reason: 'Reason',
    wants: 'Wants',
  },
})
