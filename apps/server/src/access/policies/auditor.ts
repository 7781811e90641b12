import { can, DIRECTORY, may, policy, READ, VERY_RESTRICTED } from './sentence.ts'

/** Only this role reads and exports the audit; it reads nothing of the chart. */
export const auditor = policy('auditor', 'HOPERAT', [
  may('site.session', 'audit.read', 'fhir.read', 'directory.read'),
  can(READ, ['AuditEvent'], 'all', VERY_RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
