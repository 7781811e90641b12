/**
 * Three doors, one referral: a slip typed at the ward, the check-in, the claim with its XML13, the corrected claim and a
 * cancelling, told in a given order about a person of its own, and what must hold afterwards whatever the order.
 */
import assert from 'node:assert/strict'
import { SYSTEM } from '@yba/fhir'
import { checkInFile, claimFile, type Stay, stay } from '@yba/people'
import type { Caller } from '../access/caller.ts'
import { systemCaller } from '../access/index.ts'
import { doctor } from '../access/policies/doctor.ts'
import { putFacilities } from '../features/directory/index.ts'
import { importClaim } from '../features/insurance/index.ts'
import { act } from '../features/referral/act.ts'
import { compose } from '../features/referral/compose.ts'
import { saveDraftOf } from '../features/referral/drafts.ts'
import { isCancelled } from '../features/referral/join.ts'
import { proposedContent } from '../features/referral/tables/revisions.ts'
import { withdrawnAmong } from '../features/referral/tables/withdrawn.ts'
import { loadDraft } from '../features/referral/tables.ts'
import { type ReferralTask, taskFacts } from '../features/referral/task.ts'
import { type TestSite, testSite } from './site.ts'

let t: TestSite

/** The site all orders are played at. */
export async function openStage(): Promise<void> {
  t = await testSite({ role: 'facility' })
  const facility = (code: string, name: string) => ({ code, name, managing_body: '', active: true, slip_keys: [], client_keys: [] })
  await putFacilities(
    t.site.store,
    [facility('24997', 'Bệnh viện Đa khoa tỉnh Bắc Giang'), facility('01929', 'Bệnh viện Bạch Mai')],
    new Date(),
  )
}

export const closeStage = (): Promise<void> => t.close()

const HIS = systemCaller('import:his', '24997')
const DOCTOR: Caller = {
  ...HIS,
  kind: 'user',
  id: 'bs-mot',
  display: 'Nguyễn Thị Ánh',
  role: 'doctor',
  departments: ['K01'],
  licence: '000031/BG-CCHN',
  purpose: 'TREAT',
  permissions: doctor.permissions instanceof Set ? doctor.permissions : new Set(doctor.permissions),
  grants: doctor.grants,
}

const TYPED = {
  signs: 'Bác sĩ: tỉnh, sốt 39 độ, khó thở khi nằm.',
  results: 'Bác sĩ: X-quang mờ thùy dưới phổi phải.',
  diagnosisText: 'J18.9 Viêm phổi',
  condition: 'Bác sĩ: mạch 100 lần/phút.',
  direction: 'Bác sĩ: đề nghị điều trị chuyên khoa hô hấp.',
}
const CORRECTED = 'Hướng điều trị đã sửa trong HIS'

/** One person, one stay of today, told by five voices. */
interface Case {
  stay: Stay
  /** The last word of the HIS about the direction, once there is one. */
  said?: string
  findings: string[]
}

