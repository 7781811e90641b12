/** A file that is no claim but what the BHXH portal answered: each receipt kept as received, and tied by value. */
import { type Finding, finding, OutcomeError } from '@yba/fhir'
import { type PortalReceipt, readReceipts } from '@yba/vietnam'
import type { Site } from '../../../site.ts'
import { findingView } from '../../referral/index.ts'
import type { ImportedRecord } from '../contract.ts'
import { endFile } from '../files/close.ts'
import { type FileRow, noteRecord, putHead } from '../files/tables.ts'
import { isTied, putReceipt } from '../tables/receipts.ts'
import { PORTAL_REFUSED, RECEIPT_OTHER_FACILITY, RECEIPT_UNTIED } from './outcomes.ts'

/** How received files of this kind are marked in their list. */
const LAYOUT = 'receipt'
const NOTHING = { created: 0, updated: 0, unchanged: 0, removed: 0 }
/** What a HIS adds to a claim file's name to name its receipt. */
const SUFFIX = /[._ -](bien-?lai|bien-?nhan|phan-?hoi|ket-?qua|kq|receipt|response)$/

/** The name a receipt shares with the claim file it answers. */
export const stemOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\.json$/, '')
    .replace(SUFFIX, '')
    .replace(/\.xml$/, '')

/**
 * Keeps every receipt of a file and closes its row, which is given; the same file again changes nothing. Throws
 * `receipt-unreadable`, `receipt-unknown`: then the row is closed as refused.
 */
export async function judgeReceipts(
  site: Site,
  file: FileRow,
  bytes: Uint8Array,
  each: (record: ImportedRecord) => void = () => undefined,
): Promise<FileRow> {
  let receipts: PortalReceipt[]
  try {
    receipts = readReceipts(bytes)
  } catch (error) {
    if (error instanceof OutcomeError) await endFile(site, file.id, 'refused', error.findings.map(findingView))
    throw error
  }
  const raw = await site.store.blobs.put(bytes)
  await putHead(site.store, file.id, { layout: LAYOUT, facility: site.settings.facility.code, total: receipts.length, findings: [] })
  for (const [i, receipt] of receipts.entries()) {
    const record = await keep(site, file, raw, i + 1, receipt)
    await noteRecord(site.store, file.id, i + 1, record)
    each(record)
  }
  return (await endFile(site, file.id, 'done')) ?? file
}

async function keep(site: Site, file: FileRow, raw: string, at: number, receipt: PortalReceipt): Promise<ImportedRecord> {
  const { findings: odd, ...said } = receipt
  const { maLk = '', facility } = said
  const own = site.settings.facility.code
  if (facility && facility !== own) {
    const refused = [findingView(finding(RECEIPT_OTHER_FACILITY, { facility }))]
    return { maLk, result: 'refused', resources: NOTHING, findings: refused }
  }
  const stem = stemOf(file.name)
  const fresh = await putReceipt(site.store, { raw, at, file: file.id, stem, said }, site.clock.now())
  const findings: Finding[] = [...odd]
  if (!said.accepted) findings.push(finding(PORTAL_REFUSED, { code: said.code, message: said.message ?? said.errors[0]?.text ?? '' }))
  if (!said.slip && !(await isTied(site.store, said.maLk, stem))) findings.push(finding(RECEIPT_UNTIED, { about: said.maLk ?? file.name }))
  return { maLk, result: fresh ? 'created' : 'unchanged', resources: NOTHING, findings: findings.map(findingView) }
}
