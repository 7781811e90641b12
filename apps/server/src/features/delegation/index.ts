/** Door of delegation: the register of signing authority. */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { GrantRequest, RevokeRequest } from './contract.ts'
import { grant, register, revoke } from './register.ts'
import { migrations } from './tables.ts'

export { NO_SIGNING_AUTHORITY } from './outcomes.ts'
export { authorityKey, capacityAt, grant as grantSigningAuthority, mandateAt } from './register.ts'
export { hasDelegation as hasSigningAuthority } from './tables.ts'

async function list({ site, caller }: OperationContext): Promise<OperationAnswer> {
  return { json: await register(site, caller) }
}

async function add({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  return { status: 201, json: { id: await grant(site, caller, json as GrantRequest) } }
}

async function end({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  await revoke(site, caller, json as RevokeRequest)
  return { json: await register(site, caller) }
}

const operation = (
  name: string,
  method: Operation['method'],
  permission: Operation['permission'],
  handle: Operation['handle'],
): Operation => ({
  name,
  level: 'type',
  type: 'Practitioner',
  method,
  permission,
  body: method === 'GET' ? 'none' : 'json',
  bodyLimit: 16_384,
  handle,
})

const operations: readonly Operation[] = [
  operation('$signing-authority', 'GET', 'delegation.read', list),
  operation('$grant-signing-authority', 'POST', 'delegation.manage', add),
  operation('$revoke-signing-authority', 'POST', 'delegation.manage', end),
]

export const delegation: Feature = { name: 'delegation', operations, migrations }
