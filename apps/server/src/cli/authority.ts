/** `yba authority …`: the demo authority of a province, running or not. The running service reads what is written here. */
import { existsSync } from 'node:fs'
import { refuse } from '@yba/fhir'
import { behaviourOf, LIES, SERVICES } from '../box/authority/behaviour.ts'
import { issuedCertificates, openAuthority, readBehaviours, revocations, revokeNoted, writeBehaviours } from '../box/authority/keep.ts'
import { openInnerAuthority } from '../box/authority/process.ts'
import { layout } from '../box/layout.ts'
import { authorityMissing, certificateUnknown, switchUnknown } from '../box/outcomes.ts'
import { onEnd } from './signals.ts'
import type { Lang } from './text.ts'

/** Runs the service until it is told to end. */
export async function serveAuthority(data: string, port: number): Promise<void> {
  const service = await openInnerAuthority(data, await openAuthority(data), port)
  onEnd(() => service.close())
  process.send?.({ ready: true })
}

/** A folder without an authority would seem to be one that issued nothing. Throws `authority-missing`. */
function known(data: string): void {
  if (!existsSync(layout.authority(data))) throw refuse(authorityMissing, { folder: data })
}

/** Throws `authority-missing`. */
export function listCertificates(data: string, lang: Lang): void {
  known(data)
  const vi = lang === 'vi'
  console.log(
    `${(vi ? 'Số sê-ri' : 'Serial').padEnd(32)}  ${(vi ? 'Cơ sở' : 'Site').padEnd(10)} ${(vi ? 'Cấp cho' : 'Issued to').padEnd(36)} ${vi ? 'Tình trạng' : 'State'}`,
  )
  const revoked = new Map(revocations(data).map((r) => [r.serial, r.at]))
  for (const one of issuedCertificates(data)) {
    const at = revoked.get(one.serial)
    const state = at
      ? `${lang === 'vi' ? 'thu hồi' : 'revoked'} ${at.slice(0, 16)}`
      : `${lang === 'vi' ? 'đến' : 'until'} ${one.notAfter.slice(0, 10)}`
    console.log(`${one.serial}  ${one.site.padEnd(10)} ${one.name.padEnd(36)} ${state}`)
  }
}

/** Throws `authority-missing`, `certificate-unknown`. */
export function revokeCertificate(data: string, serial: string, lang: Lang): void {
  known(data)
  const found = issuedCertificates(data).find((c) => c.serial === serial.toLowerCase())
  if (!found) throw refuse(certificateUnknown, { serial })
  revokeNoted(data, found.serial, new Date(), 1)
  console.log(lang === 'vi' ? `Đã thu hồi chứng thư của ${found.name}.` : `The certificate of ${found.name} is revoked.`)
}

/** Throws `authority-missing`, `switch-unknown`. */
export function switchService(data: string, service: string, asked: { mode: string; seconds?: number; how?: string }, lang: Lang): void {
  known(data)
  const one = SERVICES.find((s) => s === service)
  const behaviour = one && behaviourOf(one, asked)
  const ways = one ? LIES[one] : [...new Set(Object.values(LIES).flat())]
  if (!one || !behaviour)
    throw refuse(switchUnknown, { what: [service, asked.mode, asked.how].filter(Boolean).join(' '), ways: ways.join(', ') })
  writeBehaviours(data, { ...readBehaviours(data), [one]: behaviour })
  console.log(
    `${one}: ${behaviour.mode}${behaviour.how ? ` (${behaviour.how})` : ''}${lang === 'vi' ? '. Có hiệu lực ngay.' : '. In force at once.'}`,
  )
}
