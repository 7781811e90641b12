/**
 * The QR texts of the citizen card (CCCD) and of the health-insurance card, as a reader types them or somebody pastes them.
 * Layouts as read in public software; fields nobody has confirmed are not looked at (stack.md 5.3). Pure.
 */
import { isCccd, isCmnd } from './citizen.ts'
import { bhxhOf, readInsuranceNumber } from './insurance.ts'

export interface CardReading {
  kind: 'cccd' | 'bhyt'
  /** Empty where the text does not say it. */
  name: string
  /** FHIR date, partial allowed. */
  birthDate: string
  /** BHYT coding; 3 where it is not said. */
  sex: '1' | '2' | '3'
  address?: string
  citizenId?: string
  /** Former identity card (CMND) on the citizen card. */
  otherId?: string
  card?: { number: string; validFrom?: string; validTo?: string; registeredAt?: string }
}

const SEXES: Readonly<Record<string, CardReading['sex']>> = { nam: '1', nữ: '2', '1': '1', '2': '2' }
const sexOf = (text: string): CardReading['sex'] => SEXES[text.trim().normalize('NFC').toLowerCase()] ?? '3'

/** `22111960`, `22/11/1960`, `1960` → FHIR; '' when it is no date. */
function dateOf(text: string): string {
  const found = /^(?:(\d{2})\/?(\d{2})\/?)?(\d{4})$/.exec(text.trim())
  if (!found) return ''
  const [, day, month, year = ''] = found
  if (!day || !month) return year
  const date = `${year}-${month}-${day}`
  const real = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(real.getTime()) && real.getUTCDate() === Number(day) ? date : ''
}

/** Hex of UTF-8 (names and addresses of the insurance card survive any keyboard); a plain text is left as it is. */
function plainOf(text: string): string {
  const hex = text.trim()
  if (hex === '-' || hex === '') return ''
  if (!/^(?:[0-9a-f]{2}){2,}$/i.test(hex)) return hex.normalize('NFC')
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).normalize('NFC').trim()
  } catch {
    // Not a text in UTF-8: said by the empty name, which a person then fills.
    return ''
  }
}

const filled = <T extends object>(members: T): Partial<T> =>
  Object.fromEntries(Object.entries(members).filter(([, v]) => v !== '' && v !== undefined)) as Partial<T>

function citizenCard(fields: readonly string[]): CardReading | null {
  const [id = '', old = '', name = '', born = '', sex = '', address = ''] = fields.map((f) => f.trim())
  // The third field tells the two apart: a name here, a date of birth on the insurance card, whose number may be the same.
  if (!isCccd(id) || fields.length < 7 || dateOf(name) !== '') return null
  return {
    kind: 'cccd',
    name: name.normalize('NFC'),
    birthDate: dateOf(born),
    sex: sexOf(sex),
    citizenId: id,
    ...filled({ address: address.normalize('NFC'), otherId: isCmnd(old) ? old : '' }),
  }
}

function insuranceCard(fields: readonly string[]): CardReading | null {
  const [number = '', name = '', born = '', sex = '', address = '', place = '', from = '', to = ''] = fields.map((f) => f.trim())
  const read = readInsuranceNumber(number)
  if (!read || fields.length < 7) return null
  const registeredAt = place.replaceAll(/[\s-]/g, '')
  return {
    kind: 'bhyt',
    name: plainOf(name),
    birthDate: dateOf(born),
    sex: sexOf(sex),
    ...filled({ address: plainOf(address) }),
    ...(read.kind === 'cccd' ? { citizenId: read.value } : {}),
    card: {
      number: read.value,
      ...filled({
        validFrom: dateOf(from),
        validTo: dateOf(to),
        registeredAt: /^\d{2}[0-9A-Z]{3}$/.test(registeredAt) ? registeredAt : '',
      }),
    },
  }
}

/** Whether a text is meant as a card's code: fields between bars. */
export const looksLikeCard = (text: string): boolean => text.split('|').length >= 6

/**
 * Reads the QR text of a citizen card (seven fields or more, later ones ignored) or of an insurance card (number, name as
 * hex of UTF-8, birth, sex …; short and long form). Null when it is neither.
 */
export function readCard(text: string): CardReading | null {
  const fields = text.trim().replace(/\$$/, '').split('|')
  return citizenCard(fields) ?? insuranceCard(fields)
}

/** All numbers by which the person of a card may be known. */
export function numbersOf(card: CardReading): string[] {
  const number = card.card?.number ?? ''
  return [...new Set([card.citizenId ?? '', card.otherId ?? '', number, bhxhOf(number) ?? ''].filter(Boolean))]
}
