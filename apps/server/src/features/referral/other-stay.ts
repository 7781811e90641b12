/**
 * The number of a slip in a record of another stay of the same person: a HIS gives one number to one slip, so it is a slip
 * of the keyboard or of the counter. The slip stays with the stay it was written for, and a person hears of it.
 */
import { defineOutcome, type Finding, finding, findingText } from '@yba/fhir'
import type { Encounter } from 'fhir/r4.d.ts'
import type { Transaction } from '../../store/types.ts'
import { clearAlert, raiseAlert } from '../exchange/index.ts'
import type { ReferralTask } from './task.ts'

export const SLIP_OTHER_STAY = defineOutcome({
  code: 'slip-file-other-stay',
  http: 200,
  severity: 'warning',
  issue: 'duplicate',
  vi: 'Hồ sơ {maLk} ghi số giấy chuyển {number}, nhưng phiếu số đó đã thuộc một đợt khám khác của người bệnh; phiếu giữ nguyên, giấy chuyển của hồ sơ này chưa được nhận.',
  en: 'Record {maLk} names slip {number}, which belongs to another stay of the patient; that slip stays as it is, and the slip of this record is not taken.',
  cure: {
    vi: 'Nếu là giấy khác: cấp số khác trong HIS rồi gửi lại hồ sơ. Nếu đợt kia ghi nhầm: hủy hồ sơ của đợt kia ở màn hình nhập tệp rồi gửi lại hồ sơ này.',
    en: 'If it is another slip, give it another number in the HIS and send the record again. If the other stay is the mistaken one, take its record back on the import page and send this one again.',
  },
})

const KIND = 'slip-two-stays'

/** Whether the slip was written for another stay than this one. A stay that was taken back as mistaken holds no slip. */
export async function isOfOtherStay(tx: Transaction, task: ReferralTask, encounter: string | undefined): Promise<boolean> {
  if (!task.encounter || !encounter || task.encounter === encounter) return false
  const stay = (await tx.readMany([task.encounter])).get(task.encounter)?.resource() as unknown as Encounter | undefined
  return stay !== undefined && stay.status !== 'entered-in-error'
}

/** Says it in the answer to the file, and to the referral desk until the record says otherwise. */
export async function tellOtherStay(tx: Transaction, number: string, maLk: string): Promise<Finding> {
  const told = finding(SLIP_OTHER_STAY, { number, maLk }, 'XML13[1].GIAY_CHUYEN_TUYEN')
  const { vi, en, cure } = findingText(told)
  await raiseAlert(tx, { kind: KIND, subject: maLk, severity: 'warning', role: 'referral-desk', vi, en, cure }, tx.now)
  return told
}

/** The record of the stay names another slip or none, or was taken back. */
export async function endOtherStay(tx: Transaction, maLk: string): Promise<void> {
  await clearAlert(tx, KIND, maLk, tx.now)
}
