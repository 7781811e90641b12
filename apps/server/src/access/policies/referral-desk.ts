import { can, DEMOGRAPHICS, DIRECTORY, may, PAPERS, policy, READ, RESTRICTED, WRITE } from './sentence.ts'

/** Planning office or referral desk: receives, sends, seals; the records clerk's hand. */
export const referralDesk = policy('referral-desk', 'HOPERAT', [
  may('exchange.page', 'exchange.act', 'demo.switch'),
  may('site.session', 'patient.find', 'directory.read', 'fhir.read', 'claim.import', 'claim.undo'),
  // The planning office says which slips come without a click.
  may('acceptance.read', 'acceptance.manage'),
  // Văn thư keeps the register of signing authority.
  may('delegation.read', 'delegation.manage'),
  may('referral.read', 'referral.papers', 'referral.desk', 'referral.arrive', 'referral.seal', 'referral.void', 'referral.mark-read'),
  can(READ, [...DEMOGRAPHICS, 'Encounter'], 'all', RESTRICTED),
  can(WRITE, ['Task', ...PAPERS], 'all', RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
