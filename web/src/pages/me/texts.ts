import { texts } from '../../i18n'

/** Texts of the pages about oneself. */
export const meTexts = texts('me', {
  profile: {
    title: 'Profile',
    lead: 'Your name and your password.',
    details: 'Name',
    name: 'Name',
    account: 'Account',
    role: 'You are',
    saved: 'Saved.',
  },
  password: {
    title: 'Password',
    note: 'When you change it, you stay signed in here and are signed out everywhere else.',
    current: 'Current password',
    next: 'New password',
    repeat: 'The same again',
    short: 'At least 12 characters, please.',
    differs: 'These two are not the same.',
    missing: 'This is needed.',
    submit: 'Change password',
    done: 'Your password is changed.',
    closed: 'The password is closed to staff: only the owner of the account can change it.',
  },
  sessions: {
    title: 'Sessions',
    lead: 'Where you are or were signed in. End what you do not recognise, and change your password.',
    this: 'This one',
    column: { where: 'Where', address: 'Address', began: 'Signed in', last: 'Last seen', state: 'State' },
    open: 'Signed in',
    ended: 'Ended',
    end: 'Sign out there',
    endTitle: 'Sign out there?',
    endText: '{{where}} at {{ip}} is signed out at once. What is not saved there is lost.',
    done: 'It is signed out.',
    lasted: 'Ended after {{time}}',
    emptyTitle: 'No sessions',
    reason: {
      signed_out: 'by signing out',
      idle: 'after a long silence',
      expired: 'at its time limit',
      ended_elsewhere: 'from another session',
      blocked: 'because the sign-in was blocked',
      password_changed: 'because the password was changed',
    },
  },
})
