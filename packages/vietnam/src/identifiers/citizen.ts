/**
 * Papers of a person. No check digit is published for the 12-digit personal id number (NĐ 102/2025 Art. 6), so only
 * its length is a rule; its inner structure (province, century and sex, year) never refuses, it only decides
 * whether a person may be linked automatically.
 */

import { SYSTEM } from '@yba/fhir'

export type PaperSystem = 'cccd' | 'cmnd' | 'passport'

export interface CitizenPaper {
  kind: PaperSystem
  system: string
  value: string
}

export const isCccd = (text: string): boolean => /^\d{12}$/.test(text)
export const isCmnd = (text: string): boolean => /^\d{9}$/.test(text)
export const isPassport = (text: string): boolean => /^(?=.*\d)[A-Z0-9]{6,12}$/.test(text) && !isCccd(text) && !isCmnd(text)

/**
 * Says which paper a claim's SO_CCCD holds: the column carries CCCD (12 digits), CMND (9 digits) or a passport,
 * and does not state which. Gives null for a text that is none of them.
 */
export function classifyCitizenPaper(text: string): CitizenPaper | null {
  const value = text.trim().toUpperCase()
  if (isCccd(value)) return { kind: 'cccd', system: SYSTEM.cccd, value }
  if (isCmnd(value)) return { kind: 'cmnd', system: SYSTEM.cmnd, value }
  if (isPassport(value)) return { kind: 'passport', system: SYSTEM.passport, value }
  return null
}

export type CccdDoubt = 'format' | 'demo-prefix' | 'sex' | 'birth-year'

export interface CccdReading {
  /** May be used to link records of two facilities without a person looking. */
  automaticLinking: boolean
  doubts: CccdDoubt[]
}

/**
 * Compares a CCCD with sex and birth year. Never refuses a number: a doubt only removes automatic linking.
 * @param person sex in BHYT coding (1, 2, 3), birth date or year in FHIR form
 * @param options demo: prefix 000 (no province) is allowed, in test and demonstration sites
 */
export function readCccd(cccd: string, person: { sex?: string; birthDate?: string }, options: { demo?: boolean } = {}): CccdReading {
  if (!isCccd(cccd)) return { automaticLinking: false, doubts: ['format'] }
  const doubts: CccdDoubt[] = []
  if (cccd.startsWith('000') && !options.demo) doubts.push('demo-prefix')
  const digit = Number(cccd[3])
  const year = 1900 + 100 * Math.floor(digit / 2) + Number(cccd.slice(4, 6))
  // Odd digits stand for female; sex 3 (undetermined) or an unknown sex proves nothing.
  if ((person.sex === '1' && digit % 2 === 1) || (person.sex === '2' && digit % 2 === 0)) doubts.push('sex')
  if (person.birthDate && Number(person.birthDate.slice(0, 4)) !== year) doubts.push('birth-year')
  return { automaticLinking: doubts.length === 0, doubts }
}
