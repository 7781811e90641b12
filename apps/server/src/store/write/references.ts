/** Literal references must lead somewhere at commit; they also tell whose record a resource is. */
import { type Finding, finding, OutcomeError, patientOf, referenceTarget, refuse } from '@yba/fhir'
import type { Context } from '../context.ts'
import type { TransactionDb } from '../db.ts'
import { type Access, grantPredicate, Params } from '../grants.ts'
import { patientEncounterMismatch, referenceNotFound, referenceUnexplained, stillReferenced } from '../outcomes.ts'
import { typeOf } from '../stored.ts'
import { placedFinding } from './place.ts'
import { type Item, MOST_FINDINGS } from './plan.ts'

export interface Target {
  rid: string
  pat: string | null
  id: string
  ver: number
}

/** Whose references are resolved: a plain write finds what its caller may read, and the rest is missing to it. */
export interface Resolving {
  ctx: Context
  db: TransactionDb
  access: Access
  plain: boolean
}

async function storedTargets({ ctx, db, access, plain }: Resolving, wanted: ReadonlySet<string>): Promise<Map<string, Target>> {
  const keys = [...wanted]
  if (keys.length === 0) return new Map()
  const hashes = keys.map((k) => ctx.hashes.of(k))
  const params = new Params()
  const h = params.add(hashes, 'bigint[]')
  const may = plain ? grantPredicate(access, 'read', 'r', params) : 'true'
  // The key share lock makes a deletion of the target wait for this transaction, as a foreign key would.
  const text = `select r.h, r.t, r.id, r.rid, r.pat, r.ver from res r where r.h = any(${h}) and not r.deleted and ${may} order by r.rid for key share of r`
  const rows = await db.query<Target & { h: string; t: number }>(text, params.values, true)
  const byHash = new Map(rows.map((r) => [r.h, r]))
  const out = new Map<string, Target>()
  keys.forEach((key, i) => {
    const row = byHash.get(hashes[i] as string)
    const slash = key.indexOf('/')
    if (row && row.id === key.slice(slash + 1) && row.t === typeOf(key.slice(0, slash))) out.set(key, row)
  })
  return out
}

/** What this transaction wrote before and did not delete: there until it ends, and locked by it. */
export type Written = ReadonlyMap<string, Target>

/** Only types R4 knows can be targets; the validator has refused others where a type is prescribed. */
function wantedOf(items: readonly Item[], inBatch: ReadonlyMap<string, Item>, written: Written): Set<string> {
  const out = new Set<string>()
  for (const item of items) {
    for (const key of item.facts?.pointers.references.keys() ?? []) {
      const own = inBatch.get(key)
      if (own ? own.kind === 'delete' : !written.has(key)) out.add(key)
    }
  }
  return out
}

/** A Binary is of whom its security context is; it names no patient itself. */
function patientOfContext(item: Item, found: (key: string) => Target | undefined): void {
  const context = (item.view?.securityContext as { reference?: unknown } | undefined)?.reference
  const key = typeof context === 'string' ? referenceTarget(context) : undefined
  const target = key === undefined ? undefined : found(key)
  const isPatient = key?.startsWith('Patient/') === true
  const pat = isPatient ? target?.rid : target?.pat
  // Of several patients it is nobody's own.
  item.pat = pat === undefined || pat === '-1' ? null : pat
  item.pats = item.pat === null ? [] : [item.pat]
  item.patId = isPatient && target ? target.id : null
}

function ownPatient(item: Item, found: (key: string) => Target | undefined): void {
  if (!item.view) return
  const refs = patientOf(item.type === 'Patient' ? { resourceType: 'Patient', id: item.id } : item.view)
  const pats = refs.map((ref) => found(ref)).filter((target) => target !== undefined)
  item.pats = pats.map((p) => p.rid)
  item.pat = pats.length === 0 ? null : pats.length === 1 ? (item.pats[0] as string) : '-1'
  item.patId = pats.length === 1 ? (refs[0]?.slice('Patient/'.length) ?? null) : null
}

