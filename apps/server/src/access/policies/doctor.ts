import { CLINICAL, can, DEMOGRAPHICS, DIRECTORY, may, PAPERS, policy, READ, RESTRICTED, VERY_RESTRICTED, WRITE } from './sentence.ts'

export const doctor = policy('doctor', 'TREAT', [
  may('site.session', 'patient.find', 'chart.read', 'chart.break-glass', 'directory.read', 'fhir.read', 'fhir.write'),
  may(
    'referral.read',
    'referral.papers',
    'referral.compose',
    'referral.sign-doctor',
    'referral.arrive',
    'referral.care',
    'referral.outcome',
  ),
  may('referral.void', 'referral.mark-read', 'acceptance.read'),
  // Finds anybody by name or number: demographics only.
  can(READ, DEMOGRAPHICS, 'all', RESTRICTED),
  // Reads and writes the chart of patients in care, all of it for one's own, up to restricted for the department's.
  can(WRITE, [...DEMOGRAPHICS, ...CLINICAL, ...PAPERS], 'relation', VERY_RESTRICTED),
  can(WRITE, [...DEMOGRAPHICS, ...CLINICAL, ...PAPERS], 'department', RESTRICTED),
  // Referrals are the work of a department before a relation exists; papers addressed to this facility may be read.
  can(WRITE, ['Task'], 'all', RESTRICTED),
  can(READ, PAPERS, 'addressed', VERY_RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
