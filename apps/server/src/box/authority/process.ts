/** Where the authority's service runs: in the box's process, or with `--apart` in one of its own. */
import type { Authority } from '@yba/signing'
import { launchProcess } from '../hosts.ts'
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

/** Starts the service as `yba authority serve`. */
export async function openApartAuthority(data: string, port: number): Promise<AuthorityService> {
  const running = await launchProcess({
    name: 'authority',
    args: ['authority', 'serve', '--data', data, '--port', String(port)],
    logFile: layout.authorityLog(data),
    env: process.env,
  })
  return { url: `http://127.0.0.1:${port}`, close: () => running.end() }
}
