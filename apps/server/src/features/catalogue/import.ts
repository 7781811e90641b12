/** Official lists come as files: read, compared with what stands, and written whole, or not at all. */
import { createHash } from 'node:crypto'
import { type Finding, finding, refuse } from '@yba/fhir'
import { CATALOGUES, type CatalogueFacts, dayIn } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { inForce } from './in-force.ts'
import { CATALOGUE_CODES_FOREIGN, CATALOGUE_FACTS_UNFIT, CATALOGUE_MAP_APART } from './outcomes.ts'
import { type Difference, difference, singled } from './plan.ts'
import type { ConceptFacts, DraftCatalogue, DraftMap } from './read/draft.ts'
import { type GivenFile, readFiles } from './read/files.ts'
import { codeSystemWrite, conceptMapWrite } from './resources.ts'
import { type CatalogueRow, catalogues, codesOf, type KeptCatalogue, type MapRow, putCatalogue, putCodes, putMap } from './tables.ts'

/** Codes per statement; after each the progress is told. */
const STEP = 2000

/** What the command says about a list, instead of or beside what is known of it. */
export type GivenFacts = Partial<Pick<CatalogueFacts, 'system' | 'version' | 'title' | 'from' | 'until'>>

export interface CatalogueImport {
  files: readonly GivenFile[]
  facts: GivenFacts
  /** Nothing is written. */
  dryRun: boolean
  by: string
  /** Told after each step of writing. */
  progress?(title: string, done: number, of: number): void | Promise<void>
}

export interface ImportedCatalogue {
  row: CatalogueRow
  /** Compared with this version; undefined: the first one. */
  against?: string
  difference: Difference
}

export interface ImportedCatalogues {
  catalogues: ImportedCatalogue[]
  maps: MapRow[]
  findings: Finding[]
  /** False: a dry run, or something is wrong. */
  written: boolean
}

interface Planned extends ImportedCatalogue {
  concepts: ConceptFacts[]
}

/** Imports all files of one command. Throws `list-unreadable`, `catalogue-facts-unfit`; the rest is in the findings. */
export async function importCatalogues(tx: Transaction, ask: CatalogueImport): Promise<ImportedCatalogues> {
  await tx.lockKey('catalogue')
  const draft = readFiles(ask.files)
  const given = Object.values(ask.facts).some((value) => value !== undefined)
  if (given && draft.catalogues.length > 1)
    throw refuse(CATALOGUE_FACTS_UNFIT, { what: draft.catalogues.map((c) => c.name ?? c.file).join(', ') })
  const known = await catalogues(tx)
  const findings = [...draft.findings]
  const plans: Planned[] = []
  for (const catalogue of draft.catalogues) {
    const { concepts, findings: doubled } = singled(catalogue)
    findings.push(...doubled)
    const row = {
      ...factsOf(catalogue, ask.facts),
      ...cameFrom(ask.files, [catalogue.file, ...(catalogue.parts ?? [])]),
      codes: concepts.length,
    }
    const before = earlier(known, row)
    plans.push({
      row,
      concepts,
      difference: difference(before ? await codesOf(tx, before.id) : [], concepts),
      ...(before ? { against: before.version } : {}),
    })
  }
  const rows = [
    ...known.filter((k) => !plans.some((p) => p.row.system === k.system && p.row.version === k.version)),
    ...plans.map((p) => p.row),
  ]
  const maps = draft.maps.flatMap((map) => mapRow(map, rows, cameFrom(ask.files, [map.file]), findings))
  for (const { map } of maps) await sayUnknown(tx, map, plans, known, findings)
  const written = !ask.dryRun && findings.every((f) => f.definition.severity !== 'error')
  if (written) await write(tx, plans, maps, ask)
  return { catalogues: plans.map(({ concepts, ...plan }) => plan), maps: maps.map((m) => m.row), findings, written }
}

/** The files something was read from, and one digest of their bytes. */
function cameFrom(files: readonly GivenFile[], names: readonly string[]): { source: string; digest: string } {
  const hash = createHash('sha256')
  for (const { bytes } of files.filter((f) => names.includes(f.file))) hash.update(createHash('sha256').update(bytes).digest())
  return { source: names.join(', '), digest: hash.digest('hex') }
}

