import { PERMISSIONS } from '../permissions.ts'
import { can, DIRECTORY, may, PAPERS, policy, READ, VERY_RESTRICTED, WRITE } from './sentence.ts'

/** A facility site as the hub sees it: what is addressed to it or comes from it. */
export const node = policy('node', 'TREAT', [
  may('exchange.submit', 'exchange.transition', 'exchange.feed', 'directory.read', 'fhir.read'),
  can(READ, ['Task', ...PAPERS], 'addressed', VERY_RESTRICTED),
  can(READ, DIRECTORY, 'all'),
])

/** A program of the facility (its HIS, the watched folder): hands claim files in, is told what became of them and where a slip stands; sees no chart. */
export const program = policy('program', 'HOPERAT', [may('claim.import', 'referral.state')])

/** A FHIR client written elsewhere, on a bare site: reads and writes every type; care areas and their commands do not stand there. */
export const client = policy('client', 'HOPERAT', [may('fhir.read', 'fhir.write'), can(WRITE, '*', 'all', VERY_RESTRICTED)])

/** The site's own jobs: import, exchange, person index. Their code is the limit. */
export const system = policy('system', 'HOPERAT', [may(...PERMISSIONS), can(WRITE, '*', 'all', VERY_RESTRICTED)])

/** Somebody without an account. */
export const publicPolicy = policy('public', 'PATRQT', [may('public.read')])
