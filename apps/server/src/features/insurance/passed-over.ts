/** A record that is passed over: what stands of its stay is a later word, whichever file came first. */
import { defineOutcome, extensionUrl, type Finding, finding } from '@yba/fhir'
import { type ClaimRecord, claimTimeToFhir } from '@yba/vietnam'
import type { Encounter } from 'fhir/r4.d.ts'
import type { Transaction } from '../../store/types.ts'
import type { ClaimRow } from './tables.ts'

const CHECK_IN_LATE = defineOutcome({
  code: 'claim-check-in-late',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đợt khám {maLk} đã có hồ sơ (XML1); bảng check-in (XML0) đến sau không thay đổi gì.',
  en: 'Stay {maLk} already has its record (XML1); a check-in (XML0) that comes after it changes nothing.',
  cure: { vi: 'Không cần làm gì.', en: 'Nothing needs to be done.' },
})

const OLDER_FILE = defineOutcome({
  code: 'claim-older-file',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Hồ sơ {maLk} đã có bản từ tệp nhận sau tệp này; bản trong tệp này không thay đổi gì.',
  en: 'Record {maLk} stands as a file that came after this one has it; this one changes nothing.',
  cure: {
    vi: 'Không cần làm gì. Nếu bản này mới đúng, gửi lại tệp.',
    en: 'Nothing needs to be done. If this one is right, send the file again.',
  },
})

const CHECK_IN_OLDER = defineOutcome({
  code: 'claim-check-in-older',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đợt {maLk} đã vào nội trú lúc {since} theo một bảng check-in (XML0) khác; bảng này cũ hơn (mới nhất {said}, không có NGAY_VAO_NOI_TRU) nên không thay đổi gì.',
  en: 'Stay {maLk} was admitted at {since} by another check-in (XML0); this one is older (its latest hour is {said}, without NGAY_VAO_NOI_TRU) and changes nothing.',
  cure: {
    vi: 'Không cần làm gì. Nếu người bệnh thật ra không vào nội trú: hủy hồ sơ ở màn hình nhập tệp rồi gửi lại bảng này.',
    en: 'Nothing needs to be done. If there was no admission after all: take the record back on the import page and send this one again.',
  },
})

/** Whether a record only checks the patient in: XML0 without XML1. */
export const isCheckIn = (record: ClaimRecord): boolean => !record.tables.XML1?.length && (record.tables.XML0?.length ?? 0) > 0

/**
 * Why a record with another content than the one that stands changes nothing: its file came before (a large file is judged
 * beside the small ones); it is a check-in after the record, or one of before the admission after the one that tells it,
 * for the files of a HIS need not come in their order. Null: it is the later word.
 */
export async function passedOver(tx: Transaction, before: ClaimRow, record: ClaimRecord, file: string): Promise<Finding | null> {
  const { maLk } = record
  if (before.file !== null && BigInt(before.file) > BigInt(file)) return finding(OLDER_FILE, { maLk }, 'MA_LK')
  if (!isCheckIn(record)) return null
  if (before.head !== 'XML0') return finding(CHECK_IN_LATE, { maLk }, 'XML0')
  const rows = record.tables.XML0 ?? []
  if (rows.some((row) => row.NGAY_VAO_NOI_TRU?.trim())) return null
  const since = await admittedSince(tx, before.encounter)
  // yyyymmddHHMM sorts as time does. A check-in that tells of an hour after the admission takes it back.
  const said =
    rows
      .flatMap((row) => [row.NGAY_VAO ?? '', row.NGAY_YL ?? ''])
      .toSorted()
      .at(-1) ?? ''
  const latest = claimTimeToFhir(said)
  if (!since || !latest || Date.parse(latest) > Date.parse(since)) return null
  return finding(CHECK_IN_OLDER, { maLk, since, said: latest }, 'XML0[1].NGAY_VAO_NOI_TRU')
}

async function admittedSince(tx: Transaction, encounter: string): Promise<string | undefined> {
  const stay = (await tx.readMany([encounter])).get(encounter)?.resource() as unknown as Encounter | undefined
  return stay?.extension?.find((e) => e.url === extensionUrl('inpatient-since'))?.valueDateTime
}
