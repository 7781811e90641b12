/** `yba serve --site FILE`: one site in this process, on the database its settings name. */

import { refuse } from '@yba/fhir'
import { readJsonFile } from '../box/layout.ts'
import { provinceDamaged } from '../box/outcomes.ts'
import { openSite } from '../open-site.ts'
import type { GivenSettings } from '../settings.ts'
import { onEnd } from './signals.ts'

/** Runs until it is told to end; tells a parent process when it is ready. */
export async function serve(file: string): Promise<void> {
  const settings = readJsonFile<GivenSettings>(file)
  if (!settings) throw refuse(provinceDamaged, { file })
  const site = await openSite(settings)
  onEnd(() => site.stop())
  await site.listen()
  process.send?.({ ready: true })
}
