import { status, users } from './admin.ts'
import { channels } from './channels.ts'
import { claim, issues, severity } from './claim.ts'
import { directory } from './directory.ts'
import { exchange } from './exchange.ts'
import { acceptance, inbox } from './inbox.ts'
import { access, chart, find, sex, why } from './patient.ts'
import { attention, compose, evidence, paper, referral, shadow, signing, treatmentResult, worklist } from './referral.ts'
import { scan } from './scan.ts'

import { actions, app, errors, help, lock, roles } from './shell.ts'
import { authority, versions } from './versions.ts'
import { ward } from './ward.ts'

/** Every word of the screens. Vietnamese is written first; `en` must have the same keys. */
export const vi = {
  app,
  actions,
  roles,
  help,
  lock,
  errors,
  find,
  why,
  sex,
  chart,
  access,
  channels,
  claim,
  issues,
  severity,
  worklist,
  signing,
  paper,
  referral,
  compose,
  attention,
  inbox,
  acceptance,
  evidence,
  shadow,
  treatmentResult,
  versions,
  authority,
  users,
  status,
  exchange,
  scan,
  directory,
  ward,
} as const

/** Every word there is; those that are not in `vi` come with the page that says them (`text/pages`). */
export type Words = typeof vi &
  typeof import('./pages/conduct.ts') &
  typeof import('./pages/demo.ts') &
  typeof import('./pages/department.ts') &
  typeof import('./pages/files.ts') &
  typeof import('./pages/joining.ts') &
  typeof import('./pages/quarantine.ts') &
  typeof import('./pages/reviews.ts')
