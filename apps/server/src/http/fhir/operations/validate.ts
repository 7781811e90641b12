/**
 * `$validate` (FHIR R4, resource-operation-validate): what a write would be refused for, and advice. Nothing is written: the
 * modes create, update and delete run the write in a transaction that never commits.
 */
import { type Finding, finding, OutcomeError, operationOutcome, parseFhirText, refuse, validate } from '@yba/fhir'
import { useOurProfiles } from '@yba/vietnam'
import { notPermitted } from '../../../access/index.ts'
import type { Operation, OperationContext } from '../../../feature.ts'
import type { FhirResource } from '../../../store/types.ts'
import { textOf } from '../../body.ts'
import { FHIR_JSON } from '../../errors.ts'
import { bodyMissing, bodyUnreadable, resourceMismatch } from '../../outcomes.ts'
import { isObject, isResource } from '../body.ts'
import { allGood, validateModeUnknown } from '../outcomes.ts'
import { type Asked, runWrites } from '../writes.ts'

const MODES = ['create', 'update', 'delete', 'profile'] as const
type Mode = (typeof MODES)[number]

interface Question {
  resource: FhirResource | undefined
  mode: Mode | undefined
  profiles: string[]
}

/** Ends a transaction that was only tried. */
class Abort extends Error {}

function modeOf(text: unknown): Mode | undefined {
  if (text === undefined || text === null) return undefined
  const mode = MODES.find((one) => one === text)
  if (!mode) throw refuse(validateModeUnknown, { modes: MODES.join(', ') })
  return mode
}

/** The parameters of the operation: as Parameters, or the resource itself with `mode` and `profile` in the address. */
function questionOf({ bytes, query }: OperationContext): Question {
  const text = textOf(bytes)
  const body = text.trim() === '' ? undefined : parseFhirText(text)
  if (body !== undefined && !isResource(body)) throw refuse(bodyUnreadable)
  const asked = { mode: modeOf(query.get('mode')), profiles: query.getAll('profile') }
  if (body?.resourceType !== 'Parameters') return { resource: body, ...asked }
  const parameters = (Array.isArray(body.parameter) ? body.parameter : []).filter(isObject)
  const named = (name: string) => parameters.filter((one) => one.name === name)
  const resource = named('resource')[0]?.resource
  const given = named('profile').map((one) => one.valueUri ?? one.valueCanonical)
  return {
    resource: isResource(resource) ? resource : undefined,
    mode: modeOf(named('mode')[0]?.valueCode) ?? asked.mode,
    profiles: [...asked.profiles, ...given.filter((one) => typeof one === 'string')],
  }
}

/** What the write itself would be refused with, none when it would be done. */
async function refusalsOf(asked: Asked, { site, caller }: OperationContext): Promise<Finding[]> {
  if (!caller.permissions.has('fhir.write')) return [finding(notPermitted, { permission: 'fhir.write' })]
  try {
    await site.store.as(caller, { plain: true }).transact(async (tx) => {
      await runWrites(tx, [asked])
      throw new Abort()
    })
    return []
  } catch (error) {
    if (error instanceof Abort) return []
    if (error instanceof OutcomeError) return error.findings
    throw error
  }
}

function contentFindings(resource: FhirResource, type: string, profiles: string[]): Finding[] {
  if (resource.resourceType !== type) throw refuse(resourceMismatch)
  useOurProfiles()
  return validate(resource, { warnings: true, profiles: profiles.length > 0 ? profiles : 'declared' })
}

const isRefusal = ({ definition }: Finding): boolean => definition.severity === 'error' || definition.severity === 'fatal'

async function findingsOf(context: OperationContext): Promise<Finding[]> {
  const { type, id, store } = context
  const { resource, mode, profiles } = questionOf(context)
  if (mode === 'delete') {
    if (id === '') throw refuse(validateModeUnknown, { modes: 'create, profile' })
    return refusalsOf({ method: 'DELETE', type, id }, context)
  }
  const subject = resource ?? (id === '' ? undefined : (await store.read(type, id)).resource())
  if (!subject) throw refuse(bodyMissing)
  const found = contentFindings(subject, type, profiles)
  if ((mode !== 'create' && mode !== 'update') || found.some(isRefusal)) return found
  const named = id === '' ? subject.id : id
  const update: Partial<Asked> = mode === 'update' ? { method: 'PUT', id: typeof named === 'string' ? named : '' } : {}
  const asked: Asked = { method: 'POST', type, body: { resource: subject, text: JSON.stringify(subject) }, ...update }
  return [...found, ...(await refusalsOf(asked, context))]
}

async function handle(context: OperationContext) {
  const found = await findingsOf(context)
  const { site, caller, type, id, lang } = context
  await site.store.audit.record(caller, { action: 'validate', type, ...(id === '' ? {} : { id }), outcome: 'success' })
  return { json: operationOutcome(found.length > 0 ? found : [finding(allGood)], lang), contentType: FHIR_JSON }
}

const common = { name: 'validate', type: '*', method: 'POST', permission: 'fhir.read', body: 'bytes', handle } as const

export const validateType: Operation = { ...common, level: 'type' }
export const validateInstance: Operation = { ...common, level: 'instance' }
