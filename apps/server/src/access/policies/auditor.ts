import { can, DEMOGRAPHICS, DIRECTORY, may, policy, READ, RESTRICTED, VERY_RESTRICTED } from './sentence.ts'

/** Only this role reads and exports the audit; of a patient it reads who it is, nothing of the chart. */
export const auditor = policy('auditor', 'HOPERAT', [
  may('site.session', 'audit.read', 'exchange.page', 'fhir.read', 'directory.read', 'delegation.read'),
  // A patient asks who has looked at the record: the auditor must find the patient by name or number.
  may('patient.find'),
  can(READ, DEMOGRAPHICS, 'all', RESTRICTED),
  can(READ, ['AuditEvent'], 'all', VERY_RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
