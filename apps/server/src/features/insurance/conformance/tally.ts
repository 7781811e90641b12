/** Counts of a whole folder: as many lines as there are rules and columns, never as many as there are records. */
import type { FindingView } from '../../referral/contract.ts'
import type { ConformanceSummary, FileReport, RecordReport, RuleCount, UseCount } from './contract.ts'
import { USES, type Use } from './uses.ts'

/** `XML2[3].SO_LUONG` → `XML2.SO_LUONG`. */
export const columnOf = (path: string | undefined): string => (path ?? '').replace(/\[\d+\]/g, '')

const MOST_NAMED = 50
const RANK = { fatal: 0, error: 1, warning: 2, information: 3 } as const

type Counted = RuleCount & { last: number }

export class Tally {
  readonly #rules = new Map<string, Counted>()
  readonly #uses = new Map<Use, UseCount>(USES.map((use) => [use, { use, of: 0, enough: 0, lacks: [] }]))
  readonly #tables = new Map<string, { records: number; rows: number }>()
  readonly #layouts = new Map<string, number>()
  readonly #facilities = new Set<string>()
  readonly #ignored: string[] = []
  readonly #files = { read: 0, refused: 0 }
  readonly #records = { passed: 0, withNotes: 0, refused: 0 }
  /** Of the record or file that is told of: a rule counts its records once. */
  #at = 0

  ignored(name: string): void {
    if (this.#ignored.length < MOST_NAMED) this.#ignored.push(name)
  }

  file(file: FileReport): void {
    this.#files[file.state]++
    if (file.state === 'read') this.#layouts.set(file.layout, (this.#layouts.get(file.layout) ?? 0) + 1)
    this.#rulesOf(file.findings)
  }

  record(record: RecordReport, facility: string): void {
    if (record.result === 'refused') this.#records.refused++
    else {
      this.#records.passed++
      if (record.findings.length > 0) this.#records.withNotes++
    }
    if (facility && this.#facilities.size < MOST_NAMED) this.#facilities.add(facility)
    for (const [table, rows] of Object.entries(record.tables)) {
      const known = this.#tables.get(table) ?? { records: 0, rows: 0 }
      this.#tables.set(table, { records: known.records + 1, rows: known.rows + rows })
    }
    for (const use of record.enough) this.#use(use).enough++
    for (const use of record.enough) this.#use(use).of++
    for (const { use, what } of record.lacks) {
      const counted = this.#use(use)
      counted.of++
      for (const one of what) {
        const known = counted.lacks.find((l) => l.en === one.en)
        if (known) known.records++
        else if (counted.lacks.length < MOST_NAMED) counted.lacks.push({ ...one, records: 1 })
      }
    }
    this.#rulesOf(record.findings)
  }

  #use(use: Use): UseCount {
    return this.#uses.get(use) as UseCount
  }

  #rulesOf(findings: readonly FindingView[]): void {
    this.#at++
    for (const f of findings) {
      const place = columnOf(f.path)
      const key = `${f.code} ${place}`
      const known = this.#rules.get(key)
      if (!known) {
        const { code, severity, vi, en, cure } = f
        this.#rules.set(key, { code, severity, place, count: 1, records: 1, vi, en, cure, last: this.#at })
        continue
      }
      known.count++
      if (known.last !== this.#at) known.records++
      known.last = this.#at
    }
  }

  summary(): ConformanceSummary {
    const rules = [...this.#rules.values()].map(({ last: _, ...rule }) => rule)
    return {
      passed: this.#files.refused === 0 && this.#records.refused === 0 && !rules.some((r) => RANK[r.severity] < RANK.warning),
      files: { ...this.#files, ignored: this.#ignored },
      records: { ...this.#records },
      facilities: [...this.#facilities].sort(),
      layouts: Object.fromEntries([...this.#layouts].sort()),
      tables: Object.fromEntries([...this.#tables].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))),
      uses: [...this.#uses.values()].map((u) => ({ ...u, lacks: u.lacks.toSorted((a, b) => b.records - a.records) })),
      rules: rules.sort(
        (a, b) => RANK[a.severity] - RANK[b.severity] || b.records - a.records || (a.code + a.place < b.code + b.place ? -1 : 1),
      ),
    }
  }
}