/** The pair must belong together: a stay of one patient carries no facts of another. */
function checkEncounter(item: Item, found: (key: string) => Target | undefined): void {
  const encounter = item.facts?.encounter
  if (!encounter || item.pat === null || item.pat === '-1') return
  const pat = found(encounter)?.pat
  if (pat !== undefined && pat !== null && pat !== item.pat) throw refuse(patientEncounterMismatch, { type: item.type }, item.write.at)
}

const NUMBER = /^[1-9]\d{0,8}$/

/**
 * What a plain write names and nobody finds: names of a bundle that none of its entries bears, and versions that are not
 * there when all is written. Papers of other sites keep the versions these gave, so what a command writes is not asked.
 */
function unfound(item: Item, found: (key: string) => Target | undefined): Finding[] {
  const { unexplained, versions } = item.facts?.pointers ?? { unexplained: [], versions: [] }
  const ahead = versions.filter(({ key, version }) => {
    const there = found(key)
    return there !== undefined && !(NUMBER.test(version) && Number(version) <= there.ver)
  })
  return [
    ...unexplained.map((path) => finding(referenceUnexplained, {}, path)),
    ...ahead.map(({ key, version, path }) => finding(referenceNotFound, { reference: `${key}/_history/${version.slice(0, 64)}` }, path)),
  ]
}

/** Fills in whose each item is. Throws `reference-not-found` and `reference-unexplained` with the path, `patient-encounter-mismatch`. */
export async function resolveReferences(by: Resolving, items: readonly Item[], written: Written): Promise<void> {
  const inBatch = new Map(items.map((i) => [i.key, i]))
  const deleted = new Set(items.filter((i) => i.kind === 'delete').map((i) => i.key))
  const stored = await storedTargets(by, wantedOf(items, inBatch, written))
  const target = (key: string): Target | undefined => stored.get(key) ?? written.get(key)
  const found = (key: string): Target | undefined => inBatch.get(key) ?? target(key)
  const missing: Finding[] = []
  for (const item of items) {
    if (by.plain) missing.push(...unfound(item, found).map((f) => placedFinding(f, item.write.at)))
    for (const [key, path] of item.facts?.pointers.references ?? []) {
      const own = inBatch.get(key)
      const there = own ? !deleted.has(key) : target(key) !== undefined
      if (!there) missing.push(placedFinding(finding(referenceNotFound, { reference: key }, path), item.write.at))
    }
  }
  if (missing.length > 0) throw new OutcomeError(missing.slice(0, MOST_FINDINGS))
  // Encounters of the batch first need their own patient before others can be compared with them.
  for (const item of items) ownPatient(item, found)
  for (const item of items) if (item.type === 'Binary') patientOfContext(item, found)
  for (const item of items) checkEncounter(item, found)
}

/** Bytes must be there before a record says they are. Throws `reference-not-found`. */
export async function checkBinaries(ctx: Context, items: readonly Item[]): Promise<void> {
  const wanted = new Set(items.flatMap((i) => [...(i.facts?.pointers.binaries ?? [])]))
  for (const sha of wanted) {
    if (!(await ctx.blobs.has(sha, { recent: true }))) throw refuse(referenceNotFound, { reference: `Binary/${sha}` })
  }
}

const REFERRING = `
select r.h from ix_ref x join res r on r.h = x.tgt
where r.h = any($1::bigint[]) and x.rid <> all($2::bigint[]) limit 1`

/** Throws `still-referenced` when something outside the batch's own deletions refers to a deleted row. */
export async function checkDeletes(db: TransactionDb, items: readonly Item[]): Promise<void> {
  const gone = items.filter((i) => i.kind === 'delete' && !i.same)
  if (gone.length === 0) return
  const rows = await db.query<{ h: string }>(REFERRING, [gone.map((i) => i.h), gone.map((i) => i.rid)], true)
  const item = gone.find((i) => i.h === rows[0]?.h)
  if (item) throw refuse(stillReferenced, { type: item.type }, item.write.at)
}
