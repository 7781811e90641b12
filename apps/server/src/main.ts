/** The server program: settings → sites → listeners. `main.ts FILE…` runs one site for each settings file. */
import { readFileSync } from 'node:fs'
import { type OpenedSite, openSite } from './open-site.ts'
import { featuresOf } from './roles.ts'
import type { GivenSettings } from './settings.ts'

export { featuresOf, type OpenedSite, openSite }

/** Runs sites until the process is told to end; those already open are stopped when one cannot start. */
export async function serve(settings: readonly GivenSettings[]): Promise<void> {
  const open: OpenedSite[] = []
  const stop = async () => {
    for (const site of open.toReversed()) await site.stop()
  }
  try {
    for (const one of settings) {
      const site = await openSite(one)
      open.push(site)
      await site.listen()
    }
  } catch (error) {
    await stop()
    throw error
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

if (import.meta.main) {
  await serve(process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')) as GivenSettings))
}
