import { may, policy } from './sentence.ts'

/** The health department reads figures of facilities and the register they stand in: no patient, no slip, no paper. */
export const healthDepartment = policy('health-department', 'HOPERAT', [
  may('site.session', 'reporting.read', 'reporting.freeze', 'directory.read'),
])
