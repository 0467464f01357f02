import { texts } from '../../i18n'

/** Texts of signing in and of accepting an invitation. */
export const sessionTexts = texts('session', {
  signIn: {
    title: 'Sign in',
    lead: 'To your hosting, or to the accounts you look after.',
    login: 'E-mail or user name',
    password: 'Password',
    submit: 'Sign in',
    missing: 'Enter both, please.',
    again: 'You are signed out',
    againLead: 'Your session ended. Sign in again to go on where you were; nothing on this page is lost.',
    other: 'Leave this page',
    promise: 'Whoever enters an account signs the guest book.',
    promiseText:
      'When somebody helps you inside your account, you see who came, why, for how long, and what was changed.',
  },
  code: {
    app: 'Code',
    appHint: 'The six digits that your app shows now.',
    recovery: 'Recovery code',
    recoveryHint: 'One of those you kept when you set up your second factor. Each works once.',
    useRecovery: 'Use a recovery code instead',
    useApp: 'Use the app instead',
    missing: 'Enter the code, please.',
  },
  passkey: {
    signIn: 'Sign in with a passkey',
    second: 'Use your passkey',
    or: 'or',
  },
  stepUp: {
    title: 'Is it still you?',
    lead: 'You signed in a while ago. Enter your password to go on; nothing you typed is lost.',
    leadPasskey:
      'You signed in a while ago. Use your passkey or your password to go on; nothing you typed is lost.',
    password: 'Your password',
    submit: 'Go on',
    missing: 'Enter your password, please.',
  },
  gate: {
    title: 'Set up a second factor',
    lead: 'Your role opens the accounts of others, so a password alone is not enough for it. This takes a minute and is done once.',
    leadAll:
      'Here everybody signs in with more than a password. Setting that up takes a minute and is done once.',
    passkey: 'With a passkey',
    passkeyText:
      'Your phone, your computer or a security key signs you in, with your fingerprint, face or PIN.',
    app: 'With an app',
    signOut: 'Sign out',
  },
  problem: {
    throttled: 'Too many tries. You can try again in {{time}}.',
    throttledSoon: 'Too many tries. Wait a moment and try again.',
  },
  welcome: {
    title: 'Welcome',
    lead: 'Choose the password you will sign in with. Nobody else ever sees it.',
    password: 'New password',
    repeat: 'The same again',
    rule: 'At least 12 characters. A few words you can remember are better than a short riddle.',
    short: 'At least 12 characters, please.',
    differs: 'These two are not the same.',
    submit: 'Set the password',
    doneTitle: 'Your password is set',
    doneText: 'You can sign in with it now.',
    done: 'Go to the sign-in',
    missingTitle: 'This link is incomplete',
    missingText:
      'Open the link from the e-mail again, whole. If it no longer works, ask for a new invitation.',
    invalid: 'This link has been used already or is too old. Ask for a new invitation.',
  },
})
