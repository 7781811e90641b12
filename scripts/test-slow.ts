/**
 * `npm run test:slow`: the second ring. Whole provinces that die, are cut off and restored (`*.slow.ts`), the dear tests of files
 * that have cheap ones too (names that begin with `slow: `), and what speaks SQL once more on an older PostgreSQL. Every change
 * passes it (`.ci/run`), but nobody waits for it at the keyboard: `npm test` has a quick one of each behaviour.
 * Words filter files by path. Ends with one line `N passed, N failed`.
 */

import { join } from 'node:path'
import { installedPostgres } from '../apps/server/src/box/postgres-installed.ts'
import { stopTestCluster } from '../apps/server/src/testing/database.ts'
import { FILE_MS, filesOf, INTEGRATION, runFiles, sum, type Tally, UNIT, withSlowTests } from './run-files.ts'

process.chdir(join(import.meta.dirname, '..'))
process.env.TZ = 'America/New_York'
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim()
const words = process.argv.slice(2)

/** What speaks SQL of its own, once more on the oldest PostgreSQL a site may run on; the first ring ran on the newest. */
const ON_OLDER = [
  'apps/server/src/store/{store,access,races,epoch,migrate}.test.ts',
  'apps/server/src/store/{audit,blobs,search}/*.test.ts',
  'apps/server/src/features/exchange/{feed,alerts,dead-letters}.test.ts',
  'apps/server/src/features/person-index/*.test.ts',
  'apps/server/src/features/referral/hub.test.ts',
  'apps/server/src/box/move/*.test.ts',
]

async function olderPostgres(): Promise<Tally> {
  const found = installedPostgres().find((one) => one.major === 15)
  if (!found) {
    console.log('  PostgreSQL 15 is not installed here (apt-get install postgresql-15): this part ran nothing')
    return { passed: 0, failed: 0, failures: [] }
  }
  process.env.YBA_TEST_POSTGRES = found.programs
  try {
    return await runFiles(filesOf(ON_OLDER, words), { concurrency: 2, timeout: FILE_MS })
  } finally {
    await stopTestCluster(found.programs)
    delete process.env.YBA_TEST_POSTGRES
  }
}

const begun = Date.now()
const three = { concurrency: 3, timeout: FILE_MS }
const tally = sum([
  await runFiles(filesOf(['apps/server/src/**/*.slow.ts'], words), three),
  await runFiles(withSlowTests(filesOf([...UNIT, ...INTEGRATION], words)), { ...three, ring: 'second' }),
])
await stopTestCluster()
const all = sum([tally, await olderPostgres()])
if (all.failures.length) console.log(`Failed:\n${all.failures.map((one) => `  ${one}`).join('\n')}\n`)
console.log(`The second ring took ${((Date.now() - begun) / 1000).toFixed(1)} s`)
console.log(`${all.passed} passed, ${all.failed} failed`)
process.exitCode = all.failed ? 1 : 0