function ofToday(seed: number): Stay {
  const today = new Date(t.site.clock.now().getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
  const one = stay(seed, { kind: 'outpatient', facility: '24997', start: today })
  const donor = stay(seed, { kind: 'inpatient-transfer', facility: '24997', patient: { person: one.person, mrn: one.mrn }, start: today })
  const [row, slip] = [one.tables.XML1?.[0] ?? {}, donor.tables.XML13?.[0] ?? {}]
  const at = `${today.replaceAll('-', '')}0001`
  const money = Object.keys(row).filter((column) => column.startsWith('T_'))
  Object.assign(row, Object.fromEntries(money.map((column) => [column, '0'])))
  Object.assign(row, { NGAY_VAO: at, NGAY_RA: at, NGAY_TAI_KHAM: '', MA_LOAI_RV: '2', KET_QUA_DTRI: '4', MA_NOI_DEN: '01929' })
  const kept = ['CHAN_DOAN_RV', 'MA_BENH_CHINH', 'MA_BENH_KT', 'MA_LK'] as const
  Object.assign(slip, Object.fromEntries(kept.map((column) => [column, row[column] ?? ''])), {
    NGAY_VAO: at,
    NGAY_RA: at,
    NGAY_VAO_NOI_TRU: '',
  })
  // What the slips are joined by is in these two tables; lines of costs would only take time.
  one.tables = { XML1: [row], XML13: [slip] }
  return one
}

async function take(c: Case, bytes: Buffer): Promise<void> {
  const [record] = (await importClaim(t.site, HIS, bytes)).records
  const errors = record?.findings.filter((f) => f.severity === 'error')
  assert.ok(record && record.result !== 'refused', JSON.stringify(errors))
  c.findings.push(...record.findings.map((f) => f.code))
}

const patientOf = async (c: Case): Promise<string[]> => {
  const page = await t.site.store.as(HIS).search('Patient', `identifier=${encodeURIComponent(`${SYSTEM.cccd}|${c.stay.person.citizenId}`)}`)
  return page.entries.map((e) => e.id)
}

async function slips(c: Case): Promise<{ id: string; task: ReferralTask }[]> {
  const [patient] = await patientOf(c)
  if (!patient) return []
  const page = await t.site.store.as(HIS).search('Task', `patient=Patient/${patient}&_sort=_lastUpdated&_count=50`)
  return page.entries.map((e) => ({ id: e.id, task: taskFacts(e.resource()) }))
}

const VOICES = {
  async slip(c: Case) {
    const { person } = c.stay
    const today = new Date(t.site.clock.now().getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
    const { name, birthDate, sex, citizenId, address } = person
    const store = t.site.store.as(DOCTOR)
    const { id } = await compose(t.site, store, { person: { name, birthDate, sex, citizenId, address }, to: '01929', admitted: today })
    const draft = await loadDraft(t.site.store, id, 'referral')
    assert.equal(draft?.content.kind, 'referral')
    const content = { ...(draft?.content as object), ...TYPED } as never
    await saveDraftOf(t.site, store, id, { kind: 'referral', content, draftVersion: draft?.version ?? 0 })
  },
  async checkIn(c: Case) {
    await take(c, checkInFile([c.stay]))
  },
  async claim(c: Case) {
    await take(c, claimFile([c.stay]))
    c.said = c.stay.tables.XML13?.[0]?.HUONG_DIEU_TRI ?? ''
  },
  async correction(c: Case) {
    const other = structuredClone(c.stay)
    Object.assign(other.tables.XML13?.[0] ?? {}, { HUONG_DIEU_TRI: CORRECTED })
    await take(c, claimFile([other]))
    c.said = CORRECTED
  },
  /** A person takes back what there is; where there is nothing there is nothing to take back. */
  async cancel(c: Case) {
    for (const { id, task } of await slips(c))
      if (!isCancelled(task.state)) await act(t.site, t.site.store.as(DOCTOR), id, { event: 'void', reason: 'không chuyển nữa' })
  },
  /** The HIS takes its slip back: the record again, without XML13. */
  async withdrawal(c: Case) {
    const other = structuredClone(c.stay)
    delete other.tables.XML13
    Object.assign(other.tables.XML1?.[0] ?? {}, { MA_LOAI_RV: '1', MA_NOI_DEN: '', KET_QUA_DTRI: '2' })
    await take(c, claimFile([other]))
  },
} satisfies Record<string, (c: Case) => Promise<void>>

export type Voice = keyof typeof VOICES

/** Every order of some things. */
export function* orders<T>(of: readonly T[]): Generator<T[]> {
  if (of.length === 0) yield []
  for (const [i, first] of of.entries()) for (const rest of orders(of.toSpliced(i, 1))) yield [first, ...rest]
}

/** What must hold of every order. */
async function holds(order: readonly Voice[], c: Case): Promise<void> {
  const told = order.join(', ')
  const opens = (voice: Voice): boolean => ['slip', 'claim', 'correction'].includes(voice)
  const cancelled = order.indexOf('cancel')
  const before = cancelled < 0 ? [] : order.slice(0, cancelled).filter(opens)
  const anew = before.length > 0 && order.indexOf('slip') > cancelled
  const all = await slips(c)
  const alive = all.filter(({ task }) => !isCancelled(task.state))
  assert.equal((await patientOf(c)).length, 1, `one person: ${told}`)
  assert.equal(all.length, anew ? 2 : 1, `a slip is doubled by no file: ${told}`)
  assert.equal(alive.length, before.length > 0 && !anew ? 0 : 1, `one referral: ${told}`)
  assert.equal(
    new Set(all.flatMap(({ task }) => [task.number, ...(task.aliases ?? [])])).size,
    all.flatMap(({ task }) => [task.number, ...(task.aliases ?? [])]).length,
    `a number is of one slip: ${told}`,
  )

  const [slip] = alive.length > 0 ? alive : all
  assert.ok(slip)
  // Who spoke first gave the number, and it stays.
  const first = (anew ? ['slip'] : before.length > 0 ? before : order.filter(opens))[0]
  const his = c.stay.tables.XML13?.[0]?.GIAY_CHUYEN_TUYEN
  if (first === 'slip') assert.match(slip.task.number, /GCT-YB$/, told)
  else assert.equal(slip.task.number, his, told)

  const stays = await t.site.store.as(HIS).search('Encounter', `patient=${slip.task.patient}`)
  assert.deepEqual([`Encounter/${stays.entries[0]?.id}`, stays.entries.length], [slip.task.encounter, 1], `one stay, the slip's: ${told}`)

  // Nothing anybody wrote is lost: what was typed stands, what the HIS said last stands there or waits beside it.
  const draft = (await loadDraft(t.site.store, slip.id, 'referral'))?.content
  const waiting = (await proposedContent(t.site.store, slip.id, 'referral'))?.content
  assert.ok(draft?.kind === 'referral', told)
  const typedInto = order.includes('slip') && (alive.length === 0 ? order.indexOf('slip') < cancelled : true)
  if (typedInto) for (const [path, text] of Object.entries(TYPED)) assert.equal((draft as never)[path], text, `${path}: ${told}`)
  const heard = [draft.direction, waiting?.kind === 'referral' ? waiting.direction : '']
  // Who types into a slip of the HIS sees what it says; what comes after that must wait beside it.
  const since = typedInto ? order.slice(order.indexOf('slip')) : order
  if (c.said !== undefined && since.some((v) => v === 'claim' || v === 'correction'))
    assert.ok(heard.includes(c.said), `the HIS's last word is told: ${told}: ${heard}`)
  if (alive.length === 0 && order.slice(cancelled).some((v) => v === 'claim' || v === 'correction'))
    assert.ok(c.findings.includes('slip-cancelled-here'), `a file after the cancelling is told: ${told}`)
}

let seed = 70_000
async function play(order: readonly Voice[]): Promise<void> {
  const c: Case = { stay: ofToday(seed++), findings: [] }
  for (const voice of order) await VOICES[voice](c)
  await holds(order, c)
  if (order.includes('withdrawal')) await withdrawn(order, c)
}

/** The HIS takes back what it has named, and only that; named again it stands again. */
async function withdrawn(order: readonly Voice[], c: Case): Promise<void> {
  const [slip] = await slips(c)
  const last = order.indexOf('withdrawal')
  const named = (voices: readonly Voice[]): boolean => voices.some((v) => v === 'claim' || v === 'correction')
  const waits = (await withdrawnAmong(t.site.store, [slip?.id ?? ''])).size > 0
  assert.equal(waits, named(order.slice(0, last)) && !named(order.slice(last)), order.join(', '))
}

/** Plays orders, a few at a time: what one waits for the database another uses. */
export async function playAll(all: readonly Voice[][]): Promise<void> {
  const left = [...all]
  const hand = async (): Promise<void> => {
    for (let order = left.pop(); order; order = left.pop()) await play(order)
  }
  await Promise.all([hand(), hand(), hand()])
}
