/** What a record says about the slip its patient came with, and about how the stay went. */
import { type ClaimPlan, type ClaimRecord, claimBirthToFhir, claimTimeToFhir, isCccd } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import type { FileSaid } from '../referral/index.ts'
import type { ImportedRecord } from './contract.ts'

/** Facts of a stay; null when the record does not say who came when. Columns of XML0, or of XML1 with the slip's number. */
export function saidBy(
  caller: Caller,
  record: ClaimRecord,
  plan: Pick<ClaimPlan, 'outcome'>,
  imported: Pick<ImportedRecord, 'patient' | 'encounter'>,
): FileSaid | null {
  const row = record.tables.XML1?.[0] ?? record.tables.XML0?.[0]
  const get = (column: string): string => (row?.[column] ?? '').trim()
  const came = claimTimeToFhir(get('NGAY_VAO'))
  const { patient, encounter } = imported
  if (!came || !patient || !encounter) return null
  const sex = get('GIOI_TINH')
  const [issuer, number, paper] = [get('MA_NOI_DI'), get('GIAY_CHUYEN_TUYEN'), get('SO_CCCD')]
  return {
    record: record.maLk,
    digest: record.digest,
    patient: `Patient/${patient.id}`,
    encounter,
    person: {
      name: get('HO_TEN'),
      birthDate: claimBirthToFhir(get('NGAY_SINH')) ?? '',
      sex: sex === '1' || sex === '2' ? sex : '3',
      ...(isCccd(paper) ? { citizenId: paper } : {}),
    },
    ...(issuer && number ? { slip: { issuer, number } } : {}),
    at: new Date(came).toISOString(),
    ...(plan.outcome ? { outcome: plan.outcome } : {}),
    by: { id: caller.id, display: caller.kind === 'system' ? HIS : caller.display, role: caller.role },
  }
}

/** Who tells what nobody clicked. */
export const HIS = 'Phần mềm bệnh viện (HIS)'
