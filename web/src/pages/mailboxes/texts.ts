import { texts } from '../../i18n'

/** Texts about mailboxes. */
export const mailboxTexts = texts('mailboxes', {
  title: 'Mailboxes',
  lead: 'Addresses that receive mail. Only you choose their passwords: nobody else can, not even support.',
  leadActing:
    'Addresses that receive mail. Their contents and passwords are closed to you; a mailbox you create waits until its owner sets the password.',
  create: 'Create a mailbox',
  search: { label: 'Search mailboxes', placeholder: 'Address' },
  column: { address: 'Address', status: 'Status', used: 'Used', created: 'Since' },
  status: {
    active: 'Active',
    waiting_for_password: 'Waits for a password',
    waiting_for_owner: 'Waits for the owner’s password',
  },
  waits: {
    title_one: 'One mailbox waits for your password',
    title_other: '{{count}} mailboxes wait for your password',
    text: 'It was made for you by somebody else. It receives mail, but nobody can open it before you set the password.',
    act: 'Set password',
    staff:
      'It receives mail already. Only the owner of the account can set its password and open it; they have been told.',
  },
  empty: {
    title: 'No mailboxes yet',
    text: 'Create the first one to receive mail at your own domain.',
    textOther: 'This account has no mailbox yet.',
    noDomain: 'A mailbox needs a domain. Add one first.',
    addDomain: 'Go to the domains',
  },
  form: {
    title: 'Create a mailbox',
    local: 'Address',
    domain: 'Domain',
    password: 'Password',
    passwordHint: 'At least 12 characters. You can also set it later.',
    later: 'The password is left to the owner',
    laterText:
      'Whoever sets a mailbox password could read the mail, so only the owner of the account does. The mailbox receives mail at once and opens as soon as the owner has set the password.',
    quota: 'Size',
    quotaHint: 'How much mail it can hold.',
    unlimited: 'As the plan allows',
    submit: 'Create mailbox',
    bad: 'Letters, digits and . _ - + only.',
    short: 'At least 12 characters, please.',
    missing: 'This is needed.',
  },
  act: { password: 'Set password…', quota: 'Change size…', delete: 'Delete mailbox…' },
  password: { title: 'Password of {{address}}', new: 'New password', submit: 'Set password' },
  quota: { title: 'Size of {{address}}', submit: 'Save size' },
  delete: {
    title: 'Delete {{address}}?',
    text: 'The mailbox and all mail in it are deleted, and new mail to the address is refused.',
    submit: 'Delete mailbox',
  },
  done: {
    created: '{{address}} was created.',
    createdWaiting: '{{address}} was created. It waits for its owner to set the password.',
    password: 'The password is set.',
    quota: 'The size is saved.',
    deleted: '{{address}} was deleted.',
  },
})
