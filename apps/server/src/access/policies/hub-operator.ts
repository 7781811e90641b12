import { can, DIRECTORY, may, policy, READ, RESTRICTED, WITHOUT_THE_WHY } from './sentence.ts'

/** Runs the provincial exchange: threads, queues and persons to be told apart; not the content of papers. */
export const hubOperator = policy('hub-operator', 'HOPERAT', [
  may(
    'site.session',
    'hub.console',
    'exchange.page',
    'exchange.act',
    'person.review',
    'reporting.read',
    'site.status',
    'demo.switch',
    'user.manage',
    'directory.read',
    'referral.read',
    'fhir.read',
  ),
  can(READ, ['Task'], 'all', RESTRICTED, WITHOUT_THE_WHY),
  can([...READ, 'write'], ['Patient'], 'all', RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])
