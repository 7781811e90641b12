import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../access/index.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { compareVersions } from './compare.ts'
import { type CatalogueImport, type GivenFacts, importCatalogues } from './import.ts'
import { catalogues, codesOf, maps } from './tables.ts'

let t: TestSite
before(async () => {
  t = await testSite()
})
after(() => t.close())

const store = () => t.site.store.as(systemCaller('test', '24997'))
const SYSTEM = 'https://example.org/thu'

function take(text: string, facts: GivenFacts = {}, more: Partial<CatalogueImport> = {}) {
  const files = [{ file: 'list.csv', kind: 'list', bytes: new TextEncoder().encode(text) }]
  return store().transact((tx) => importCatalogues(tx, { files, facts, dryRun: false, by: 'test', ...more }))
}

const first: GivenFacts = { system: SYSTEM, version: 'QĐ 1', title: 'Danh mục thử', from: '2024-01-01', until: '2025-12-31' }
const second: GivenFacts = { ...first, version: 'QĐ 2', from: '2026-01-01', until: undefined }

test('two versions: what is new, changed and gone is told; both stay, each with its days', async () => {
  await take('code,name_vi\nA,Lỵ trực khuẩn\nB,Sởi\nC,Ho gà\n', first)
  const done = await take('code,name_vi,parent\nA,Lỵ trực khuẩn,\nB,Bệnh sởi,\nB,Sởi,\nD,Uốn ván,B\n', second)
  const [one] = done.catalogues
  assert.equal(one?.against, 'QĐ 1')
  assert.deepEqual(
    [one?.difference.added.map((c) => c.code), one?.difference.changed.map((c) => c.code), one?.difference.gone.map((c) => c.code)],
    [['D'], ['B'], ['C']],
  )
  assert.deepEqual(
    done.findings.map((f) => f.definition.code),
    ['catalogue-code-doubled'],
  )
  const kept = await catalogues(t.site.store, SYSTEM)
  assert.deepEqual(
    kept.map((c) => `${c.version} ${c.from} ${c.until ?? ''} ${c.codes}`),
    ['QĐ 1 2024-01-01 2025-12-31 3', 'QĐ 2 2026-01-01  3'],
  )
  const { difference } = await compareVersions(t.site.store, SYSTEM)
  assert.deepEqual([difference.added.length, difference.changed.length, difference.gone.length, difference.unchanged], [1, 1, 1, 1])
  await assert.rejects(compareVersions(t.site.store, 'nothing'), { code: 'catalogue-version-unknown' })
})

test('the list stands as a CodeSystem that says what it is and since when; the same file again changes nothing', async () => {
  const page = await store().search('CodeSystem', `url=${encodeURIComponent(SYSTEM)}&version=${encodeURIComponent('QĐ 1')}`)
  const resource = JSON.parse(page.entries[0]?.text ?? '{}') as Record<string, unknown>
  assert.deepEqual([resource.content, resource.count, resource.status], ['not-present', 3, 'active'])
  const again = await take('code,name_vi\nA,Lỵ trực khuẩn\nB,Sởi\nC,Ho gà\n', first)
  assert.deepEqual([again.catalogues[0]?.against, again.catalogues[0]?.difference.unchanged], ['QĐ 1', 3])
  const after = await store().search('CodeSystem', `url=${encodeURIComponent(SYSTEM)}&version=${encodeURIComponent('QĐ 1')}`)
  assert.equal(after.entries[0]?.versionId, 1)
  assert.equal((await catalogues(t.site.store, SYSTEM)).length, 2)
})

test('an import that dies on the way leaves what was there', async () => {
  const many = Array.from({ length: 4500 }, (_, i) => `${i},Tên ${i}`).join('\n')
  const told: string[] = []
  const progress = async (_title: string, done: number, of: number): Promise<void> => {
    told.push(`${done}/${of}`)
    // The server's end of the connection goes away, as when the process or the machine dies.
    if (done === 4000) {
      await t.site.store.sql(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
      )
    }
  }
  await assert.rejects(take(`code,name_vi\n${many}\n`, second, { progress }))
  assert.deepEqual(told, ['2000/4500', '4000/4500'])
  const kept = (await catalogues(t.site.store, SYSTEM)).at(-1)
  assert.equal(kept?.codes, 3)
  assert.equal((await codesOf(t.site.store, kept?.id ?? '')).length, 3)
})

test('a trial writes nothing; neither does a file with an error', async () => {
  const facts = { ...second, version: 'QĐ 3' }
  assert.equal((await take('code,name_vi\nA,Lỵ\n', facts, { dryRun: true })).written, false)
  const wrong = await take('code,name_vi\nA  b,Lỵ\n A,\n,Không mã\n', facts)
  assert.equal(wrong.written, false)
  assert.equal((await catalogues(t.site.store, SYSTEM)).length, 2)
})

test('a list nobody knows needs its system, version, title and days', async () => {
  for (const facts of [
    {},
    { ...second, from: '2026-13-01' },
    { ...second, until: '2025-01-01' },
    { ...second, system: 'a b' },
    { ...second, title: '' },
  ])
    await assert.rejects(take('code,name_vi\nA,Lỵ\n', facts), { code: 'catalogue-facts-unfit' })
})

test('a map of communes waits for both lists, and names who provided it', async () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const map = { file: 'map.csv', bytes: bytes('old_ward_code,new_ward_code\n07201,07210\n') }
  const both = [
    {
      file: 'old.csv',
      bytes: bytes('province_code,province_name,district_code,district_name,ward_code,ward_name\n24,Tỉnh Thử,213,Huyện Thử,07201,Xã Thử\n'),
    },
    { file: 'new.json', bytes: bytes('[{"Code":"24","FullName":"Tỉnh Mới","Wards":[{"Code":"07210","FullName":"Phường Mới"}]}]') },
  ]
  const run = (files: CatalogueImport['files']) =>
    store().transact((tx) => importCatalogues(tx, { files, facts: {}, dryRun: false, by: 'test' }))
  const alone = await run([map])
  assert.deepEqual([alone.written, alone.findings.map((f) => f.definition.code)], [false, ['catalogue-map-apart', 'catalogue-map-apart']])
  assert.equal((await run([...both, map])).written, true)
  const [kept] = await maps(t.site.store)
  assert.deepEqual([kept?.from.version, kept?.to.version, kept?.pairs, kept?.source], ['2024-06-11', '2026-07-25', 1, 'map.csv'])
  const page = await store().search('ConceptMap', `url=${encodeURIComponent('https://w3id.org/yba/ConceptMap/communes')}`)
  assert.match(page.entries[0]?.text ?? '', /provided by VietMap/)
})
