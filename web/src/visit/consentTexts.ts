import { texts } from '../i18n'

/** Texts about asking before a visit, for those who ask and those who answer as a second administrator. */
export const consentTexts = texts('consent', {
  waiting: 'Waiting for approval',
  waitingText:
    '{{name}} wants to be asked first, and has been asked in the panel and by mail. You may leave this page: the request waits until {{until}}, and you find it above your pages once it is answered.',
  waitingGlass:
    'Another administrator has to agree: nobody opens a locked account alone. You may leave this page; the request waits until {{until}}.',
  approved: 'You may come in',
  approvedText: '{{by}} agreed. Start before {{until}}; after that, you have to ask again.',
  start: 'Start the visit',
  over: {
    denied: 'The request was turned down',
    withdrawn: 'The request was taken back',
    lapsed: 'The request has lapsed',
    started: 'A visit began on this request',
  },
  overText: 'You can ask again.',
  code: 'Code',
  codeHint: 'On the phone? The owner can read you the six digits from the mail.',
  codeGive: 'Use the code',
  withdraw: 'Take the request back',
  locked: 'Nobody may enter this account',
  lockedText: 'The owner has locked it. Ask the owner to open it, or to choose “Ask me first”.',
  glassText:
    'Only for an incident or abuse: another administrator has to agree, and {{name}} is told at once that the lock was opened, by whom and why.',
  glassCode: 'Choose “Incident” or “Abuse report” above to do this.',
  glass: 'Ask a second administrator',
  mine: {
    waiting: 'Waiting for the approval of {{name}}',
    waitingGlass: 'Waiting for a second administrator to open the account of {{name}}',
    approved: 'You may come in to the account of {{name}}',
    look: 'Look at the request',
  },
  second: {
    title: '{{actor}} asks to enter the locked account of {{name}}',
    text: '{{code}}: “{{reason}}”. {{name}} is told at once when the visit begins.',
    approve: 'Agree',
    deny: 'Do not agree',
  },
  title: 'Request to enter {{name}}',
  suspended: 'This account is suspended or blocked, so it can only be viewed.',
})
