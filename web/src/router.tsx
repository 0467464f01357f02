import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { ApiError, isSignedOut } from './api/problem'
import { queryClient, sessionQuery } from './api/session'
import { base } from './boot'
import { Broken, Missing, PageBroken, Waiting } from './layout/errors'
import { Frame } from './layout/Frame'
import { activityWords } from './pages/activity/filters'
import { parseSearch, stringifySearch, words } from './search'

const root = createRootRoute({ notFoundComponent: Missing, errorComponent: Broken })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: words('next'),
  component: lazyRouteComponent(() => import('./pages/session/SignIn'), 'SignIn'),
})

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: words('token'),
  component: lazyRouteComponent(() => import('./pages/session/Welcome'), 'Welcome'),
})

const factorGate = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  validateSearch: words('next'),
  beforeLoad: requireSession,
  component: lazyRouteComponent(() => import('./pages/session/FactorGate'), 'FactorGate'),
})

const answer = createRoute({
  getParentRoute: () => root,
  path: '/answer',
  validateSearch: words('token'),
  component: lazyRouteComponent(() => import('./pages/access/Answer'), 'Answer'),
})

/** requireSession lets only those in who are signed in; the others come back to the same place afterwards. */
async function requireSession({ location }: { location: { href: string } }): Promise<void> {
  try {
    await queryClient.ensureQueryData(sessionQuery)
  } catch (error) {
    if (!(error instanceof ApiError) || !isSignedOut(error.problem)) throw error
    const next = base + location.href
    if (!base) throw redirect({ to: '/sign-in', search: next === '/' ? {} : { next } })
    // Signing in happens outside the visit, so this page is left for good.
    window.location.replace(`/sign-in?next=${encodeURIComponent(next)}`)
    await new Promise(() => {})
  }
}

/** requireFactor sends to the set-up those whose role needs a second factor that they do not have. */
async function requireFactor(context: { location: { href: string } }): Promise<void> {
  await requireSession(context)
  const session = await queryClient.ensureQueryData(sessionQuery)
  if (!session.second_factor_required) return
  const next = base + context.location.href
  if (!base) throw redirect({ to: '/second-factor', search: next === '/' ? {} : { next } })
  window.location.replace('/second-factor')
  await new Promise(() => {})
}

const panel = createRoute({
  getParentRoute: () => root,
  id: 'panel',
  beforeLoad: requireFactor,
  component: Frame,
  errorComponent: Broken,
  pendingComponent: Waiting,
})

const at = { getParentRoute: () => panel }

const home = createRoute({
  ...at,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/dashboard', replace: true })
  },
})

const dashboard = createRoute({
  ...at,
  path: '/dashboard',
  component: lazyRouteComponent(() => import('./pages/dashboard/Dashboard'), 'Dashboard'),
})

