/** The demo authority as a service for tests: in this process, over real HTTP, its register in memory. */
import { type Authority, keyIdentifierOf } from '@yba/signing'
import { type Behaviour, NORMAL, type ServiceName } from '../box/authority/behaviour.ts'
import { type AuthorityState, openAuthorityService } from '../box/authority/service.ts'
import type { SiteSettings } from '../settings.ts'

export interface TestAuthority {
  /** What a site's settings say of it. */
  settings: Pick<SiteSettings, 'trustServices' | 'demoAuthority'>
  switch(service: ServiceName, behaviour: Behaviour): void
  allDown(): void
  allNormal(): void
  revoke(serial: string): void
  /** The register: certificates the province was given. */
  issued: AuthorityState['issued'] extends () => infer L ? L : never
  close(): Promise<void>
}

export async function testAuthority(authority: Authority): Promise<TestAuthority> {
  let behaviours = NORMAL
  const revoked: { serial: string; at: string; reason: number }[] = []
  const issued: TestAuthority['issued'] = []
  const state: AuthorityState = {
    authority,
    behaviours: () => behaviours,
    setBehaviours: (next) => {
      behaviours = next
    },
    revoked: () => revoked,
    revoke: (serial, reason) => {
      revoked.push({ serial, at: authority.clock().toISOString(), reason })
    },
    issued: () => issued,
    token: 'thu-cong-tac',
  }
  const service = await openAuthorityService(state, 0)
  const keyId = keyIdentifierOf(authority.issuingCert)
  const down: Behaviour = { mode: 'down' }
  return {
    settings: {
      trustServices: {
        timestamps: [`${service.url}/tsa`],
        issuers: [{ keyId, ocsp: [`${service.url}/ocsp`], crl: [`${service.url}/crl`], nonce: true }],
      },
      demoAuthority: { url: service.url, token: state.token },
    },
    switch: (name, behaviour) => {
      behaviours = { ...behaviours, [name]: behaviour }
    },
    allDown: () => {
      behaviours = { ocsp: down, crl: down, tsa: down }
    },
    allNormal: () => {
      behaviours = NORMAL
    },
    revoke: (serial) => state.revoke(serial, 1),
    issued,
    close: () => service.close(),
  }
}
