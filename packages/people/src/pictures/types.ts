/** A clinical picture: what a typical stay with one disease looks like. Values run from admission to the end. */

/** [at admission, at the end when it goes badly (transfer), at the end when it goes well] */
export type Trend = readonly [number, number, number]

export interface PictureMedicine {
  code: string
  name: string
  strength: string
  unit: string
  route: string
  dose: string
  usage: string
  /** Units per day. */
  perDay: number
  price: number
}

export interface Vitals {
  pulse: Trend
  temperature: Trend
  systolic: Trend
  diastolic: Trend
  breathing: Trend
  saturation: Trend
}

export interface Picture {
  name: string
  /** Main code first, each with its words. */
  diagnoses: readonly (readonly [string, string])[]
  age: readonly [number, number]
  sex?: '1' | '2'
  department: string
  complaint: string
  admission: string
  admissionDiagnosis: string
  history: string
  vitals: Vitals
  /** Values by indicator name (see panels); what is not named is drawn near normal. */
  labs: Record<string, Trend>
  imaging: readonly { code: string; name: string; price: number; machine: string; description: string; conclusion: string }[]
  procedures: readonly { code: string; name: string; price: number; group: '8' | '18' }[]
  medicines: readonly PictureMedicine[]
  /** Notes in order of days, then the last one of a bad and of a good course. */
  notes: { days: readonly string[]; worse: string; better: string }
  transfer: { signs: string; condition: string; direction: string }
}
