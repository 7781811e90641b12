/** A whole invented stay as claim tables. */

import { facilityName, type Layout, type Row } from '@yba/vietnam'
import { charges } from './charges.ts'
import { addDays, CLOSES, quickClock, stayClock } from './clock.ts'
import type { Course } from './course.ts'
import { xml1, xml5, xml7, xml8, xml13, xml14 } from './papers.ts'
import { type Person, person } from './person.ts'
import { CLINIC_PICTURES, INPATIENT_PICTURES, type Picture } from './pictures/index.ts'
import { random } from './random.ts'

export type StayKind = 'inpatient-transfer' | 'inpatient' | 'outpatient'

export interface StayOptions {
  kind: StayKind
  layout?: Layout
  /** Sending facility; Bệnh viện Đa khoa tỉnh Bắc Giang by default. */
  facility?: string
  /** Receiver of a transfer; Bệnh viện Bạch Mai by default. */
  to?: string
  /** false leaves XML13 out of a transfer, so that the slip must be composed from the chart. */
  withReferral?: boolean
  /** First day, yyyy-mm-dd; by default spread over July to October 2026 by the seed. */
  start?: string
  /** The same person again (a second stay); else a new one from the seed. */
  patient?: { person: Person; mrn: string }
  /** Name of a clinical picture; else drawn. */
  picture?: string
  /** A stay of one day that began and ended between two instants, for a system that runs now; else at hours of the ward's day. */
  within?: { from: Date; to: Date }
  /** The slip the patient came with: facility and number, as MA_NOI_DI and GIAY_CHUYEN_TUYEN say them. */
  cameWith?: { issuer: string; number: string }
}

export interface Stay {
  facility: { code: string; name: string }
  layout: Layout
  maLk: string
  mrn: string
  person: Person
  picture: string
  /** yyyymmdd of the end, for NGAYLAP. */
  madeOn: string
  tables: Record<string, Row[]>
}

const pad = (n: number, size: number): string => String(n).padStart(size, '0')
const LEVELS: Record<string, number> = { 2: 100, 3: 95, 4: 80 }

function choose(seed: number, options: StayOptions): Picture {
  const list = options.kind === 'outpatient' ? CLINIC_PICTURES : INPATIENT_PICTURES
  if (!options.picture) return random(seed, 'picture').pick(list)
  const found = list.find((p) => p.name === options.picture)
  if (!found) throw new Error(`no clinical picture "${options.picture}"`)
  return found
}

function makeCourse(seed: number, options: StayOptions): Course {
  const r = random(seed, 'stay')
  const picture = choose(seed, options)
  const code = options.facility ?? '24997'
  const to = options.to ?? '01929'
  const who = options.patient?.person ?? person(seed, { age: picture.age, sex: picture.sex })
  const inpatient = options.kind !== 'outpatient'
  const drawn = inpatient ? r.int(3, 6) : 1
  const days = options.within ? 1 : drawn
  const layout = options.layout ?? '4750'
  const { within } = options
  const clock = within ? quickClock(within.from, within.to) : stayClock(options.start ?? addDays('2026-07-01', seed % 120))
  const licence = (n: number): string => `${pad(n, 6)}/BG-CCHN`
  return {
    random: r,
    person: who,
    picture,
    clock,
    layout,
    facility: { code, name: facilityName(code) ?? code },
    to: { code: to, name: facilityName(to) ?? to },
    maLk: `${code}-26-${pad(seed, 6)}`,
    mrn: options.patient?.mrn ?? `BN-${pad(seed, 7)}`,
    inpatient,
    transfer: options.kind === 'inpatient-transfer',
    days,
    admitted: clock.at(0, 9, within ? 0 : r.int(0, 25)),
    ended: within ? clock.at(0, CLOSES, 0) : inpatient ? clock.at(days - 1, 10, r.int(0, 59)) : clock.at(0, 10, 30),
    level: LEVELS[who.card.number[2] ?? ''] ?? 80,
    doctor: licence(1),
    technician: licence(2),
    reader: licence(3),
    ...(options.cameWith ? { cameWith: options.cameWith } : {}),
    signer: layout === '3176' ? '000010/BG-GPHN' : '0000000101',
  }
}

/**
 * An invented stay. The same seed and options give the same rows, byte for byte, and pass every check of a claim.
 * @param seed whole number below 1,000,000; it is also the running number of the encounter
 */
export function stay(seed: number, options: StayOptions): Stay {
  const course = makeCourse(seed, options)
  const made = charges(course)
  const tables: Record<string, Row[]> = {
    XML1: [xml1(course, made)],
    XML2: made.medicines,
    XML3: made.services,
    XML4: made.results,
    XML5: xml5(course),
  }
  if (course.inpatient) {
    tables.XML7 = [xml7(course)]
    tables.XML8 = [xml8(course, made)]
  } else tables.XML14 = [xml14(course)]
  if (course.transfer && options.withReferral !== false) tables.XML13 = [xml13(course, made)]
  return {
    facility: course.facility,
    layout: course.layout,
    maLk: course.maLk,
    mrn: course.mrn,
    person: course.person,
    picture: course.picture.name,
    madeOn: course.ended.slice(0, 8),
    tables,
  }
}
