/** `yba journey --claim FILE`: hands over to the journey of the box. */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { partMissing } from '../box/outcomes.ts'
import type { Lang } from './text.ts'

export interface JourneyOptions {
  claim: string
  json: boolean
  data?: string
  keep: boolean
  lang: Lang
}

type RunJourney = (options: JourneyOptions) => Promise<number>

/** The journey gives the exit code: 0 when the loop is closed and every signature is valid. */
export async function journey(options: JourneyOptions): Promise<void> {
  const file = join(import.meta.dirname, '..', 'box', 'journey.ts')
  if (!existsSync(file)) throw refuse(partMissing, { part: 'journey' })
  const { runJourney } = (await import(file)) as { runJourney: RunJourney }
  const code = await runJourney({ ...options, claim: resolve(options.claim), ...(options.data ? { data: resolve(options.data) } : {}) })
  process.exitCode = code
}
