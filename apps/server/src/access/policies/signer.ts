import { can, DIRECTORY, may, PAPERS, policy, READ, VERY_RESTRICTED, WRITE } from './sentence.ts'

/** The person authorised by the head of the facility to sign outgoing papers. */
export const signer = policy('signer', 'HOPERAT', [
  may('site.session', 'directory.read', 'fhir.read', 'delegation.read'),
  may(
    'referral.read',
    'referral.papers',
    'referral.sign-authorised',
    'referral.seal',
    'referral.void',
    'referral.mark-read',
    'acceptance.read',
  ),
  // Reads what is to be signed, nothing else of the chart.
  can(WRITE, ['Task', ...PAPERS], 'all', VERY_RESTRICTED),
  can(READ, ['Patient'], 'all', VERY_RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
