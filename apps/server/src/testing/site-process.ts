/** One site in a process of its own: `node site-process.ts settings.json`; says `ready` when it listens. */
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { openSite } from '../open-site.ts'
import type { SiteSettings } from '../settings.ts'

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SiteSettings
const site = await openSite(settings, { log: pino({ level: 'error' }), webRoot: '' })
await site.listen()
process.send?.('ready')
const end = (): void => {
  void site.stop().then(() => process.exit(0))
}
process.on('SIGTERM', end)
process.on('disconnect', end)
