import { texts } from '../../i18n'

/** Texts about the work that goes on behind the panel. */
export const jobTexts = texts('jobs', {
  title: 'Jobs',
  lead: 'Work that goes on behind the panel: what waits, what runs, what was done and what failed.',
  column: { task: 'Task', state: 'State', due: 'Due', for: 'For', created: 'Ordered', attempts: 'Tries' },
  state: { waiting: 'Waiting', running: 'Running', done: 'Done', failed: 'Failed' },
  retry: 'Try again',
  retried: 'It is tried again now.',
  by: '{{actor}} for {{subject}}',
  system: 'Innkeeper itself',
  error: 'Last error',
  object: 'About',
  visit: 'Ordered in a visit',
  visitLink: 'Look at the visit',
  done: 'Done',
  shipping: {
    title: 'Record sent elsewhere',
    destination: 'To',
    state: { off: 'Off', current: 'Up to date', behind: 'Sending', failing: 'Not getting through' },
    shippedAt: 'Last acknowledged',
    behind: 'Behind',
    since_one: '{{count}} event, from {{time}}',
    since_other: '{{count}} events, the first from {{time}}',
    failed_one: '{{error}} (tried once)',
    failed_other: '{{error}} (tried {{count}} times)',
  },
  empty: { title: 'No jobs', text: 'What takes longer than a moment appears here while it is done.' },
})
