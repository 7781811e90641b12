import { can, DEMOGRAPHICS, DIRECTORY, may, policy, READ, RESTRICTED, WITHOUT_THE_WHY, WRITE } from './sentence.ts'

export const reception = policy('reception', 'HOPERAT', [
  may('site.session', 'patient.find', 'directory.read', 'fhir.read', 'fhir.write'),
  may('claim.import', 'referral.read', 'referral.arrive'),
  can(WRITE, [...DEMOGRAPHICS, 'Encounter', 'Appointment'], 'all', RESTRICTED, WITHOUT_THE_WHY),
  // Sees which referral a person at the desk comes with and registers the arrival; not what the papers say, nor why.
  can(READ, ['Task'], 'all', RESTRICTED, WITHOUT_THE_WHY),
  can(READ, DIRECTORY, 'all'),
])
