/** `yba demo his`: a scripted system of a hospital beside a running box. Who has a slip waiting there comes, and is treated by files. */
import { resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { COMERS, comersOf } from '../box/his/desk.ts'
import { playHis } from '../box/his/play.ts'
import { signIn } from '../box/journey/person.ts'
import { layout, readRuntime } from '../box/layout.ts'
import { boxNotRunning, siteUnknown } from '../box/outcomes.ts'
import { DEMO_PASSWORD, DEMO_SITES } from '../box/plan.ts'
import type { ReferralRow } from '../features/referral/contract.ts'
import { onEnd } from './signals.ts'
import type { Lang } from './text.ts'

export interface HisCommand {
  data: string
  site: string
  /** A folder that is watched already; without it the one of the box. */
  folder?: string
  seed: number
  /** Milliseconds for a minute of the hospital's day. */
  pace: number
  lang: Lang
}

/** Plays until Ctrl-C. Throws `box-not-running`, `site-unknown`. */
export async function demoHis(options: HisCommand): Promise<void> {
  const box = readRuntime(options.data)
  if (!box) throw refuse(boxNotRunning, { folder: options.data })
  const place = box.sites.find((one) => one.name === options.site)
  const plan = DEMO_SITES.find((one) => one.name === options.site && one.role === 'facility')
  if (!place || !plan) throw refuse(siteUnknown, { name: options.site, known: DEMO_SITES.map((s) => s.name).join(', ') })
  const reception = await signIn(place.url, 'tiepdon', DEMO_PASSWORD)
  const folder = options.folder ? resolve(options.folder) : layout.watched(options.data, options.site)
  const stop = new AbortController()
  const vi = options.lang === 'vi'
  console.log(vi ? `HIS mẫu của ${plan.facility.name}: ${folder}` : `Scripted HIS of ${plan.facility.name}: ${folder}`)
  console.log(vi ? 'Người có phiếu chờ sẽ đến. Kết thúc: Ctrl-C' : 'Who has a slip waiting will come. To end: Ctrl-C')
  const playing = playHis({
    folder,
    facility: plan.facility.code,
    seed: options.seed,
    msPerMinute: options.pace,
    comers: async () => comersOf((await reception.get<{ rows: ReferralRow[] }>(COMERS)).rows),
    now: () => new Date(),
    told: (line) => console.log(line),
    signal: stop.signal,
  })
  onEnd(async () => {
    stop.abort()
    await playing
  })
  await playing
}
