/** One site in a process of its own: `node site-process.ts settings.json`; says `ready` when it listens. */
import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { pino } from 'pino'
import { openSite } from '../open-site.ts'
import type { GivenSettings } from '../settings.ts'
import type { BulkJob } from './bulk.ts'

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as GivenSettings
const site = await openSite(settings, { log: pino({ level: 'error' }), webRoot: '' })
await site.listen()
// Where a cache is asked for (NODE_COMPILE_CACHE): a process that is killed could not write it at its end.
flushCompileCache()
process.send?.('ready')
// Work in bulk, for tests of size: `{bulk: job}` is answered with what it took.
process.on('message', (message: { bulk?: BulkJob }) => {
  const { bulk } = message
  if (!bulk) return
  void import('./bulk.ts')
    .then(({ workInBulk }) => workInBulk(site, bulk))
    .then(
      (done) => process.send?.({ done }),
      (error: unknown) => process.send?.({ failed: String(error) }),
    )
})
const end = (): void => {
  void site.stop().then(() => process.exit(0))
}
process.on('SIGTERM', end)
process.on('disconnect', end)
