/** What a record says about the slip its patient came with. */
import { type ClaimRecord, claimBirthToFhir, claimTimeToFhir, isCccd } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import type { FileArrival } from '../referral/index.ts'
import type { ImportedRecord } from './contract.ts'

/** Facts of an arrival; null when the record does not say who came when. Columns of XML0, or of XML1 with the slip's number. */
export function arrivalOf(
  caller: Caller,
  record: ClaimRecord,
  imported: Pick<ImportedRecord, 'patient' | 'encounter'>,
): FileArrival | null {
  const row = record.tables.XML1?.[0] ?? record.tables.XML0?.[0]
  const get = (column: string): string => (row?.[column] ?? '').trim()
  const came = claimTimeToFhir(get('NGAY_VAO'))
  const { patient, encounter } = imported
  if (!came || !patient || !encounter) return null
  const sex = get('GIOI_TINH')
  const [issuer, number, paper] = [get('MA_NOI_DI'), get('GIAY_CHUYEN_TUYEN'), get('SO_CCCD')]
  return {
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
    by: { ...caller, display: caller.kind === 'system' ? 'Phần mềm bệnh viện (HIS)' : caller.display },
  }
}
