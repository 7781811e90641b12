/**
 * `npm test`: types, lint, walls, licences, unit and integration tests, the browser journey; every stage prints its time.
 * The first of two rings: scripts/test-slow.ts says what the second is.
 * Ends with one line `N passed, N failed`. `--only a,b` runs some stages; other words filter test files by path.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium, INSTALL_CHROMIUM } from '../apps/server/src/box/chromium.ts'
import { stopTestCluster } from '../apps/server/src/testing/database.ts'
import { checkLicences } from './licences.ts'
import { FILE_MS, filesOf, INTEGRATION, runFiles, sum, type Tally, UNIT } from './run-files.ts'
import { checkWalls } from './walls.ts'

const root = join(import.meta.dirname, '..')
process.chdir(root)
// Nothing may lean on the zone of the machine: a site's zone is +07:00, the tests run elsewhere.
process.env.TZ = 'America/New_York'
process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim()

const { values, positionals } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean' } }, allowPositionals: true })

const SERVER = { timeout: FILE_MS, ring: 'first' } as const
const besideBrowser = (file: string): boolean => /^apps\/server\/src\/(box|http)\//.test(file)

interface Stage {
  name: string
  run(): Promise<Tally>
  /** Runs beside the stages after it. */
  beside?: boolean
}

const stages: Stage[] = [
  { name: 'types', run: types, beside: true },
  {
    name: 'biome',
    run: () => asOne('biome', ['node_modules/@biomejs/biome/bin/biome', 'check', '--diagnostic-level=warn', '--max-diagnostics=50']),
  },
  { name: 'walls', run: walls },
  { name: 'licences', run: licences },
  { name: 'unit', run: () => runFiles(chosen(UNIT), { concurrency: 2, ring: 'first' }) },
  {
    name: 'integration',
    run: () =>
      runFiles(
        chosen(INTEGRATION).filter((file) => !besideBrowser(file)),
        { ...SERVER, concurrency: 3 },
      ),
  },
  // The browser leaves half of the machine idle: box and HTTP run beside it.
  { name: 'box-http', run: () => runFiles(chosen(INTEGRATION).filter(besideBrowser), { ...SERVER, concurrency: 1 }), beside: true },
  { name: 'browser', run: browser },
]

const chosen = (patterns: string[]): string[] => filesOf(patterns, positionals)

async function types(): Promise<Tally> {
  const tsc = 'node_modules/typescript/bin/tsc'
  const own = await asOne('tsc', [tsc, '-p', 'tsconfig.json', '--noEmit'])
  if (!existsSync('apps/web/tsconfig.json')) return own
  return sum([own, await asOne('tsc web', [tsc, '-p', 'apps/web/tsconfig.json', '--noEmit'])])
}

async function walls(): Promise<Tally> {
  const report = checkWalls(root)
  for (const one of report.warnings) console.log(`  warning ${one.file}:${one.line} ${one.rule}: ${one.text}`)
  const failures = report.errors.map((one) => `${one.file}:${one.line} ${one.rule}: ${one.text}`)
  for (const one of failures) console.log(`  ✖ ${one}`)
  return { passed: failures.length ? 0 : 1, failed: failures.length, failures }
}

async function licences(): Promise<Tally> {
  const failures = checkLicences(root)
  for (const one of failures) console.log(`  ✖ ${one}`)
  return { passed: failures.length ? 0 : 1, failed: failures.length, failures }
}

async function browser(): Promise<Tally> {
  const files = chosen(['e2e/**/*.e2e.ts'])
  if (files.length === 0) return { passed: 0, failed: 0, failures: [] }
  const found = await findChromium()
  if (!found) {
    const text = `no browser runs here; install one: ${INSTALL_CHROMIUM}`
    console.log(`  ✖ ${text}`)
    return { passed: 0, failed: 1, failures: [text] }
  }
  console.log(`  browser: ${found.executable} (${found.from})`)
  return await runFiles(files, { concurrency: 1, timeout: 900_000 })
}

/** A tool that passes or fails as one. */
function asOne(name: string, args: string[]): Promise<Tally> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: 'inherit' })
    child.on('exit', (code) => resolve(code === 0 ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] }))
  })
}

/** Runs a stage and says how it ended. */
async function told(stage: Stage): Promise<void> {
  const from = Date.now()
  console.log(`— ${stage.name}`)
  const tally = await stage.run()
  tallies.push(tally)
  console.log(`  ${stage.name}: ${tally.passed} passed, ${tally.failed} failed in ${((Date.now() - from) / 1000).toFixed(1)} s\n`)
}

const begun = Date.now()
const wanted = values.only?.split(',')
const tallies: Tally[] = []
const beside: Promise<void>[] = []
for (const stage of stages) {
  if (wanted && !wanted.includes(stage.name)) continue
  if (stage.beside) beside.push(told(stage))
  else await told(stage)
}
await Promise.all(beside)
if (!values.keep && (!wanted || wanted.includes('integration') || wanted.includes('box-http'))) await stopTestCluster()

const total = sum(tallies)
if (total.failures.length) console.log(`Failed:\n${total.failures.map((one) => `  ${one}`).join('\n')}\n`)
console.log(`All stages took ${((Date.now() - begun) / 1000).toFixed(1)} s`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed ? 1 : 0
