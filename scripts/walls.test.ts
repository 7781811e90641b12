import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { checkWalls } from './walls.ts'
import { importsOf } from './walls-imports.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function breaches(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'walls-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkWalls(root).errors.map((one) => `${one.file}:${one.line} ${one.rule}`)
}

const server = 'apps/server/src'

test('each wall stops what is built through it', () => {
  const cases: [string, Record<string, string>, string][] = [
    ['fhir imports ours', { 'packages/fhir/src/a.ts': "import { x } from '@yba/vietnam'" }, 'packages/fhir/src/a.ts:1 wall'],
    [
      'a package reaches into the server',
      { 'packages/forms/src/a.ts': "import '../../../apps/server/src/site.ts'" },
      'packages/forms/src/a.ts:1 wall',
    ],
    [
      'the door of tests, by a program',
      { [`${server}/store/a.ts`]: "import { x } from '@yba/fhir/testing'" },
      `${server}/store/a.ts:1 wall`,
    ],
    ['a package past the door', { [`${server}/store/a.ts`]: "\nimport { x } from '@yba/fhir/src/x.ts'" }, `${server}/store/a.ts:2 wall`],
    [
      'store imports a feature',
      { [`${server}/store/a.ts`]: "import { x } from '../features/referral/index.ts'" },
      `${server}/store/a.ts:1 wall`,
    ],
    [
      'a feature imports http',
      { [`${server}/features/referral/a.ts`]: "import { x } from '../../http/a.ts'" },
      `${server}/features/referral/a.ts:1 wall`,
    ],
    [
      'a pair that is not listed',
      { [`${server}/features/documents/a.ts`]: "import { x } from '../referral/index.ts'" },
      `${server}/features/documents/a.ts:1 wall`,
    ],
    [
      'a listed pair past the door',
      { [`${server}/features/referral/a.ts`]: "import { x } from '../documents/tables.ts'" },
      `${server}/features/referral/a.ts:1 wall`,
    ],
    [
      'the web loads server code',
      { 'apps/web/src/a.ts': "import { x } from '../../server/src/features/referral/sign.ts'" },
      'apps/web/src/a.ts:1 wall',
    ],
    ['an undeclared dependency', { [`${server}/http/a.ts`]: "import left from 'left-pad'" }, `${server}/http/a.ts:1 wall`],
    [
      'SQL in a command',
      { [`${server}/features/referral/a.ts`]: 'const q = `\n select id from task`' },
      `${server}/features/referral/a.ts:1 sql-place`,
    ],
    ['a long file', { [`${server}/store/a.ts`]: 'x\n'.repeat(601) }, `${server}/store/a.ts:601 file-length`],
    ['a machine path', { 'docs/a.md': ['see ', 'tmp', 'x'].join('/') }, 'docs/a.md:1 machine-words'],
  ]
  for (const [name, files, expected] of cases) assert.deepEqual(breaches(files), [expected], name)
})

test('what is allowed passes', () => {
  assert.deepEqual(
    breaches({
      [`${server}/features/referral/a.ts`]:
        "import { d } from '../documents/index.ts'\nimport { s } from '../../store/index.ts'\nimport type { Site } from '../../site.ts'",
      [`${server}/features/referral/tables.ts`]: 'const q = `select id from task`',
      [`${server}/store/a.ts`]: "import type { Caller } from '../access/caller.ts'",
      'apps/web/src/a.ts': "import { t } from '../../server/src/features/referral/transitions.ts'",
    }),
    [],
  )
})

test('run-time cycles are found, type imports close none', () => {
  const a = `${server}/store/a.ts`
  const b = `${server}/store/b.ts`
  assert.deepEqual(breaches({ [a]: "import { b } from './b.ts'", [b]: "import { a } from './a.ts'" }), [`${a}:1 import-cycle`])
  assert.deepEqual(breaches({ [a]: "import { b } from './b.ts'", [b]: "import type { A } from './a.ts'" }), [])
})

test('imports are read over several lines, in re-exports and calls, and not in comments', () => {
  const text =
    "import {\n  a,\n  type B,\n} from './one.ts'\nexport * from './two.ts'\n// import x from './no.ts'\n/* import y from './no.ts' */\nconst z = await import('./three.ts')\nexport type { T } from './four.ts'\nexport const s = 'from'\nexport const t = {\n  import: 'Nhập',\n}\nimport './five.css'\n"
  assert.deepEqual(
    importsOf(text).map((one) => `${one.specifier} ${one.line} ${one.typeOnly}`),
    ['./one.ts 1 false', './two.ts 5 false', './four.ts 9 true', './five.css 14 false', './three.ts 8 false'],
  )
})
