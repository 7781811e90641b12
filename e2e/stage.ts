/** One province and one browser for all journeys of a file: starting them takes longer than most journeys. */

import { type Chrome, openChrome } from './browser.ts'
import { openPrivateProvince, type PrivateProvince } from './province.ts'

export interface Stage {
  box: PrivateProvince
  chrome: Chrome
}

export async function openStage(): Promise<Stage> {
  const [box, chrome] = await Promise.all([openPrivateProvince(), openChrome()])
  return { box, chrome }
}

export async function closeStage(stage: Stage | undefined): Promise<void> {
  await stage?.chrome.close()
  await stage?.box.stop()
}