const accounts = createRoute({
  ...at,
  path: '/accounts',
  validateSearch: words('q', 'status', 'kind', 'owner_id', 'sort', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/accounts/Accounts'), 'Accounts'),
})

const account = createRoute({
  ...at,
  path: '/accounts/$id',
  validateSearch: words('sign_in', 'reason', 'reason_code', 'ticket'),
  component: lazyRouteComponent(() => import('./pages/accounts/Account'), 'AccountPage'),
})

const ofAccount = { getParentRoute: () => account }

const accountIndex = createRoute({
  ...ofAccount,
  path: '/',
  beforeLoad: ({ params }) => {
    // The search stays: a help desk's link leads here, too.
    throw redirect({
      to: '/accounts/$id/details',
      params: params as { id: string },
      search: true,
      replace: true,
    })
  },
})
const accountDetails = createRoute({
  ...ofAccount,
  path: 'details',
  component: lazyRouteComponent(() => import('./pages/accounts/Details'), 'Details'),
})
const accountDomains = createRoute({
  ...ofAccount,
  path: 'domains',
  validateSearch: words('q', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/accounts/AccountDomains'), 'AccountDomains'),
})
const accountMail = createRoute({
  ...ofAccount,
  path: 'mail',
  validateSearch: words('q', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/accounts/AccountMail'), 'AccountMail'),
})
const accountActivity = createRoute({
  ...ofAccount,
  path: 'activity',
  validateSearch: words(...activityWords),
  component: lazyRouteComponent(() => import('./pages/accounts/AccountActivity'), 'AccountActivity'),
})
const accountVisits = createRoute({
  ...ofAccount,
  path: 'visits',
  validateSearch: words('cursor'),
  component: lazyRouteComponent(() => import('./pages/accounts/AccountVisits'), 'AccountVisits'),
})

const visits = createRoute({
  ...at,
  path: '/impersonations',
  component: lazyRouteComponent(() => import('./pages/visits/Visits'), 'Visits'),
})
const visitsIndex = createRoute({
  getParentRoute: () => visits,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/impersonations/live', replace: true })
  },
})
const visitsLive = createRoute({
  getParentRoute: () => visits,
  path: 'live',
  component: lazyRouteComponent(() => import('./pages/visits/Live'), 'Live'),
})
const visitsHistory = createRoute({
  getParentRoute: () => visits,
  path: 'history',
  validateSearch: words('account_id', 'actor_id', 'flag', 'since', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/visits/History'), 'History'),
})
const visit = createRoute({
  ...at,
  path: '/impersonations/$id',
  component: lazyRouteComponent(() => import('./pages/visits/Visit'), 'VisitPage'),
})

const activity = createRoute({
  ...at,
  path: '/activity',
  validateSearch: words(...activityWords),
  component: lazyRouteComponent(() => import('./pages/activity/Activity'), 'Activity'),
})

const domains = createRoute({
  ...at,
  path: '/domains',
  validateSearch: words('q', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/domains/Domains'), 'Domains'),
})
const domain = createRoute({
  ...at,
  path: '/domains/$id',
  component: lazyRouteComponent(() => import('./pages/domains/Domain'), 'DomainPage'),
})

const mailboxes = createRoute({
  ...at,
  path: '/mailboxes',
  validateSearch: words('q', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/mailboxes/Mailboxes'), 'Mailboxes'),
})
const mailbox = createRoute({
  ...at,
  path: '/mailboxes/$id',
  validateSearch: words('message', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/mailboxes/Mailbox'), 'MailboxPage'),
})

const filesIndex = createRoute({
  ...at,
  path: '/files',
  beforeLoad: () => {
    throw redirect({ to: '/files/$', params: { _splat: '' }, replace: true })
  },
})
const files = createRoute({
  ...at,
  path: '/files/$',
  validateSearch: words('edit'),
  component: lazyRouteComponent(() => import('./pages/files/Files'), 'Files'),
})

const mails = createRoute({
  ...at,
  path: '/mails',
  validateSearch: words('id', 'undelivered', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/mails/Mails'), 'Mails'),
})
const noticeTemplates = createRoute({
  ...at,
  path: '/notification-templates',
  component: lazyRouteComponent(() => import('./pages/notices/Templates'), 'Templates'),
})
const noticeTemplate = createRoute({
  ...at,
  path: '/notification-templates/$event',
  validateSearch: words('language'),
  component: lazyRouteComponent(() => import('./pages/notices/Template'), 'Template'),
})
const jobs = createRoute({
  ...at,
  path: '/jobs',
  validateSearch: words('cursor'),
  component: lazyRouteComponent(() => import('./pages/jobs/Jobs'), 'Jobs'),
})

const roles = createRoute({
  ...at,
  path: '/roles',
  component: lazyRouteComponent(() => import('./pages/roles/Roles'), 'Roles'),
})

const tokens = createRoute({
  ...at,
  path: '/tokens',
  validateSearch: words('cursor'),
  component: lazyRouteComponent(() => import('./pages/tokens/Tokens'), 'Tokens'),
})

const sso = createRoute({
  ...at,
  path: '/sso',
  validateSearch: words('token'),
  component: lazyRouteComponent(() => import('./pages/sso/Sso'), 'Sso'),
})

const access = createRoute({
  ...at,
  path: '/me/access',
  validateSearch: words('from', 'to', 'cursor'),
  component: lazyRouteComponent(() => import('./pages/access/Access'), 'Access'),
})
const accessVisit = createRoute({
  ...at,
  path: '/me/access/$id',
  component: lazyRouteComponent(() => import('./pages/access/AccessVisit'), 'AccessVisitPage'),
})
const profile = createRoute({
  ...at,
  path: '/me/profile',
  component: lazyRouteComponent(() => import('./pages/me/Profile'), 'Profile'),
})
const security = createRoute({
  ...at,
  path: '/me/security',
  component: lazyRouteComponent(() => import('./pages/me/Security'), 'Security'),
})
const sessions = createRoute({
  ...at,
  path: '/me/sessions',
  validateSearch: words('cursor'),
  component: lazyRouteComponent(() => import('./pages/me/Sessions'), 'Sessions'),
})

const notifications = createRoute({
  ...at,
  path: '/me/notifications',
  component: lazyRouteComponent(() => import('./pages/me/Notifications'), 'Notifications'),
})

const tree = root.addChildren([
  signIn,
  welcome,
  factorGate,
  answer,
  panel.addChildren([
    home,
    dashboard,
    accounts,
    account.addChildren([
      accountIndex,
      accountDetails,
      accountDomains,
      accountMail,
      accountActivity,
      accountVisits,
    ]),
    visits.addChildren([visitsIndex, visitsLive, visitsHistory]),
    visit,
    activity,
    domains,
    domain,
    mailboxes,
    mailbox,
    filesIndex,
    files,
    mails,
    noticeTemplates,
    noticeTemplate,
    jobs,
    roles,
    tokens,
    sso,
    access,
    accessVisit,
    profile,
    security,
    sessions,
    notifications,
  ]),
])

export const router = createRouter({
  routeTree: tree,
  basepath: base || '/',
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageBroken,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
