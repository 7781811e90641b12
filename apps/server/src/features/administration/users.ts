/** Operations on users; the work is done behind the door of access, which the command line uses as well. */
import { refuse } from '@yba/fhir'
import { addUser, findUser, listSessions, listUsers, lockUser, resetPassword, unlockUser, userInvalid } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { notYourself } from './outcomes.ts'

type Fields = Record<string, unknown>

const fieldsOf = (json: unknown): Fields => (typeof json === 'object' && json !== null ? { ...json } : {})

/** A text field; undefined when it is missing. Throws `user-invalid`. */
function text(fields: Fields, field: string): string | undefined {
  const value = fields[field]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string' || value.length > 200) throw refuse(userInvalid, { field })
  return value
}

function needed(fields: Fields, field: string): string {
  const value = text(fields, field)
  if (value === undefined) throw refuse(userInvalid, { field })
  return value
}

function departmentsOf(fields: Fields): string[] {
  const value = fields.departments ?? []
  if (!Array.isArray(value) || !value.every((d): d is string => typeof d === 'string' && /^[A-Za-z0-9.-]{1,20}$/.test(d))) {
    throw refuse(userInvalid, { field: 'departments' })
  }
  return value
}

async function list({ site }: OperationContext): Promise<OperationAnswer> {
  const now = site.clock.now()
  return { json: { rows: await listUsers(site.store.sql, now) } }
}

async function sessionList({ site }: OperationContext): Promise<OperationAnswer> {
  return { json: { rows: await listSessions(site.store.sql, site.clock.now()) } }
}

/** {login, name, role, departments?, licence?, title?, practitioner?, password?}; a password made here is shown once. */
async function add({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const fields = fieldsOf(json)
  const added = await addUser(
    site.store.sql,
    {
      login: needed(fields, 'login'),
      name: needed(fields, 'name'),
      role: needed(fields, 'role'),
      departments: departmentsOf(fields),
      licence: text(fields, 'licence'),
      title: text(fields, 'title'),
      practitioner: text(fields, 'practitioner'),
      password: text(fields, 'password'),
    },
    site.clock.now(),
  )
  await site.store.audit.record(caller, { action: 'user-add', outcome: 'success', detail: added.id })
  return { status: 201, json: added }
}

/** Runs `work` on the user named by `user` (id or login) and records it. */
async function change(context: OperationContext, action: string, work: (id: string) => Promise<unknown>): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const user = await findUser(site.store.sql, needed(fieldsOf(json), 'user'))
  if (action === 'user-lock' && user.id === caller.id) throw refuse(notYourself)
  const answer = await work(user.id)
  await site.store.audit.record(caller, { action, outcome: 'success', detail: user.id })
  return { json: { id: user.id, login: user.login, ...(typeof answer === 'object' ? answer : {}) } }
}

const reset = (context: OperationContext) =>
  change(context, 'user-reset', (id) =>
    resetPassword(context.site.store.sql, id, text(fieldsOf(context.json), 'password'), context.site.clock.now()),
  )
const lock = (context: OperationContext) =>
  change(context, 'user-lock', (id) => lockUser(context.site.store.sql, id, context.site.clock.now()))
const unlock = (context: OperationContext) =>
  change(context, 'user-unlock', (id) => unlockUser(context.site.store.sql, id, context.site.clock.now()))

const post = (name: string, handle: Operation['handle']): Operation => ({
  name,
  level: 'type',
  type: 'Practitioner',
  method: 'POST',
  permission: 'user.manage',
  body: 'json',
  bodyLimit: 16_384,
  handle,
})
const get = (name: string, handle: Operation['handle']): Operation => ({ ...post(name, handle), method: 'GET', body: 'none' })

export const userOperations: readonly Operation[] = [
  get('users', list),
  get('sessions', sessionList),
  post('user-add', add),
  post('user-reset', reset),
  post('user-lock', lock),
  post('user-unlock', unlock),
]
