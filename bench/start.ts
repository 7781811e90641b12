/** How long a start takes, and what the idle box weighs. */

import { setTimeout as sleep } from 'node:timers/promises'
import { type Box, startBox } from './box.ts'
import { cpuOf, pssOf } from './processes.ts'
import { report, say } from './report.ts'

const IDLE_SECONDS = 20

/** First start, memory when idle, later start. Gives the running box of the later start. */
export async function measureStart(data: string): Promise<Box> {
  say('first start')
  const first = await startBox(data)
  report('start', { measure: 'start.first', value: first.readyAfter, unit: 's', bar: '<= 30' })
  await sleep(3000)
  await first.stop()
  say('later start')
  const later = await startBox(data)
  report('start', { measure: 'start.later', value: later.readyAfter, unit: 's', bar: '<= 8' })
  await sleep(10_000)
  const before = cpuOf(later.pid)
  await sleep(IDLE_SECONDS * 1000)
  const after = cpuOf(later.pid)
  const { server, postgres } = pssOf(later.pid)
  report('start', { measure: 'idle.pss', value: server + postgres, unit: 'MB', bar: '<= 900' })
  report('start', { measure: 'idle.pss.server', value: server, unit: 'MB' })
  report('start', { measure: 'idle.pss.postgres', value: postgres, unit: 'MB' })
  const idle = after.server + after.postgres - before.server - before.postgres
  report('start', { measure: 'idle.cpu', value: (100 * idle) / IDLE_SECONDS, unit: '% of a core' })
  return later
}
