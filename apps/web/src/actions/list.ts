import { EVENT_TEXT } from '../data/contracts.ts'
import { say } from '../text/index.ts'
import {
  IconAlert,
  IconDirectory,
  IconExchange,
  IconEye,
  IconFigures,
  IconFind,
  IconHelp,
  IconImport,
  IconInbox,
  IconKey,
  IconLock,
  IconMore,
  IconNext,
  IconNotes,
  IconPencil,
  IconPrint,
  IconScan,
  IconSearch,
  IconSend,
  IconServer,
  IconShield,
  IconSign,
  IconSignOut,
  IconUserPlus,
  IconUsers,
} from '../ui/icons.ts'
import { BY_HAND, MORE } from './steps.ts'
import type { Action, ActionLabel } from './types.ts'

function go(action: Omit<Action, 'group' | 'perform'> & { path: string }): Action {
  return { ...action, group: 'go', perform: ({ go: open }) => open(action.path) }
}

/** An action only the page on screen can perform; without its handler it is not offered. */
function onPage(action: Omit<Action, 'group' | 'perform'>): Action {
  return { ...action, group: 'page', perform: ({ handler }) => handler(action.id)?.() }
}

function inApp(action: Omit<Action, 'group' | 'perform'>): Action {
  return { ...action, group: 'app', perform: ({ handler }) => handler(action.id)?.() }
}

const SIGNING = ['referral.sign-doctor', 'referral.sign-authorised', 'referral.seal'] as const