/** What is known of the list, with what the command says in its place. Throws `catalogue-facts-unfit`. */
function factsOf(draft: DraftCatalogue, given: GivenFacts): Omit<CatalogueRow, 'source' | 'digest' | 'codes'> {
  const own: Partial<CatalogueFacts> = draft.name === undefined ? {} : CATALOGUES[draft.name]
  const { system = own.system, version = own.version, title = own.title, from = own.from } = given
  const unfit = (what: string): never => {
    throw refuse(CATALOGUE_FACTS_UNFIT, { what })
  }
  if (system === undefined || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(system) || system.includes('|')) return unfit(`--system ${system ?? ''}`)
  if (version === undefined || version.trim() === '' || version.includes('|')) return unfit(`--version ${version ?? ''}`)
  if (title === undefined || title.trim() === '') return unfit('--title')
  if (from === undefined || dayIn(from) !== from) return unfit(`--from ${from ?? ''}`)
  // The last day of the known version is not that of another one.
  const until = given.until ?? (version === own.version ? own.until : undefined)
  if (until !== undefined && (dayIn(until) !== until || until < from)) return unfit(`--until ${until}`)
  return {
    kind: draft.name ?? system.split(/[/:]/).at(-1) ?? system,
    system,
    version,
    title,
    from,
    ...(until === undefined ? {} : { until }),
    publisher: own.publisher ?? '',
    copyright: own.copyright ?? '',
    fragment: own.fragment ?? false,
  }
}

/** The version an import is compared with: the same one, else the last that began before. */
function earlier(known: readonly KeptCatalogue[], row: CatalogueRow): KeptCatalogue | undefined {
  const same = known.filter((k) => k.system === row.system)
  return same.find((k) => k.version === row.version) ?? same.filter((k) => k.from <= row.from).at(-1)
}

interface PlannedMap {
  row: MapRow
  map: DraftMap
}

type Origin = ReturnType<typeof cameFrom>

function mapRow(map: DraftMap, rows: readonly CatalogueRow[], origin: Origin, findings: Finding[]): PlannedMap[] {
  const find = (side: DraftMap['from']): string | undefined => {
    const own = rows.filter((r) => r.system === side.system)
    const version = inForce(own, side.day)?.version
    if (version === undefined) findings.push(finding(CATALOGUE_MAP_APART, { system: side.system, day: side.day }))
    return version
  }
  const [from, to] = [find(map.from), find(map.to)]
  if (from === undefined || to === undefined) return []
  const sides = { from: { system: map.from.system, version: from }, to: { system: map.to.system, version: to } }
  const { name, title, copyright = '' } = map
  return [{ map, row: { name, title, copyright, ...sides, ...origin, pairs: map.rows.length } }]
}

/** Codes of a map that the lists it joins do not have. */
async function sayUnknown(tx: Transaction, map: DraftMap, plans: readonly Planned[], known: readonly KeptCatalogue[], findings: Finding[]) {
  for (const [side, column] of [
    [map.from, 'code'],
    [map.to, 'target'],
  ] as const) {
    const planned = inForce(
      plans
        .filter((p) => p.row.system === side.system)
        .map((p) => ({ from: p.row.from, ...(p.row.until ? { until: p.row.until } : {}), p })),
      side.day,
    )
    const kept = inForce(
      known.filter((k) => k.system === side.system),
      side.day,
    )
    const codes = planned ? planned.p.concepts : kept ? await codesOf(tx, kept.id) : []
    const have = new Set(codes.map((c) => c.code))
    const foreign = [...new Set(map.rows.map((r) => r[column]))].filter((code) => !have.has(code))
    const some = foreign.slice(0, 8).join(', ')
    if (foreign.length > 0 && have.size > 0)
      findings.push(finding(CATALOGUE_CODES_FOREIGN, { count: foreign.length, codes: some }, map.name))
  }
}

async function write(tx: Transaction, plans: readonly Planned[], maps: readonly PlannedMap[], ask: CatalogueImport): Promise<void> {
  for (const { row, concepts } of plans) {
    const id = await putCatalogue(tx, row, ask.by, tx.now)
    for (let place = 0; place < concepts.length; place += STEP) {
      await putCodes(tx, id, place, concepts.slice(place, place + STEP))
      await ask.progress?.(row.title, Math.min(place + STEP, concepts.length), concepts.length)
    }
  }
  for (const { row, map } of maps) await putMap(tx, row, map.rows, ask.by, tx.now)
  await tx.write([...plans.map((p) => codeSystemWrite(p.row)), ...maps.map((m) => conceptMapWrite(m.row))])
}
