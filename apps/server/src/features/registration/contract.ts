/** Answer of Patient/$find, shared with the web app (types only). */
import type { CardReading } from '@yba/vietnam'

/** What of the typed or scanned text fits. `name-marks`: the name as written, accents and all. */
export type Reason = 'name' | 'name-marks' | 'birth-year' | 'birth-date' | 'citizen-id' | 'old-id' | 'card' | 'mrn' | 'phone' | 'slip'

export interface PersonRow {
  id: string
  name: string
  /** FHIR date; may be a year alone. */
  birthDate: string
  sex: '1' | '2' | '3'
  mrn?: string
  citizenId?: string
  card?: string
  phone?: string
  address?: string
  why: Reason[]
}

/** A referral found by its number. */
export interface SlipRow {
  /** Local Task id. */
  id: string
  number: string
  name: string
  from: string
  to: string
  /** The person, once known here. */
  patient?: string
}

export interface FindAnswer {
  rows: PersonRow[]
  /** There are more than the fifty shown. */
  more: boolean
  /** What the code of a card says, when one was scanned or pasted. */
  card?: CardReading
  slips?: SlipRow[]
}