export const ACTIONS: readonly Action[] = [
  go({ id: 'go.find', label: 'find', path: '/patients', keys: 'Alt+1', permission: 'patient.find', site: 'facility', icon: IconFind }),
  go({ id: 'go.tray', label: 'tray', path: '/tray', keys: 'Alt+2', permission: SIGNING, site: 'facility', icon: IconSign }),
  go({
    id: 'go.new-slip',
    label: 'newSlip',
    path: '/referrals/new',
    keys: 'Ctrl+Alt+N',
    permission: 'referral.compose',
    site: 'facility',
    icon: IconUserPlus,
  }),
  go({
    id: 'go.drafts',
    label: 'drafts',
    path: '/referrals/drafts',
    keys: 'Alt+3',
    permission: 'referral.compose',
    site: 'facility',
    icon: IconNotes,
  }),
  go({
    id: 'go.sent',
    label: 'sent',
    path: '/referrals/sent',
    keys: 'Alt+4',
    permission: 'referral.read',
    site: 'facility',
    icon: IconSend,
  }),
  go({
    id: 'go.received',
    label: 'received',
    path: '/referrals/received',
    keys: 'Alt+5',
    permission: 'referral.read',
    site: 'facility',
    icon: IconInbox,
  }),
  go({
    id: 'go.attention',
    label: 'attention',
    path: '/referrals/attention',
    keys: 'Alt+0',
    permission: 'referral.read',
    site: 'facility',
    icon: IconAlert,
  }),
  go({
    id: 'go.acceptance',
    label: 'acceptance',
    path: '/referrals/acceptance',
    permission: 'acceptance.read',
    site: 'facility',
    icon: IconNotes,
  }),
  go({ id: 'go.import', label: 'import', path: '/import', keys: 'Alt+6', permission: 'claim.import', site: 'facility', icon: IconImport }),
  go({
    id: 'go.console',
    label: 'console',
    path: '/exchange',
    keys: 'Alt+1',
    permission: 'exchange.page',
    site: 'hub',
    icon: IconExchange,
  }),
  go({ id: 'go.joining', label: 'joining', path: '/joining', permission: 'hub.console', site: 'hub', icon: IconKey }),
  go({
    id: 'go.department',
    label: 'department',
    path: '/department',
    keys: 'Alt+2',
    permission: 'reporting.read',
    site: 'hub',
    icon: IconFigures,
  }),
  go({ id: 'go.directory', label: 'directory', path: '/directory', keys: 'Ctrl+Alt+D', permission: 'directory.read', icon: IconDirectory }),
  go({
    id: 'go.exchange',
    label: 'exchange',
    path: '/exchange',
    keys: 'Ctrl+Alt+X',
    permission: 'exchange.page',
    site: 'facility',
    icon: IconExchange,
  }),
  go({ id: 'go.audit', label: 'audit', path: '/audit', keys: 'Alt+7', permission: 'audit.read', icon: IconShield }),
  go({
    id: 'go.authority',
    label: 'authority',
    path: '/admin/signing-authority',
    permission: 'delegation.read',
    site: 'facility',
    icon: IconPencil,
  }),
  go({ id: 'go.users', label: 'users', path: '/admin/users', keys: 'Alt+8', permission: 'user.manage', icon: IconUsers }),
  go({ id: 'go.status', label: 'status', path: '/admin/status', keys: 'Alt+9', permission: 'site.status', icon: IconServer }),

  onPage({ id: 'referral.next-step', label: 'nextStep', keys: 'F8', icon: IconNext }),
  onPage({ id: 'referral.more-steps', label: 'moreSteps', keys: 'F7', icon: IconMore }),
  // Every step a person can take, by its name in the palette; offered while its page is on screen and allows it.
  ...[...BY_HAND, ...MORE].map((event) => onPage({ id: `step.${event}`, label: 'step', text: EVENT_TEXT[event], icon: IconNext })),
  onPage({ id: 'referral.mark-read', label: 'markRead', keys: 'F6', icon: IconEye }),
  onPage({ id: 'referral.outcome', label: 'outcome', keys: 'F2', icon: IconPencil }),
  onPage({ id: 'referral.edit', label: 'edit', keys: 'F2', icon: IconPencil }),
  onPage({ id: 'referral.compose', label: 'compose', keys: 'F2', permission: 'referral.compose', icon: IconPencil }),
  onPage({ id: 'referral.paper-slip', label: 'paperSlip', keys: 'F3', permission: 'referral.arrive', icon: IconUserPlus }),
  onPage({ id: 'referral.sign', label: 'sign', keys: 'F9', icon: IconSign }),
  onPage({ id: 'document.print', label: 'print', keys: 'F12', icon: IconPrint }),
  onPage({ id: 'patient.access', label: 'whoSaw', permission: 'audit.read', icon: IconEye }),
  onPage({ id: 'list.filter', label: 'filter', keys: '/', icon: IconSearch }),
  onPage({ id: 'list.everything', label: 'everything', keys: 'A', permission: 'referral.read', icon: IconInbox }),

  inApp({
    id: 'referral.scan',
    label: 'scan',
    keys: 'F4',
    permission: ['referral.arrive', 'referral.desk'],
    site: 'facility',
    icon: IconScan,
  }),
  inApp({ id: 'app.palette', label: 'palette', keys: 'Ctrl+K', icon: IconSearch }),
  inApp({ id: 'app.next-part', label: 'nextPart', keys: 'Alt+PageDown', icon: IconNext }),
  inApp({ id: 'app.previous-part', label: 'previousPart', keys: 'Alt+PageUp', icon: IconNext }),
  inApp({ id: 'app.help', label: 'help', keys: '?', icon: IconHelp }),
  inApp({ id: 'app.lock', label: 'lock', keys: 'Ctrl+Alt+L', icon: IconLock }),
  inApp({ id: 'app.sign-out', label: 'signOut', icon: IconSignOut }),
]

/** What an action is called, in the language on screen. */
export const nameOf = (action: Action, t: (key: `actions.${ActionLabel}`) => string): string =>
  action.text ? say(action.text) : t(`actions.${action.label}`)

export function actionOf(id: string): Action {
  const action = ACTIONS.find((a) => a.id === id)
  if (!action) throw new Error(`no action ${id}`)
  return action
}
