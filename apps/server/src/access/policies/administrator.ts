import { can, DIRECTORY, may, policy, READ } from './sentence.ts'

/** Keeps users and the running of the site; sees no patient. */
export const administrator = policy('administrator', 'HSYSADMIN', [
  may('site.session', 'user.manage', 'site.status', 'directory.read', 'claim.import', 'fhir.read'),
  can(READ, DIRECTORY, 'all'),
])
