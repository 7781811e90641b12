import type { Role } from '../data/contracts.ts'
import type { Session } from '../data/session.tsx'

/** What a desk has before it, in its order. Permissions decide what is offered; a workplace only arranges it. */
interface Workplace {
  /** Action ids of the side menu. */
  menu: readonly string[]
  /** Address it starts at. */
  start: string
}

const ALL_FACILITY = [
  'go.find',
  'go.new-slip',
  'go.tray',
  'go.drafts',
  'go.sent',
  'go.received',
  'go.attention',
  'go.acceptance',
  'go.import',
  'go.exchange',
  'go.audit',
  'go.authority',
  'go.users',
  'go.status',
] as const
const HUB: Workplace = {
  menu: ['go.department', 'go.console', 'go.directory', 'go.joining', 'go.audit', 'go.users', 'go.status'],
  start: '/exchange',
}

const WORKPLACES: Partial<Record<Role, Workplace>> = {
  reception: { menu: ['go.find', 'go.received', 'go.attention', 'go.import', 'go.sent'], start: '/patients' },
  doctor: {
    menu: ['go.find', 'go.new-slip', 'go.tray', 'go.drafts', 'go.sent', 'go.received', 'go.attention', 'go.import'],
    start: '/tray',
  },
  signer: { menu: ['go.tray', 'go.find', 'go.sent', 'go.received', 'go.attention', 'go.authority'], start: '/tray' },
  'referral-desk': {
    menu: [
      'go.received',
      'go.attention',
      'go.tray',
      'go.drafts',
      'go.sent',
      'go.find',
      'go.import',
      'go.exchange',
      'go.acceptance',
      'go.authority',
      'go.directory',
    ],
    start: '/referrals/received',
  },
  auditor: { menu: ['go.audit', 'go.exchange', 'go.find', 'go.sent', 'go.received'], start: '/audit' },
  'health-department': { menu: ['go.department', 'go.directory'], start: '/department' },
  administrator: {
    menu: ['go.users', 'go.authority', 'go.acceptance', 'go.status', 'go.exchange', 'go.import', 'go.audit', 'go.directory'],
    start: '/admin/users',
  },
}

export function workplaceOf(session: Session): Workplace {
  const known = WORKPLACES[session.user.role]
  if (session.site.role === 'hub') {
    const start = known && ['auditor', 'administrator', 'health-department'].includes(session.user.role) ? known.start : HUB.start
    return { menu: HUB.menu, start }
  }
  return known ?? { menu: ALL_FACILITY, start: '/patients' }
}
