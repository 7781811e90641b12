import { BRAIN } from './brain.ts'
import { CLINIC } from './clinic.ts'
import { LUNGS_AND_HEART } from './lungs-and-heart.ts'
import { OTHERS } from './others.ts'
import type { Picture } from './types.ts'

export const INPATIENT_PICTURES: readonly Picture[] = [...LUNGS_AND_HEART, ...BRAIN, ...OTHERS]
export const CLINIC_PICTURES: readonly Picture[] = CLINIC
export type { Picture, PictureMedicine, Trend, Vitals } from './types.ts'
