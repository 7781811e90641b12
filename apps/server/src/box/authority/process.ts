/** Where the authority's service runs: in the box's process, or with `--apart` in one of its own. */
import type { Authority } from '@yba/signing'
import { keepProcess, type Reviving } from '../hosts.ts'
import { layout } from '../layout.ts'
import { controlToken, issuedCertificates, readBehaviours, revocations, revokeNoted, writeBehaviours } from './keep.ts'
import { type AuthorityService, type AuthorityState, openAuthorityService } from './service.ts'

/** The service's ground in the folder of a province. */
export function stateOnDisk(data: string, authority: Authority): AuthorityState {
  return {
    authority,
    behaviours: () => readBehaviours(data),
    setBehaviours: (next) => writeBehaviours(data, next),
    revoked: () => revocations(data),
    revoke: (serial, reason) => revokeNoted(data, serial, authority.clock(), reason),
    issued: () => issuedCertificates(data),
    token: controlToken(data),
  }
}

/** Starts the service on its port. */
export function openInnerAuthority(data: string, authority: Authority, port: number): Promise<AuthorityService> {
  return openAuthorityService(stateOnDisk(data, authority), port)
}

/** The service in a process of its own; `pid` changes when it had to be started again. */
export type ApartAuthority = AuthorityService & { readonly pid: number | undefined }

/** Starts the service as `yba authority serve`; one that dies unasked is started again, as the sites are. */
export async function openApartAuthority(data: string, port: number, options: Reviving = {}): Promise<ApartAuthority> {
  const args = ['authority', 'serve', '--data', data, '--port', String(port)]
  const running = await keepProcess({ name: 'authority', args, logFile: layout.authorityLog(data) }, options)
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running.pid
    },
    close: () => running.end(),
  }
}
