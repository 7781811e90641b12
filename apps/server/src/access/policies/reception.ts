import { can, DEMOGRAPHICS, DIRECTORY, may, policy, READ, RESTRICTED, WRITE } from './sentence.ts'

export const reception = policy('reception', 'HOPERAT', [
  may('site.session', 'patient.find', 'directory.read', 'fhir.read', 'fhir.write'),
  may('claim.import', 'referral.read', 'referral.arrive'),
  can(WRITE, [...DEMOGRAPHICS, 'Encounter', 'Appointment'], 'all', RESTRICTED),
  // Sees which referral a person at the desk comes with and registers the arrival; not what the papers say.
  can(WRITE, ['Task'], 'all', RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
