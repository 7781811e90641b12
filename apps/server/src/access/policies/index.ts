/** All policies by role. */
import type { Role } from '../permissions.ts'
import { administrator } from './administrator.ts'
import { auditor } from './auditor.ts'
import { doctor } from './doctor.ts'
import { healthDepartment } from './health-department.ts'
import { hubOperator } from './hub-operator.ts'
import { client, node, program, publicPolicy, system } from './machines.ts'
import { reception } from './reception.ts'
import { referralDesk } from './referral-desk.ts'
import type { Policy } from './sentence.ts'
import { signer } from './signer.ts'

export const POLICIES: Readonly<Record<Role, Policy>> = {
  reception,
  doctor,
  signer,
  'referral-desk': referralDesk,
  auditor,
  administrator,
  'hub-operator': hubOperator,
  'health-department': healthDepartment,
  node,
  program,
  client,
  system,
  public: publicPolicy,
}

export type { Policy } from './sentence.ts'
