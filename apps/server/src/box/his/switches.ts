/**
 * The scripted systems of the box's hospitals, switched on from its start page: patients with a slip come, are treated by files,
 * and the people of the house sign what its own files bring. Only the box has them; no site of its own knows of any of this.
 */
import { randomInt } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Comer, claimFile, stay } from '@yba/people'
import type { ReferralRow } from '../../features/referral/contract.ts'
import { type Person, signIn } from '../journey/person.ts'
import { DEMO_PASSWORD, type DemoSite } from '../plan.ts'
import { COMERS, comersOf } from './desk.ts'
import { playHis } from './play.ts'
import { playStaff } from './staff.ts'

export interface DemoHospital {
  plan: DemoSite
  url: string
  /** Its watched folder. */
  folder: string
}

export interface HisSwitches {
  /** What a hospital's system did last; undefined while it is off. */
  lines(site: string): readonly string[] | undefined
  /** Gives whether the site is a hospital of the box. */
  set(site: string, on: boolean): Promise<boolean>
  /** Drops the claim file of an invented transfer into the watched folder, as a HIS does; gives its name. */
  drop(site: string): string | undefined
  close(): Promise<void>
}

/** Milliseconds for a minute of the hospital's day: a day of care is two minutes. */
const PACE = 80
const KEPT_LINES = 4
const AGAIN_MS = 3000
const COMERS_MS = 1500
const HOUR = 3_600_000

export function hisSwitches(hospitals: readonly DemoHospital[]): HisSwitches {
  const running = new Map<string, { lines: string[]; end(): Promise<void> }>()
  const of = (site: string) => hospitals.find((one) => one.plan.name === site)
  return {
    lines: (site) => running.get(site)?.lines,
    async set(site, on) {
      const hospital = of(site)
      if (!hospital) return false
      const was = running.get(site)
      if (on && !was) running.set(site, play(hospital))
      if (!on && was) {
        running.delete(site)
        await was.end()
      }
      return true
    },
    drop(site) {
      const hospital = of(site)
      return hospital && dropTransfer(hospital)
    },
    async close() {
      await Promise.all([...running.values()].map((one) => one.end()))
      running.clear()
    },
  }
}

function play(hospital: DemoHospital): { lines: string[]; end(): Promise<void> } {
  const stop = new AbortController()
  const { signal } = stop
  const lines: string[] = []
  const told = (line: string): void => {
    lines.unshift(line)
    lines.length = Math.min(lines.length, KEPT_LINES)
  }
  const his = playHis({
    folder: hospital.folder,
    facility: hospital.plan.facility.code,
    seed: randomInt(1000),
    msPerMinute: PACE,
    comers: comersAt(hospital),
    now: () => new Date(),
    told,
    signal,
  })
  const working = Promise.all([his, staffAt(hospital, told, signal)])
  return {
    lines,
    async end() {
      stop.abort()
      await working
    },
  }
}

/** Who stands at the desk; nobody while the site is closed. */
function comersAt({ url }: DemoHospital): () => Promise<readonly Comer[]> {
  let reception: Person | undefined
  let asked = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - asked < COMERS_MS) return []
    asked = performance.now()
    try {
      reception ??= await signIn(url, 'tiepdon', DEMO_PASSWORD)
      return comersOf((await reception.get<{ rows: ReferralRow[] }>(COMERS)).rows)
    } catch {
      // Closed from the start page, or the session has ended: next time anew.
      reception = undefined
      return []
    }
  }
}

/** Signs until the signal; while the site is closed nobody does. */
async function staffAt({ plan, url }: DemoHospital, told: (line: string) => void, signal: AbortSignal): Promise<void> {
  const left = new Set<string>()
  const refused = new Map<string, string>()
  const at = (login: string) => signIn(url, login, DEMO_PASSWORD)
  const logins = (role: string) => plan.users.filter((user) => user.role === role).map((user) => user.login)
  while (!signal.aborted) {
    try {
      const [desk = '', signer = ''] = [logins('referral-desk')[0], logins('signer')[0]]
      const doctors = await Promise.all(logins('doctor').map(at))
      await playStaff({ desk: await at(desk), doctors, signer: await at(signer), left, refused, told, signal })
    } catch (error) {
      told((error as Error).message)
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** Bạch Mai sends patients home to the province; the others send to Bạch Mai. */
const hospitalOf = (code: string): string => (code === '01929' ? '24997' : '01929')

function dropTransfer({ plan, folder }: DemoHospital): string {
  const { code } = plan.facility
  const now = Date.now()
  const within = { from: new Date(now - 6 * HOUR), to: new Date(now - HOUR / 6) }
  const to = hospitalOf(code)
  const made = stay(randomInt(1_000_000), { kind: 'inpatient-transfer', facility: code, to, within })
  const name = `chuyen-${made.maLk}.xml`
  // Written aside and renamed, as a careful HIS does.
  writeFileSync(join(folder, `${name}.tmp`), claimFile([made]))
  renameSync(join(folder, `${name}.tmp`), join(folder, name))
  return name
}
