/**
 * Whose stay each MA_LK of a folder is, across its files. Kept as short digests: a year of files is hundreds of thousands of
 * stays, and no number of a person is held or told.
 */
import { createHash } from 'node:crypto'
import { defineOutcome, type Finding, finding } from '@yba/fhir'
import { type ClaimRecord, isCccd } from '@yba/vietnam'

const TWO_PERSONS = defineOutcome({
  code: 'claim-two-persons',
  http: 422,
  severity: 'error',
  issue: 'conflict',
  vi: 'MA_LK {maLk} trong tệp {file} là của một người bệnh khác (khác MA_BN, không cùng SO_CCCD).',
  en: 'MA_LK {maLk} is another person’s in file {file} (another MA_BN, not the same SO_CCCD).',
  cure: {
    vi: 'Kiểm tra MA_LK và MA_BN trong phần mềm nguồn: mỗi đợt khám có một MA_LK riêng. Khi nhập thật, hồ sơ đến sau bị trả lại (claim-other-person).',
    en: 'Check MA_LK and MA_BN in the source system: every stay has a MA_LK of its own. Taken in earnest, the record that comes later is refused (claim-other-person).',
  },
})

/** Six bytes: among a million stays two meet by chance in one folder of five hundred. */
const digest = (...parts: string[]): number => createHash('sha256').update(parts.join('|')).digest().readUIntBE(0, 6)

interface Seen {
  mrn: number
  citizen: number | undefined
  file: string
}

export class Persons {
  readonly #of = new Map<number, Seen>()

  /** What is wrong when a file before has the number for another person: another MA_BN, and not the same citizen number. */
  judge({ facility, maLk, tables }: ClaimRecord, file: string): Finding[] {
    const head = tables.XML1?.length ? 'XML1' : 'XML0'
    const row = tables[head]?.[0]
    const [mrn, paper] = [(row?.MA_BN ?? '').trim(), (row?.SO_CCCD ?? '').trim()]
    if (!maLk || !mrn) return []
    const stay = digest(facility, maLk)
    const one = { mrn: digest(facility, mrn), citizen: isCccd(paper) ? digest(paper) : undefined, file }
    const known = this.#of.get(stay)
    if (!known) this.#of.set(stay, one)
    if (!known || known.mrn === one.mrn || (one.citizen !== undefined && known.citizen === one.citizen)) return []
    return [finding(TWO_PERSONS, { maLk, file: known.file }, `${head}[1].MA_LK`)]
  }
}
