/** Makes callers: the only place where a policy becomes the rights of somebody who acts. */
import { randomUUID } from 'node:crypto'
import type { Caller } from './caller.ts'
import type { Permission, Role } from './permissions.ts'
import { POLICIES } from './policies/index.ts'
import { CLINICAL, can, DEMOGRAPHICS, DIRECTORY, PAPERS, VERY_RESTRICTED, WRITE } from './policies/sentence.ts'
import type { ProgramRole, UserRow } from './tables.ts'

const permissionSets = new Map<Role, ReadonlySet<Permission>>()

function rights(role: Role): Pick<Caller, 'role' | 'permissions' | 'grants' | 'purpose'> {
  const policy = POLICIES[role]
  let permissions = permissionSets.get(role)
  if (!permissions) {
    permissions = new Set(policy.permissions)
    permissionSets.set(role, permissions)
  }
  return { role, permissions, grants: policy.grants, purpose: policy.purpose }
}

/** A signed-in person. */
export function userCaller(
  user: Pick<UserRow, 'id' | 'name' | 'role' | 'departments' | 'practitioner' | 'licence'>,
  facility: string,
  requestId: string,
): Caller {
  return {
    kind: 'user',
    id: user.id,
    display: user.name,
    ...rights(user.role),
    facility,
    departments: user.departments,
    ...(user.practitioner ? { practitioner: user.practitioner } : {}),
    ...(user.licence ? { licence: user.licence } : {}),
    requestId,
  }
}

/** A job of the site itself, for instance `systemCaller('import:his', facility)`. */
export function systemCaller(job: string, facility: string, requestId: string = randomUUID()): Caller {
  return { kind: 'system', id: `system:${job}`, display: `system:${job}`, ...rights('system'), facility, departments: [], requestId }
}

/** A facility site at the hub. */
export function nodeCaller(facility: string, requestId: string): Caller {
  return { kind: 'node', id: facility, display: facility, ...rights('node'), facility, departments: [], requestId }
}

/** A program of this facility or a FHIR client, known by its token. */
export function programCaller(program: { id: string; name: string; role: ProgramRole }, facility: string, requestId: string): Caller {
  const id = `system:${program.role === 'client' ? 'client' : 'import'}:${program.id}`
  return { kind: 'system', id, display: program.name, ...rights(program.role), facility, departments: [], requestId }
}

/** Nobody known, on a public page. */
export function publicCaller(page: string, facility: string, requestId: string): Caller {
  return { kind: 'public', id: `public:${page}`, display: `public:${page}`, ...rights('public'), facility, departments: [], requestId }
}

const COMMAND = can(WRITE, [...new Set(['Task', ...PAPERS, ...DEMOGRAPHICS, ...CLINICAL, ...DIRECTORY])], 'all', VERY_RESTRICTED)

/**
 * The same person or node inside a command: the command has checked the permission and what it touches, so the store
 * shall not ask for a relation again. Audit keeps the name. Only commands use it, never a plain read or write.
 */
export function onBehalf(caller: Caller): Caller {
  return { ...caller, grants: 'grant' in COMMAND ? [{ ...COMMAND.grant, purpose: caller.purpose }] : [] }
}
