/**
 * How a slip's token stands in its printed QR code: `<public address>/p#<digits>`.
 *
 * - A phone's camera opens an address; the token is its fragment, which browsers never send, so that it reaches no log.
 * - Two digits per character: a QR code packs digits densest (some 15 % smaller than the token itself), and digits pass
 *   keyboards. A scanner types at a desk where Telex, VNI or Caps Lock may be on, which would spoil letters.
 */
import { type Finding, finding } from '@yba/fhir'
import { decodeJson } from './slip.ts'
import { SLIP_MANGLED, SLIP_NOT_A_CODE } from './slip-outcomes.ts'

/** Path of the page that reads the code, below the hub's public address. */
export const SLIP_PAGE = '/p'

/** Every character of a token lies between `-` and `z`; its code minus this has two digits. */
const SHIFT = 45
const LAST = 'z'.charCodeAt(0) - SHIFT
/** Shorter runs of digits are numbers of something else. */
const SHORTEST = 300

/** The text to print. @param base public address without a slash at its end */
export function slipCode(base: string, token: string): string {
  const digits = [...token].map((c) => String(c.charCodeAt(0) - SHIFT).padStart(2, '0')).join('')
  return `${base}${SLIP_PAGE}#${digits}`
}

/** The token in a scanned or pasted text (address, digits, or the token itself), or why there is none. */
export function readSlipCode(text: string): { token: string } | { finding: Finding } {
  // Scanners add line ends, mail programs break lines; neither means anything.
  const clean = text.normalize('NFC').replace(/[\s\u200b-\u200f\ufeff]+/g, '')
  const mangled = (detail: string) => ({ finding: finding(SLIP_MANGLED, { detail }) })
  const part = clean.slice(clean.lastIndexOf('#') + 1)
  const digits = /\d*$/.exec(part)?.[0] ?? ''
  if (digits.length >= SHORTEST) return fromDigits(digits) ?? mangled('digits')
  const token = part.slice(part.lastIndexOf('/') + 1)
  if (looksLikeToken(token)) return { token }
  // Caps Lock turns every letter around: nothing is lost.
  const turned = swapCase(token)
  if (looksLikeToken(turned)) return { token: turned }
  if (digits.length > 40 || part.replace(/\D/g, '').length > SHORTEST) return mangled('digits')
  if (/^[^.]{20,}\.[^.]{40,}\.[^.]*$/.test(token) || clean.length > 250) return mangled('letters')
  return { finding: finding(SLIP_NOT_A_CODE) }
}

const looksLikeToken = (text: string): boolean => {
  const parts = text.split('.')
  return parts.length === 3 && parts.every((part) => /^[\w-]+$/.test(part)) && decodeJson(parts[0] ?? '')?.typ === 'yba-slip'
}

function fromDigits(digits: string): { token: string } | undefined {
  if (digits.length % 2 !== 0) return undefined
  const codes = (digits.match(/\d\d/g) ?? []).map(Number)
  if (codes.some((code) => code > LAST)) return undefined
  const token = String.fromCharCode(...codes.map((code) => code + SHIFT))
  return looksLikeToken(token) ? { token } : undefined
}

const swapCase = (text: string): string => [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('')
