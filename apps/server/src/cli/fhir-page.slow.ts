/** Every block of docs/fhir.md is run by the shell as it stands, against a bare site, and answers what the page says. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { addProgram, systemCaller } from '../access/index.ts'
import { importCatalogues } from '../features/catalogue/index.ts'
import { type OpenedSite, openSite } from '../open-site.ts'
import { featuresOf } from '../roles.ts'
import type { GivenSettings } from '../settings.ts'
import { migratedTemplate, type TestDatabase, testDatabase } from '../testing/database.ts'
import { freePort } from '../testing/site.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../../../docs/fhir.md'), 'utf8')
const ADDRESS = 'http://localhost:8099'
const MARK = '\n--- end of block ---\n'

const ICD10 = `code,marker,name_vi,chapter_no,block,category
A03,,Lỵ trực khuẩn,I,A00-A09,A03
A03.0,,Lỵ trực khuẩn do Shigella dysenteriae,I,A00-A09,A03
A06.0,,Lỵ amip cấp,I,A00-A09,A06
B05,,Sởi,I,B00-B09,B05
`

/** A command of the page and what it says of its answer. */
interface Block {
  line: number
  command: string
  answer?: string
}

function blocksOf(page: string): Block[] {
  const out: Block[] = []
  for (const { 1: kind, 2: text = '', index } of page.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    const last = out.at(-1)
    if (kind === 'sh') out.push({ line: page.slice(0, index).split('\n').length, command: text })
    else if (last) last.answer = text
  }
  return out
}

const withoutSpace = (text: string): string => text.replace(/\s+/g, '')

/** The first piece of the page's answer that does not stand in the real one, in the order of the page. */
function missing(said: string, real: string): string | undefined {
  const text = withoutSpace(real)
  let from = 0
  for (const piece of said.split(/[\n…]/).map(withoutSpace)) {
    const at = text.indexOf(piece, from)
    if (at < 0) return piece
    from = at + piece.length
  }
  return undefined
}

const [founding, setup, ...asked] = blocksOf(PAGE)
const run = async (script: string, cwd: string): Promise<string> =>
  (await promisify(execFile)('bash', ['-c', script], { cwd, maxBuffer: 1 << 24 })).stdout

let folder: string
let database: TestDatabase
let site: OpenedSite
let url: string

/** The site that the page's first block makes, on a database and a port of the test. */
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yba-page-'))
  await run(founding?.command ?? '', folder)
  const settings = JSON.parse(readFileSync(join(folder, 'bare.json'), 'utf8')) as GivenSettings
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  database = await testDatabase({ template: migratedTemplate(featuresOf('bare')) })
  const here = { database: database.url, listen: { host: '127.0.0.1', port }, baseUrl: url, folder: join(folder, settings.folder) }
  site = await openSite({ ...settings, ...here }, { log: pino({ level: 'silent' }), webRoot: '' })
  await site.listen()
  const files = [{ file: 'icd10.csv', bytes: new TextEncoder().encode(ICD10) }]
  const store = site.store.as(systemCaller('test', '24997'))
  await store.transact((tx) => importCatalogues(tx, { files, facts: {}, dryRun: false, by: 'test' }))
})
after(async () => {
  await site.stop()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

test('every block of the page runs as it stands and answers what the page says', async () => {
  assert.ok(setup && asked.length >= 20, 'the blocks were found')
  assert.match(setup.command, /program add .* --client/)
  const { token } = await addProgram(site.store.sql, { id: 'my-app', name: 'My app', role: 'client' }, site.clock.now())
  // What the command line would print: it makes the token by the same call.
  const commands = asked.map(({ command }) => `${command}printf '${MARK.replaceAll('\n', '\\n')}'\n`)
  const script = [`npm() { echo '${token}'; }`, setup.command, ...commands].join('\n')
  const answers = (await run(script.replaceAll(ADDRESS, url), folder)).split(MARK)
  assert.equal(answers.length, asked.length + 1)
  for (const [i, { line, command, answer }] of asked.entries()) {
    assert.ok(answer, `line ${line} says nothing of its answer`)
    assert.equal(missing(answer, answers[i] ?? ''), undefined, `line ${line}: ${command}\nanswers ${answers[i]}`)
  }
})

test('a page that says what is not answered is found out', () => {
  assert.equal(missing('HTTP/1.1 200 OK\n"a": …2', 'HTTP/1.1 200 OK\r\n\r\n{"a":12}'), undefined)
  assert.equal(missing('"a": 2', '{"a":12}'), '"a":2')
  assert.equal(missing('"b"\n"a"', '{"a":1,"b":2}'), '"a"')
})
