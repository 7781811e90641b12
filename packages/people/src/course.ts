/** The course of a stay: how far it has run, which way it goes, who treats. Shared by the tables of one stay. */

import type { Layout } from '@yba/vietnam'
import type { StayClock } from './clock.ts'
import type { Person } from './person.ts'
import type { Picture, Trend } from './pictures/index.ts'
import type { Random } from './random.ts'

export interface Course {
  random: Random
  person: Person
  picture: Picture
  clock: StayClock
  layout: Layout
  facility: { code: string; name: string }
  to: { code: string; name: string }
  maLk: string
  mrn: string
  inpatient: boolean
  /** Ends in a transfer: values run to the bad end. */
  transfer: boolean
  /** Number of days, the last one is the day of leaving. */
  days: number
  admitted: string
  ended: string
  level: number
  doctor: string
  technician: string
  reader: string
  signer: string
  /** The slip the patient came with. */
  cameWith?: { issuer: string; number: string }
}

/** 0 at admission, 1 at the end. */
export const fraction = (course: Course, day: number): number => (course.days <= 1 ? 0 : Math.min(1, day / (course.days - 1)))

/** Value of a trend on a day, with a little scatter between the two ends. */
export function valueOn(course: Course, trend: Trend, day: number): number {
  const f = fraction(course, day)
  const end = course.transfer ? trend[1] : trend[2]
  const scatter = f > 0 && f < 1 ? 1 + (course.random.next() - 0.5) * 0.06 : 1
  return (trend[0] + (end - trend[0]) * f) * scatter
}

/** Vital signs of a day in the convention of QĐ 130: CSST<M.._T.._HA../.._NT.._SP.._HL..>. */
export function vitalBlock(course: Course, day: number): string {
  const v = course.picture.vitals
  const whole = (trend: Trend): number => Math.round(valueOn(course, trend, day))
  const saturation = Math.min(99, whole(v.saturation))
  const care = course.transfer && fraction(course, day) > 0.6 ? 1 : 2
  const temperature = valueOn(course, v.temperature, day).toFixed(1)
  return `CSST<M${whole(v.pulse)}_T${temperature}_HA${whole(v.systolic)}/${whole(v.diastolic)}_NT${whole(v.breathing)}_SP${saturation}_HL${care}>`
}

export const diagnosisText = (picture: Picture): string => picture.diagnoses.map(([, text]) => text).join('; ')
