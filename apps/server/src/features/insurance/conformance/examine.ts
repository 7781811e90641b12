/**
 * A folder of claim files, judged by the reader and the checks that take them in, without a database: file by file, record by
 * record. What was found is kept on disk until the report is written, so that a year of files needs no more memory than one.
 */
import { closeSync, createReadStream, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { defineOutcome, type Finding, OutcomeError, refuse } from '@yba/fhir'
import { type ClaimPlan, type ClaimRecord, claimToFhir, facilityName, refuses, timesAhead } from '@yba/vietnam'
import { findingView } from '../../referral/index.ts'
import { readFile, SMALL_BYTES } from '../read-file.ts'
import type { ConformanceSummary, FileReport, RecordReport } from './contract.ts'
import { Persons } from './persons.ts'
import { Tally } from './tally.ts'
import { judgeUses } from './uses.ts'

const NO_FILES = defineOutcome({
  code: 'conformance-no-files',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có tệp .xml nào trong {folder}.',
  en: 'There is no .xml file in {folder}.',
  cure: {
    vi: 'Chỉ đúng thư mục chứa tệp XML 130 do HIS xuất.',
    en: 'Name the folder that holds the XML 130 files of the HIS.',
  },
})

/** The folder of the watched folder's own, and what begins with a dot: no files of the HIS. */
const isOurs = (name: string): boolean => name.startsWith('.') || name === 'da-nhan' || name.endsWith('.ket-qua.json')

function namesIn(folder: string, tally: Tally): string[] {
  const all: string[] = []
  const walk = (place: string): void => {
    for (const entry of readdirSync(place, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (isOurs(entry.name)) continue
      const path = join(place, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile() && /\.xml$/i.test(entry.name)) all.push(relative(folder, path))
      else tally.ignored(relative(folder, path))
    }
  }
  walk(folder)
  return all
}

function planOf(record: ClaimRecord, found: readonly Finding[]): ClaimPlan | undefined {
  if (found.some(refuses)) return undefined
  const { facility: code } = record
  return claimToFhir(record, { facility: { code, name: facilityName(code) ?? code } })
}

function recordReport(record: ClaimRecord, found: readonly Finding[], row: number): RecordReport {
  const plan = planOf(record, found)
  const uses = judgeUses(record, plan)
  return {
    row,
    maLk: record.maLk,
    result: plan ? 'passed' : 'refused',
    tables: Object.fromEntries(Object.entries(record.tables).map(([name, rows]) => [name, rows.length])),
    enough: uses.filter((u) => u.lacks.length === 0).map((u) => u.use),
    lacks: uses.filter((u) => u.lacks.length > 0).map((u) => ({ use: u.use, what: u.lacks })),
    findings: found.map(findingView),
  }
}

interface Course {
  tally: Tally
  persons: Persons
  now: Date
  keep(line: RecordReport): void
}

async function examineFile(folder: string, name: string, { tally, persons, now, keep }: Course): Promise<FileReport> {
  const path = join(folder, name)
  const { size } = statSync(path)
  const file: FileReport = {
    name,
    bytes: size,
    state: 'read',
    layout: 'unknown',
    facility: '',
    records: 0,
    passed: 0,
    refused: 0,
    findings: [],
  }
  try {
    await readFile(size > SMALL_BYTES ? { path, size } : { bytes: readFileSync(path) }, {
      head: async ({ layout, facility, findings }) => {
        Object.assign(file, { layout, facility, findings: findings.map(findingView) })
      },
      each: async (read) => {
        if ('finding' in read) {
          file.findings.push(findingView(read.finding))
          return
        }
        const { record, found, row } = read
        // A record that is refused by itself is nobody's stay.
        const taken = found.some(refuses) ? [] : persons.judge(record, name)
        const report = recordReport(record, [...found, ...timesAhead(record, now), ...taken], row)
        file.records++
        file[report.result]++
        tally.record(report, record.facility)
        keep(report)
      },
    })
  } catch (error) {
    if (!(error instanceof OutcomeError)) throw error
    file.findings.push(...error.findings.map(findingView))
    file.state = 'refused'
  }
  tally.file(file)
  return file
}

export interface Examined {
  summary: ConformanceSummary
  /** Every file with its records, from disk, in order; may be gone through more than once. */
  files(): AsyncGenerator<{ file: FileReport; records: AsyncIterable<RecordReport> }>
  /** Removes what lies on disk. */
  end(): void
}

/** A line of the notes: the records of a file come before the file. */
type Line = { record: RecordReport } | { file: FileReport }

async function* linesOf(path: string, start: number): AsyncGenerator<Line> {
  const input = createReadStream(path, { start })
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield JSON.parse(line) as Line
  } finally {
    // Who has the records of one file does not read on to the end of all.
    input.destroy()
  }
}

/**
 * Judges every claim file below a folder.
 * @param told called after each file
 * @param now what happened later than this has not happened
 * @throws OutcomeError conformance-no-files; what keeps a file from being read at all (its rights, the disk)
 */
export async function examine(folder: string, told: (done: number, of: number) => void, now: Date): Promise<Examined> {
  const [tally, persons] = [new Tally(), new Persons()]
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? namesIn(folder, tally) : []
  if (names.length === 0) throw refuse(NO_FILES, { folder })
  const scratch = mkdtempSync(join(tmpdir(), 'yba-conformance-'))
  const end = () => rmSync(scratch, { recursive: true, force: true })
  const notes = join(scratch, 'notes.jsonl')
  const starts: { file: FileReport; at: number }[] = []
  try {
    const out = openSync(notes, 'w', 0o600)
    let at = 0
    const keep = (line: Line): void => {
      at += writeSync(out, `${JSON.stringify(line)}\n`)
    }
    for (const [i, name] of names.entries()) {
      const begun = at
      const file = await examineFile(folder, name, { tally, persons, now, keep: (record) => keep({ record }) })
      keep({ file })
      starts.push({ file, at: begun })
      told(i + 1, names.length)
    }
    closeSync(out)
  } catch (error) {
    end()
    throw error
  }
  async function* files() {
    for (const { file, at } of starts) {
      const records = async function* () {
        for await (const line of linesOf(notes, at)) {
          if ('file' in line) return
          yield line.record
        }
      }
      yield { file, records: { [Symbol.asyncIterator]: records } }
    }
  }
  return { summary: tally.summary(), files, end }
}
