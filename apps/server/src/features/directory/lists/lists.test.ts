import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableOf } from '@yba/vietnam'
import writeXlsxFile from 'write-excel-file/node'
import { readDirectoryFile } from '../import.ts'
import type { Facility } from '../tables.ts'
import { type FacilityPlan, planFacilities, type Register } from './plan-facilities.ts'
import { readList } from './read-list.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const given = { source: 'QĐ thử', from: '2026-07-01' }
const codes = (findings: readonly { definition: { code: string }; path?: string }[]) =>
  findings.map((f) => `${f.path} ${f.definition.code}`)

test('a workbook gives the same rows: text, numbers, dates, empty cells', async () => {
  const sheet = await writeXlsxFile([
    [{ value: 'ma' }, { value: 'ten' }, { value: 'tu_ngay' }],
    [{ value: '01929', type: String }, null, { value: new Date('2026-07-01'), type: Date, format: 'dd/mm/yyyy' }],
    [
      { value: 24001, type: Number },
      { value: 'Trung tâm <Lục Nam> & "X"', type: String },
    ],
  ]).toBuffer()
  assert.deepEqual(tableOf(sheet), [
    ['ma', 'ten', 'tu_ngay'],
    ['01929', '', '2026-07-01'],
    ['24001', 'Trung tâm <Lục Nam> & "X"'],
  ])
})

test('a directory file that is broken, or is something else, is refused by name', () => {
  const good = { facilities: [{ code: '24001', name: 'Bệnh viện Một' }] }
  assert.deepEqual(readDirectoryFile(bytes(`\ufeff${JSON.stringify(good)}`)), good)
  for (const text of [
    '',
    '{"facilities": [',
    '[]',
    '{}',
    'null',
    '"x"',
    '{"facilities": {}}',
    '{"aliases": [1]}',
    '{"facilities": [null]}',
  ])
    assert.throws(() => readDirectoryFile(bytes(text)), { code: 'directory-file-unreadable' }, text)
  assert.throws(() => readDirectoryFile(new Uint8Array([0x7b, 0xea])), { code: 'directory-file-unreadable' })
})

test('a name written over lines is put on one and told: it may be two names in one cell', () => {
  const list = (rows: string) => readList('facilities', tableOf(bytes(`ma,ten\n${rows}`)), given)
  const two = list('24001,"Bệnh viện Một\nTrung tâm Y tế Hai"\n24002,"Bệnh viện Ba\n"')
  assert.deepEqual(
    two.facilities.map((f) => f.name),
    ['Bệnh viện Một Trung tâm Y tế Hai', 'Bệnh viện Ba'],
  )
  assert.deepEqual(codes(two.findings), ['line 2 list-cell-lines'])
})

test('each row says what is wrong with it', () => {
  const read = readList(
    'facilities',
    tableOf(
      bytes(
        'Mã CSKCB,Tên,Từ ngày,Đến ngày,Ghi chú\n24001,Bệnh viện Một,1/7/2026,,x\n240,,31/02/2026,\n24002,Hai,2026-07-01,30/06/2026\n24001,Một nữa,01/07/2026,\n',
      ),
    ),
    given,
  )
  assert.deepEqual(codes(read.findings), [
    'line 1 list-column-unknown',
    'line 3 list-code-unfit',
    'line 3 list-name-missing',
    'line 3 list-day-unfit',
    'line 4 list-days-crossed',
    'line 5 list-row-doubled',
  ])
  assert.deepEqual(codes(readList('facilities', [['ten'], ['A']], given).findings), ['line 1 list-column-missing'])
  const doctors = readList(
    'practitioners',
    tableOf(bytes('so_cchn,ho_ten,ma_cskcb,ma_khoa\n000001/BG-CCHN,Nguyễn Văn Thử,24001,K03\nx,Trần Thử,24001,khoa Nội')),
    given,
  )
  assert.deepEqual(codes(doctors.findings), ['line 3 list-licence-unfit', 'line 3 list-code-unfit'])
  assert.deepEqual([doctors.practitioners[0]?.department, doctors.practitioners[0]?.from], ['K03', '2026-07-01'])
})

const facility = (code: string, name: string, more: Partial<Facility> = {}): Facility => ({
  code,
  name,
  managing_body: 'Sở Y tế',
  active: true,
  suspended: false,
  slip_keys: [],
  client_keys: [],
  valid_from: null,
  valid_until: null,
  level: '',
  demo_code: false,
  ...more,
})

