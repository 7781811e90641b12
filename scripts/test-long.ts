/** `npm run test:long`: soak, faults and large data, `*.long.ts`, and the second ring (scripts/test-slow.ts), one after the other, with a printed seed. `--seed N` repeats a run. */

import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopTestCluster } from '../apps/server/src/testing/database.ts'
import { filesOf, INTEGRATION, runFiles, sum, withSlowTests } from './run-files.ts'

process.chdir(join(import.meta.dirname, '..'))
process.env.TZ = 'America/New_York'

const { values, positionals } = parseArgs({ options: { seed: { type: 'string' } }, allowPositionals: true })
const seed = values.seed ?? String(randomInt(1, 2 ** 31))
// Long tests read YBA_SEED; one number makes the whole run repeatable.
process.env.YBA_SEED = seed
console.log(`seed ${seed}   (again: npm run test:long -- --seed ${seed})`)

/** A hundred thousand messages take hours where other work shares the machine. */
const LONGEST_MS = 6 * 3_600_000

const files = filesOf(
  ['packages/*/src/**/*.long.ts', 'apps/*/src/**/*.{long,slow}.ts', 'e2e/**/*.long.ts', 'bench/**/*.long.ts'],
  positionals,
)
const begun = Date.now()
const one = { concurrency: 1, timeout: LONGEST_MS }
const dear = withSlowTests(filesOf(INTEGRATION, positionals))
const tally = sum([await runFiles(files, one), await runFiles(dear, { ...one, ring: 'second' })])
await stopTestCluster()
if (tally.failures.length) console.log(`Failed:\n${tally.failures.map((one) => `  ${one}`).join('\n')}`)
console.log(`seed ${seed}, ${files.length + dear.length} files, ${((Date.now() - begun) / 1000).toFixed(1)} s`)
console.log(`${tally.passed} passed, ${tally.failed} failed`)
process.exitCode = tally.failed ? 1 : 0
