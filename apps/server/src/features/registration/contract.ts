/** Answer of GET /fhir/Patient/$find, shared with the web app (types only). */

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
  /** What of the typed text fits. */
  why: ('name' | 'birth-year' | 'citizen-id' | 'card' | 'mrn' | 'phone')[]
}

export interface FindAnswer {
  rows: PersonRow[]
  /** There are more than the fifty shown. */
  more: boolean
}
