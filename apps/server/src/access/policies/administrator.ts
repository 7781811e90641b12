import { can, DIRECTORY, may, policy, READ } from './sentence.ts'

/** Keeps users and the running of the site; sees no patient. */
export const administrator = policy('administrator', 'HSYSADMIN', [
  may(
    'site.session',
    'user.manage',
    'site.status',
    'exchange.page',
    'exchange.act',
    'demo.switch',
    'directory.read',
    'claim.import',
    'fhir.read',
  ),
  may('acceptance.read', 'acceptance.manage'),
  // Enters in the register of signing authority what the head of the facility has decided.
  may('delegation.read', 'delegation.manage'),
  can(READ, DIRECTORY, 'all'),
])
