/**
 * `npm run test:slow`: the second ring, `*.slow.ts`: whole provinces that die, are cut off, restored and looked at years later.
 * Every change passes it (`.ci/run`), but nobody waits for it at the keyboard: `npm test` has a quick one of each behaviour.
 * Words filter files by path. Ends with one line `N passed, N failed`.
 */

import { join } from 'node:path'
import { stopTestCluster } from '../apps/server/src/testing/database.ts'
import { FILE_MS, filesOf, runFiles } from './run-files.ts'

process.chdir(join(import.meta.dirname, '..'))
process.env.TZ = 'America/New_York'
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim()

const begun = Date.now()
const tally = await runFiles(filesOf(['apps/*/src/**/*.slow.ts'], process.argv.slice(2)), 3, FILE_MS)
await stopTestCluster()
if (tally.failures.length) console.log(`Failed:\n${tally.failures.map((one) => `  ${one}`).join('\n')}\n`)
console.log(`The second ring took ${((Date.now() - begun) / 1000).toFixed(1)} s`)
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed ? 1 : 0