/** The register after a plan. */
function then(register: Register, plan: FacilityPlan): Register {
  const merged = new Map([...register.facilities, ...plan.facilities].map((f) => [f.code, f]))
  const names = new Map([...register.names, ...plan.names].map((n) => [`${n.code} ${n.from}`, n]))
  return {
    facilities: [...merged.values()],
    names: [...names.values()],
    lists: [...register.lists, ...plan.lists],
    aliases: [...register.aliases, ...plan.aliases],
  }
}

const how = { province: '24', today: '2026-11-23' }
const rows = (text: string) => readList('facilities', tableOf(bytes(text)), given).facilities
const empty: Register = { facilities: [], names: [], lists: [], aliases: [] }

test('a facility without a code gets a provisional one, again the same; the real code takes its place with keys and part', () => {
  const file = rows('ma,ten\n,Bệnh viện Chưa Mã\n24001,Bệnh viện Một\n,Bệnh viện Chưa Mã Hai')
  const first = planFacilities(empty, file, { ...how, list: 'plan' })
  assert.deepEqual(codes(first.findings), ['line 2 list-code-provisional', 'line 4 list-code-provisional'])
  assert.deepEqual(
    first.facilities.map((f) => [f.code, f.demo_code, f.active]),
    [
      ['24X01', true, false],
      ['24001', false, false],
      ['24X02', true, false],
    ],
  )
  const register = then(empty, first)
  const again = planFacilities(register, file, { ...how, list: 'plan' })
  assert.deepEqual([again.added, again.changed, again.unchanged, again.facilities.length], [0, 0, 3, 0])

  const key = { kid: 'k-123456' }
  const joined = {
    ...register,
    facilities: register.facilities.map((f) => (f.code === '24X01' ? { ...f, active: true, slip_keys: [key] } : f)),
  }
  const real = rows('ma,ten,thay_cho,tu_ngay\n24055,Bệnh viện Chưa Mã,24X01,2026-11-01')
  const plan = planFacilities(joined, real, how)
  assert.deepEqual(plan.aliases, [{ code: '24X01', becomes: '24055', from: '2026-11-01' }])
  assert.deepEqual(
    plan.facilities.map((f) => [f.code, f.demo_code, f.active, f.slip_keys]),
    [
      ['24X01', true, false, [key]],
      ['24055', false, true, [key]],
    ],
  )
  const done = planFacilities(then(joined, plan), real, how)
  assert.deepEqual([done.aliases.length, done.findings.length, done.unchanged], [0, 0, 1], 'once more changes nothing')
})

test('a row without a code is the one facility of its name, where there is exactly one', () => {
  const register = {
    ...empty,
    facilities: [facility('24998', 'Trung tâm Y tế Lục Nam'), facility('24001', 'Một'), facility('24002', 'Một')],
  }
  const plan = planFacilities(register, rows('ma,ten\n,TRUNG TÂM Y TẾ LỤC NAM\n,Một'), { ...how, list: 'plan' })
  assert.deepEqual(codes(plan.findings), ['line 2 list-code-by-name', 'line 3 list-code-provisional'])
  assert.deepEqual(
    plan.lists.map((l) => l.code),
    ['24998', '24X01'],
  )
})

test('only a provisional code can be replaced', () => {
  const register = { ...empty, facilities: [facility('24001', 'Một')] }
  for (const replaces of ['24001', '24777']) {
    const plan = planFacilities(register, rows(`ma,ten,thay_cho\n24055,Hai,${replaces}`), how)
    assert.deepEqual([codes(plan.findings), plan.aliases], [['line 2 list-replaces-unfit'], []])
  }
})

test('a new name begins on its day and ends the one before; a list’s name changes nothing of it', () => {
  const register = { ...empty, facilities: [facility('24001', 'Trung tâm Y tế huyện Một')] }
  const renamed = planFacilities(register, rows('ma,ten,tu_ngay\n24001,Trung tâm Y tế khu vực Một,2026-07-01'), how)
  assert.deepEqual(
    renamed.names.map((n) => [n.name, n.from, n.until]),
    [
      ['Trung tâm Y tế huyện Một', '', '2026-06-30'],
      ['Trung tâm Y tế khu vực Một', '2026-07-01', undefined],
    ],
  )
  assert.equal(renamed.facilities[0]?.valid_from, null, 'the name’s day is not the code’s')
  const listed = planFacilities(then(register, renamed), rows('ma,ten\n24001,TTYT Một'), { ...how, list: 'plan' })
  assert.deepEqual([listed.facilities, listed.names, listed.lists[0]?.name], [[], [], 'TTYT Một'])
  const ended = planFacilities(register, rows('ma,ten,den_ngay\n24001,Trung tâm Y tế huyện Một,2026-10-31'), how)
  assert.deepEqual([ended.facilities[0]?.active, ended.facilities[0]?.valid_until], [false, '2026-10-31'])
})
