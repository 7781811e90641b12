/**
 * The switches of the demo: how the authority's services and this site's signer behave just now, and revoking one of its
 * certificates. Only a demo site has them, and each press is audited.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { refuse } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { DemoService, DemoSwitches } from './contract.ts'
import { ringEvidence } from './evidence-bell.ts'
import { forgetFailures } from './fetch.ts'
import { DEMO_AUTHORITY_AWAY, DEMO_ONLY, DEMO_SWITCH_UNKNOWN } from './outcomes.ts'
import { outageFile, signerOutage } from './signers.ts'
import { askNow } from './tables/evidence.ts'

const CONTROL_MS = 5_000

type ControlAnswer = Pick<DemoSwitches, 'certificates'> & { services: Omit<DemoSwitches['services'], 'signer'> }

async function control(site: Site, press?: object): Promise<ControlAnswer> {
  const authority = site.settings.environment === 'demo' ? site.settings.demoAuthority : undefined
  if (!authority) throw refuse(DEMO_ONLY)
  const signal = AbortSignal.any([AbortSignal.timeout(CONTROL_MS), site.stopping])
  const response = await fetch(`${authority.url}/control`, {
    method: press ? 'POST' : 'GET',
    signal,
    headers: { 'x-yba-control': authority.token },
    ...(press ? { body: JSON.stringify(press) } : {}),
  }).catch(() => undefined)
  if (response?.status === 422) throw refuse(DEMO_SWITCH_UNKNOWN)
  if (!response?.ok) throw refuse(DEMO_AUTHORITY_AWAY)
  return (await response.json()) as ControlAnswer
}

async function switches(site: Site, press?: object): Promise<DemoSwitches> {
  const { services, certificates } = await control(site, press)
  return {
    services: { ...services, ...(site.role === 'facility' ? { signer: await signerOutage(site) } : {}) },
    // A site presses its own people's certificates; the hub, any.
    certificates: certificates.filter((c) => site.role === 'hub' || c.site === site.name),
  }
}

async function look({ site }: OperationContext): Promise<OperationAnswer> {
  return { json: await switches(site) }
}

interface Press {
  service?: DemoService
  mode?: string
  seconds?: number
  how?: string
  revoke?: string
}

async function press({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const asked = (typeof json === 'object' && json !== null ? json : {}) as Press
  const before = await switches(site)
  const answer = await done(site, asked, before)
  const detail = asked.revoke ? `revoke ${asked.revoke}` : `${asked.service} ${asked.mode}`
  await site.store.audit.record(caller, { action: 'demo-switch', outcome: 'success', detail })
  // What waits is asked at once, so that the switch is seen to work.
  forgetFailures(site)
  await askNow(site.store, site.clock.now())
  ringEvidence(site)
  return { json: answer }
}

async function done(site: Site, asked: Press, before: DemoSwitches): Promise<DemoSwitches> {
  if (asked.revoke !== undefined) {
    if (!before.certificates.some((c) => c.serial === asked.revoke)) throw refuse(DEMO_SWITCH_UNKNOWN)
    return switches(site, { revoke: asked.revoke })
  }
  const { service, mode, seconds, how } = asked
  if (service !== 'signer') return switches(site, { service, behaviour: { mode, seconds, how } })
  if (!before.services.signer) throw refuse(DEMO_SWITCH_UNKNOWN)
  setSigner(site, mode, seconds ?? 10)
  return switches(site)
}

function setSigner(site: Site, mode: string | undefined, seconds: number): void {
  if (mode === 'normal') rmSync(outageFile(site), { force: true })
  else if (mode === 'down') writeFileSync(outageFile(site), JSON.stringify({ mode }))
  else if (mode === 'slow' && seconds > 0 && seconds <= 600) writeFileSync(outageFile(site), JSON.stringify({ mode, ms: seconds * 1000 }))
  else throw refuse(DEMO_SWITCH_UNKNOWN)
}

export const demoOperations: readonly Operation[] = [
  { name: '$demo-switches', level: 'system', method: 'GET', permission: 'demo.switch', body: 'none', handle: look },
  { name: '$demo-switch', level: 'system', method: 'POST', permission: 'demo.switch', body: 'json', bodyLimit: 4096, handle: press },
]
