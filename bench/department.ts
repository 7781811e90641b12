/**
 * The health department's page: 54 facilities, a year of invented daily figures, 14 slips a day from each. Prints JSON
 * lines: the whole request of a signed-in official for the year and for one week, and the workbook of the year.
 * Run: `node bench/department.ts`. A hub with a database of its own.
 */
import { localDay } from '@yba/vietnam'
import { addFacilities, putListed } from '../apps/server/src/features/directory/index.ts'
import { addDays } from '../apps/server/src/features/reporting/days.ts'
import { noteFacility, putCounts } from '../apps/server/src/features/reporting/tables.ts'
import { type TestSite, testSite } from '../apps/server/src/testing/site.ts'
import { quantile, report, say } from './report.ts'

const FACILITIES = 54
const DAYS = 365
const SLIPS_A_DAY = 14
const ASKED = 30
const BAR = '≤ 300 ms'

const codes = Array.from({ length: FACILITIES }, (_, i) => `24${String(101 + i)}`)

/** Invented figures. One facility in nine has never connected, one day in twenty of the others was not told. */
async function fill(t: TestSite, until: string): Promise<string> {
  const from = addDays(until, 1 - DAYS)
  const now = t.site.clock.now()
  const rows = codes.map((code, i) => ({
    code,
    name: `Cơ sở thử số ${i + 1}`,
    managing_body: '',
    active: true,
    slip_keys: [],
    client_keys: [],
  }))
  await addFacilities(t.site.store, rows, now)
  await putListed(
    t.site.store,
    'plan',
    codes.map((code, place) => ({ code, place, name: `Cơ sở thử số ${place + 1}`, from: '2020-01-01', source: 'bench' })),
  )
  for (const [i, code] of codes.entries()) {
    if (i % 9 === 8) continue
    const days = Array.from({ length: DAYS }, (_, n) => ({
      day: addDays(from, n),
      records: 40 + ((n * 7 + i) % 90),
      slips: 14 + ((n + i) % 4),
    }))
    await putCounts(
      t.site.store,
      code,
      days.filter((_, n) => (n * 13 + i) % 20 !== 0),
      now,
    )
    await noteFacility(t.site.store, code, now, now)
  }
  await t.site.store.sql(
    `insert into reporting_slip(task, issuer, day, answered)
     select f.code || '-' || d || '-' || n, f.code, to_char($2::date + d, 'YYYY-MM-DD'), (d + n) % 5 <> 0
     from unnest($1::text[]) with ordinality as f(code, i), generate_series(0, $3 - 1) as d, generate_series(1, $4) as n
     where f.i % 9 <> 0`,
    [codes, from, DAYS, SLIPS_A_DAY],
  )
  await t.site.store.sql(
    `insert into reporting_exchanged select issuer, day, count(*), count(*) filter (where answered) from reporting_slip group by issuer, day`,
  )
  await t.site.store.sql('analyze')
  return from
}

const t = await testSite({ role: 'hub', settings: { facility: { code: '24000', name: 'Trục', managingBody: 'Sở Y tế' } } })
try {
  const until = localDay(t.site.clock.now())
  const from = await fill(t, until)
  const [count] = await t.site.store.sql<{ slips: string }>('select count(*) as slips from reporting_slip')
  say(`${FACILITIES} facilities, ${DAYS} days, ${count?.slips} slips`)
  const official = await t.as('health-department')
  const measure = async (path: string): Promise<number[]> => {
    const times: number[] = []
    for (let i = -3; i < ASKED; i++) {
      const begun = performance.now()
      const answer = await official.fetch(path)
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
      if (i >= 0) times.push(performance.now() - begun)
    }
    return times
  }
  const begun = process.cpuUsage()
  const year = await measure(`/fhir/Organization/$department?from=${from}&until=${until}`)
  const spent = process.cpuUsage(begun)
  report('department', { measure: 'department.year.p50', value: quantile(year, 0.5), unit: 'ms', bar: BAR })
  report('department', { measure: 'department.year.p95', value: quantile(year, 0.95), unit: 'ms' })
  report('department', { measure: 'department.year.cpu', value: (spent.user + spent.system) / 1000 / (ASKED + 3), unit: 'ms CPU of Node' })
  const week = await measure('/fhir/Organization/$department?kind=week')
  report('department', { measure: 'department.week.p50', value: quantile(week, 0.5), unit: 'ms', bar: BAR })
  const file = await measure(`/fhir/Organization/$department-workbook?from=${from}&until=${until}`)
  report('department', { measure: 'department.workbook.p50', value: quantile(file, 0.5), unit: 'ms' })
} finally {
  await t.close()
}
