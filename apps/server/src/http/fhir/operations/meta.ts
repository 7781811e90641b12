/**
 * `$meta`, `$meta-add`, `$meta-delete` (FHIR R4, resource-operation-meta): profiles, tags and security labels. A change is a
 * version like any other, so that the history says who labelled what.
 */
import { readPatch, refuse } from '@yba/fhir'
import type { Operation, OperationContext } from '../../../feature.ts'
import { notFound } from '../../../store/outcomes.ts'
import { FHIR_JSON } from '../../errors.ts'
import { isObject } from '../body.ts'
import { ifMatch } from '../preconditions.ts'
import { runWrites } from '../writes.ts'
import { askedOf } from './asked.ts'

const SETS = ['profile', 'security', 'tag'] as const
type Sets = Partial<Record<(typeof SETS)[number], unknown[]>>

const answer = (meta: unknown) => ({
  json: { resourceType: 'Parameters', parameter: [{ name: 'return', valueMeta: meta ?? {} }] },
  contentType: FHIR_JSON,
})

/** A label is its system and code; how it is shown does not count. */
const same = (a: unknown, b: unknown): boolean => (isObject(a) && isObject(b) ? a.system === b.system && a.code === b.code : a === b)

/** The sets of the parameter `meta`. Throws `operation-parameter-wrong`. */
function setsOf(context: OperationContext): Sets {
  const { values, wrong } = askedOf(context, ['meta'])
  const meta = values.get('meta')
  if (!isObject(meta)) throw wrong('meta')
  const out: Sets = {}
  for (const [name, list] of Object.entries(meta)) {
    const set = SETS.find((one) => one === name)
    if (!set || !Array.isArray(list)) throw wrong('meta')
    out[set] = list
  }
  return out
}

interface Step {
  op: 'add' | 'remove'
  path: string
  value?: unknown
}

function added(meta: Record<string, unknown>, name: keyof Sets, wanted: readonly unknown[]): Step[] {
  const there = Array.isArray(meta[name]) ? (meta[name] as unknown[]) : []
  const fresh: unknown[] = []
  for (const one of wanted) if (![...there, ...fresh].some((other) => same(one, other))) fresh.push(one)
  if (fresh.length === 0) return []
  if (there.length === 0) return [{ op: 'add', path: `/meta/${name}`, value: fresh }]
  return fresh.map((value) => ({ op: 'add', path: `/meta/${name}/-`, value }))
}

function removed(meta: Record<string, unknown>, name: keyof Sets, unwanted: readonly unknown[]): Step[] {
  const there = Array.isArray(meta[name]) ? (meta[name] as unknown[]) : []
  const places = there.flatMap((one, i) => (unwanted.some((other) => same(one, other)) ? [i] : []))
  if (places.length === there.length && places.length > 0) return [{ op: 'remove', path: `/meta/${name}` }]
  return places.reverse().map((i) => ({ op: 'remove', path: `/meta/${name}/${i}` }))
}

async function change(context: OperationContext, stepsOf: typeof added) {
  const { site, caller, type, id, headers } = context
  const sets = setsOf(context)
  const condition = headers['if-match']
  const match = ifMatch(typeof condition === 'string' ? condition : undefined)
  const store = site.store.as(caller, { plain: true })
  const stored = await store.transact(async (tx) => {
    // The lock first: of two who change the sets at once, the second sees what the first made of them.
    const current = (await tx.read(type, id, { lock: true })) ?? (await tx.reads.read(type, id))
    const meta = (current.resource().meta ?? {}) as Record<string, unknown>
    const steps = SETS.flatMap((name) => stepsOf(meta, name, sets[name] ?? []))
    if (steps.length === 0) return current
    const [done] = await runWrites(tx, [{ method: 'PATCH', type, id, steps: readPatch(JSON.stringify(steps)), ...match }])
    if (done?.kind !== 'written') throw refuse(notFound, { type })
    return done.result
  })
  return answer(stored.resource().meta)
}

const common = { type: '*', permission: 'fhir.read', body: 'none' } as const

export const metaOperations: readonly Operation[] = [
  {
    ...common,
    name: 'meta',
    level: 'instance',
    method: 'GET',
    handle: async ({ store, type, id }) => answer((await store.read(type, id)).resource().meta),
  },
  { ...common, name: 'meta', level: 'type', method: 'GET', handle: async ({ store, type }) => answer(await store.labels(type)) },
  {
    name: 'meta',
    level: 'system',
    method: 'GET',
    permission: 'fhir.read',
    body: 'none',
    handle: async ({ store }) => answer(await store.labels()),
  },
  ...(['add', 'delete'] as const).map((kind) => ({
    ...common,
    name: `meta-${kind}`,
    level: 'instance' as const,
    method: 'POST' as const,
    permission: 'fhir.write' as const,
    body: 'bytes' as const,
    handle: (context: OperationContext) => change(context, kind === 'add' ? added : removed),
  })),
]
