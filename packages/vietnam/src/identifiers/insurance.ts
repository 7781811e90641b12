/** Health-insurance numbers: card of 15 characters, social-insurance number of 10 digits, or citizen id of 12 (NĐ 188/2025). */

export type InsuranceKind = 'card' | 'bhxh' | 'cccd'

export interface InsuranceNumber {
  kind: InsuranceKind
  value: string
  /** Social-insurance number (mã số BHXH), when the text holds one. */
  bhxh?: string
  /** Benefit digit of the card, 1 to 5. */
  benefit?: string
}

const CARD = /^[A-Z]{2}([1-5])\d{2}(\d{10})$/

/** Reads one insurance number; null when it has none of the three forms. */
export function readInsuranceNumber(text: string): InsuranceNumber | null {
  const value = text.replaceAll(/\s/g, '').toUpperCase()
  const card = CARD.exec(value)
  if (card) return { kind: 'card', value, bhxh: card[2] ?? '', benefit: card[1] ?? '' }
  if (/^(?!0{10})\d{10}$/.test(value)) return { kind: 'bhxh', value, bhxh: value }
  if (/^\d{12}$/.test(value)) return { kind: 'cccd', value }
  return null
}

/** Social-insurance number inside a card or given alone; undefined when the text holds none. */
export const bhxhOf = (text: string): string | undefined => readInsuranceNumber(text)?.bhxh
