/** The official files, in excerpts made by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { singled } from '../plan.ts'
import type { DraftConcept } from './draft.ts'
import { type GivenFile, readFiles } from './files.ts'

const file = (name: string, text: string, kind?: string): GivenFile => ({
  file: name,
  bytes: new TextEncoder().encode(text),
  ...(kind === undefined ? {} : { kind }),
})
const told = (found: readonly { definition: { code: string }; path?: string }[]) => found.map((f) => `${f.definition.code} @ ${f.path}`)
const bare = ({ line: _line, ...concept }: DraftConcept) => concept

const ICD = file(
  'icd.csv',
  `code,code_nodot,marker,name_vi,chapter_no,chapter_range,block,category,not_principal,sex_only,age_rule,note
A01,A01,,Thương hàn và phó thương hàn,I,A00-B99,A00-A09,A01,0,,,
A01.0,A010,,Thương hàn,I,A00-B99,A00-A09,A01,0,,,
G01,G01,*,Viêm màng não trong bệnh nhiễm khuẩn phân loại nơi khác,VI,G00-G99,G00-G09,G01,1,,,
M01,M01,*,Viêm khớp trong bệnh nhiễm khuẩn,XIII,M00-M99,M00-M25,M01,0,,,
M01.0,M010,*,Viêm khớp do não mô cầu,XIII,M00-M99,M00-M25,M01,0,,,
M01.00,M0100,*,"Viêm khớp do não mô cầu, nhiều vị trí",XIII,M00-M99,M00-M25,M01,0,,,
P75,P75,,Tắc ruột phân su,XVI,P00-P96,P75-P78,P75,0,,A3.1,
P75,P75,*,Tắc ruột phân su trong bệnh xơ nang,XVI,P00-P96,P75-P78,P75,0,,A3.1,
O80,O80,,Đẻ thường,XV,O00-O99,O80-O84,O80,0,F,,
`,
)
const CHAPTERS = file('chapters.csv', 'chapter_no,chapter_range,name_vi\nI,A00-B99,Bệnh nhiễm trùng và ký sinh trùng\n')
const BLOCKS = file('blocks.csv', 'block,chapter_range,name_vi\nA00-A09,A00-B99,Bệnh nhiễm trùng đường ruột\n')
const PAIRS = file('pairs.csv', 'dagger,asterisk,principal\nA010,G01,G01\nA398,M0100,M0100\n')
const NEVER = file('never.csv', 'code_nodot\nM010\nF0203\n')

test('ICD-10 and its parts are one list: chapters, blocks, longer codes below shorter ones, markers, pairs, rules of use', () => {
  const { catalogues, findings } = readFiles([PAIRS, ICD, NEVER, CHAPTERS, BLOCKS])
  assert.deepEqual(
    catalogues.map((c) => c.name),
    ['icd10'],
  )
  const [list] = catalogues
  assert.ok(list)
  const { concepts, findings: doubled } = singled(list)
  const of = (code: string) => concepts.find((c) => c.code === code)
  assert.deepEqual(of('I'), { code: 'I', display: 'Bệnh nhiễm trùng và ký sinh trùng', abstract: true })
  assert.deepEqual(of('A00-A09')?.parent, 'I')
  assert.equal(of('A01')?.parent, 'A00-A09')
  assert.deepEqual(of('A01.0'), { code: 'A01.0', display: 'Thương hàn', parent: 'A01', props: { asterisk: ['G01'] } })
  assert.deepEqual(of('G01')?.props, { marker: '*', notPrincipal: true, dagger: ['A01.0'], codedFirstWith: ['A01.0'] })
  assert.deepEqual([of('M01.00')?.parent, of('M01.0')?.parent], ['M01.0', 'M01'])
  assert.equal(of('M01.0')?.props?.notPrincipal, true)
  assert.equal(of('O80')?.props?.sex, 'female')
  // The first row of a doubled code stands; the marker the second has is the code's all the same.
  assert.equal(of('P75')?.display, 'Tắc ruột phân su')
  assert.deepEqual(of('P75')?.props, { marker: '*', ageRule: 'A3.1' })
  assert.deepEqual(told(doubled), ['catalogue-code-doubled @ icd.csv line 9'])
  assert.deepEqual(told(findings), ['catalogue-codes-foreign @ pairs.csv', 'catalogue-codes-foreign @ never.csv'])
})

test('a part alone is refused, a missing one is told, a slip of the pen in a code is not mended', () => {
  assert.deepEqual(told(readFiles([CHAPTERS]).findings), ['catalogue-part-alone @ chapters.csv'])
  assert.equal(readFiles([ICD]).findings.filter((f) => f.definition.code === 'catalogue-part-missing').length, 4)
  const head = 'code,marker,name_vi,chapter_no,block,category\n'
  const slip = readFiles([file('x.csv', `${head}U13/9,,Viêm,XXII,U00-U49,U13\nU13.8,,,XXII,U00-U49,U13\n`)]).findings
  assert.ok(told(slip).includes('catalogue-code-unfit @ x.csv line 2'))
  assert.ok(told(slip).includes('catalogue-name-missing @ x.csv line 3'))
})

test('units of 2024 are three lists, those of today two; what became what says where only the person knows', () => {
  const old = file(
    'old.csv',
    `province_code,province_name,district_code,district_name,ward_code,ward_name,ward_level
24,Tỉnh Bắc Giang,213,Thành phố Bắc Giang,07201,Phường Thử Một,Phường
24,Tỉnh Bắc Giang,213,Thành phố Bắc Giang,07204,Phường Thử Hai,Phường
31,Thành phố Hải Phòng,318,Huyện Đảo Thử,,,Huyện
`,
  )
  const now = file(
    'new.json',
    JSON.stringify([
      {
        Code: '24',
        FullName: 'Tỉnh Bắc Ninh',
        FullNameEn: 'Bac Ninh Province',
        Wards: [{ Code: '07210', FullName: 'Phường Bắc Giang', FullNameEn: 'Bac Giang Ward' }],
      },
    ]),
  )
  const map = file('map.csv', 'old_ward_code,new_ward_code\n07201,07210\n07204,07210\n07204,07228\n,07210\n')
  const { catalogues, maps, findings } = readFiles([old, now, map])
  assert.deepEqual(
    catalogues.map((c) => `${c.name} ${c.concepts.length}`),
    ['provinces 1', 'communes 1', 'provinces-2024 2', 'districts-2024 2', 'communes-2024 2'],
  )
  assert.deepEqual(catalogues[1]?.concepts.map(bare), [
    { code: '07210', display: 'Phường Bắc Giang', also: [{ language: 'en', value: 'Bac Giang Ward' }], props: { province: '24' } },
  ])
  assert.deepEqual(catalogues[4]?.concepts[0]?.props, { province: '24', district: '213' })
  assert.deepEqual(
    maps[0]?.rows.map((r) => `${r.code} ${r.target} ${r.equivalence}`),
    ['07201 07210 wider', '07204 07210 inexact', '07204 07228 inexact'],
  )
  assert.match(maps[0]?.copyright ?? '', /VietMap/)
  assert.deepEqual(told(findings), ['catalogue-rows-codeless @ map.csv'])
})

test('services bring the ICD-9-CM codes they are mapped to; ethnic groups their other names', () => {
  const services = file(
    'services.csv',
    'dvkt_code,dvkt_name,level,class,icd9cm,icd9cm_name_vi\n01.0115.0297,Siêu âm nội soi,A,TD,88.73,Siêu âm ngực\n27.205b.0463,Nội soi thử,B,T1,,\n',
  )
  const ethnic = file('ethnic.csv', 'code,name_vi,other_names\n02,Tày,"Thổ, Ngạn"\n01,Kinh,Việt\n')
  const { catalogues, maps, findings } = readFiles([services, ethnic])
  assert.deepEqual(findings, [])
  assert.deepEqual(
    catalogues.map((c) => `${c.name} ${c.concepts.map((one) => one.code).join(' ')}`),
    ['services 01.0115.0297 27.205b.0463', 'icd9cm 88.73', 'ethnic 02 01'],
  )
  assert.deepEqual(catalogues[2]?.concepts[0]?.also, [{ value: 'Thổ' }, { value: 'Ngạn' }])
  assert.deepEqual(maps[0]?.rows, [{ code: '01.0115.0297', target: '88.73', equivalence: 'relatedto' }])
})

test('a file whose columns fit several lists is named by who brings it; one that fits none is refused', () => {
  const text = 'code,name_vi\n01,Lực lượng quân đội\n'
  assert.deepEqual(told(readFiles([file('a.csv', text)]).findings), ['catalogue-kind-unclear @ a.csv'])
  assert.equal(readFiles([file('a.csv', text, 'occupations')]).catalogues[0]?.name, 'occupations')
  assert.deepEqual(told(readFiles([file('b.csv', 'x,y\n1,2\n')]).findings), ['catalogue-kind-unclear @ b.csv'])
  assert.deepEqual(told(readFiles([file('c.csv', 'x,y\n1,2\n', 'ethnic')]).findings.slice(0, 1)), ['list-column-missing @ c.csv line 1'])
  assert.deepEqual(told(readFiles([file('a.csv', text, 'occupations'), file('b.csv', text, 'occupations')]).findings), [
    'catalogue-facts-unfit @ b.csv',
  ])
})
