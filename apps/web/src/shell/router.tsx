import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { ApiError } from '../data/http.ts'
import { serverAnswers } from '../data/session.tsx'
import { Layout } from './Layout.tsx'
import { Broken, Home, NotFound } from './pages.tsx'

/** Which table is on screen: a period as it stands now, or a snapshot; nothing: what is read on Monday. */
export type DepartmentSearch = Partial<Record<'kind' | 'from' | 'until' | 'snapshot', string>>

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound, errorComponent: Broken })

/**
 * Every page is fetched when it is first opened. One that does not come while the server answers is of an older version:
 * the router then loads the whole app anew. While the server is away that would end at the browser's own error page.
 */
const page: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(async () => {
    try {
      return await load()
    } catch (error) {
      throw (await serverAnswers()) ? error : new ApiError(0, [])
    }
  }, name)

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: Home }),
  createRoute({
    getParentRoute: () => root,
    path: '/patients',
    validateSearch: (search: Record<string, unknown>): { q?: string } => (typeof search.q === 'string' ? { q: search.q } : {}),
    component: page(() => import('../features/registration/FindPatient.tsx')),
  }),
  createRoute({ getParentRoute: () => root, path: '/patients/$id', component: page(() => import('../features/charting/Chart.tsx')) }),
  createRoute({
    getParentRoute: () => root,
    path: '/patients/$id/access',
    component: page(() => import('../features/administration/PatientAccess.tsx')),
  }),
  createRoute({ getParentRoute: () => root, path: '/import', component: page(() => import('../features/insurance/ImportClaim.tsx')) }),
  createRoute({
    getParentRoute: () => root,
    path: '/tray',
    validateSearch: (search: Record<string, unknown>): { next?: string } => (typeof search.next === 'string' ? { next: search.next } : {}),
    component: page(() => import('../features/sign-tray/Tray.tsx')),
  }),
  createRoute({ getParentRoute: () => root, path: '/tray/$id', component: page(() => import('../features/sign-tray/SignReferral.tsx')) }),
  createRoute({ getParentRoute: () => root, path: '/referrals/new', component: page(() => import('../features/referral/NewSlip.tsx')) }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/drafts',
    component: page(() => import('../features/referral/lists.tsx'), 'Drafts'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/sent',
    component: page(() => import('../features/referral/lists.tsx'), 'Sent'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/received',
    component: page(() => import('../features/referral/lists.tsx'), 'Received'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/attention',
    component: page(() => import('../features/referral/AttentionPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/acceptance',
    component: page(() => import('../features/referral/AcceptancePage.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/$id',
    component: page(() => import('../features/referral/ReferralPage.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/$id/compose',
    component: page(() => import('../features/referral/ComposePage.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/referrals/$id/outcome',
    component: page(() => import('../features/referral/OutcomePage.tsx')),
  }),
  createRoute({ getParentRoute: () => root, path: '/audit', component: page(() => import('../features/administration/Audit.tsx')) }),
  createRoute({ getParentRoute: () => root, path: '/admin/users', component: page(() => import('../features/administration/Users.tsx')) }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/signing-authority',
    component: page(() => import('../features/delegation/Register.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin/status',
    component: page(() => import('../features/administration/Status.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/joining',
    validateSearch: (search: Record<string, unknown>): { facility?: string } =>
      typeof search.facility === 'string' || typeof search.facility === 'number' ? { facility: String(search.facility) } : {},
    component: page(() => import('../features/joining/Joining.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/directory',
    validateSearch: (search: Record<string, unknown>): { code?: string } => (search.code ? { code: String(search.code) } : {}),
    component: page(() => import('../features/directory/Directory.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/department',
    validateSearch: (search: Record<string, unknown>): DepartmentSearch =>
      Object.fromEntries(
        (['kind', 'from', 'until', 'snapshot'] as const).flatMap((key) => (search[key] ? [[key, String(search[key])] as const] : [])),
      ),
    component: page(() => import('../features/reporting/Department.tsx')),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/exchange',
    validateSearch: (search: Record<string, unknown>): { tab?: string } => (typeof search.tab === 'string' ? { tab: search.tab } : {}),
    component: page(() => import('../features/exchange/Exchange.tsx')),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
