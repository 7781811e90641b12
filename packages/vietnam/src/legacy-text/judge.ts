/**
 * Text that an old system wrote for an old font, met as Unicode letters that mean nothing: `BÖnh viÖn` is TCVN3 for
 * "Bệnh viện", `Beänh vieän` is VNI for it. Recognised by the only thing that tells: read by one of the two tables the
 * words become Vietnamese, and as they stand they are not. One word proves nothing (Loïc is a name), so texts are
 * judged together with all others of their record, and what is not sure is said to be not sure.
 */

import { isSyllable } from './syllable.ts'
import { type LegacyEncoding, TCVN3, VNI } from './tables.ts'

/** What a word can be: Vietnamese as it stands, in the one encoding, in the other; a sign or a foreign word in none. */
interface Reading {
  asIs: boolean
  tcvn3: boolean
  vni: boolean
  /** Holds a letter no 8-bit table has. */
  wide: boolean
  /** Says nothing either way: a lone sign, a unit of measure, an abbreviation in capitals. */
  mute: boolean
  /** No syllable (Urê), but by this table it loses letters that no word of any language has. Follows its record, proves nothing. */
  loan?: LegacyEncoding
}

/** What all texts of one record say together, counted in different words. */
export interface Weighed {
  tcvn3: number
  vni: number
  /** Words that are Vietnamese as they stand and by no table. */
  unicode: number
  /** Words with accents that are nothing. */
  foreign: number
}

/** `evidence` names letters and what they stand for, never a word: findings reach logs, and a word may be a name. */
export type Judgement =
  | { kind: 'clean' }
  | { kind: 'converted'; encoding: LegacyEncoding; text: string; evidence: string }
  | { kind: 'unsure'; evidence: string }
  /** One word only, in a text that is Unicode otherwise: kept as it is. */
  | { kind: 'odd'; evidence: string }

const CLEAN: Judgement = { kind: 'clean' }
const WORD = /(?:[A-Za-z\u00a1-\u024f\u1e00-\u1eff]|[\u0300-\u036f])+/g
const EIGHT_BIT = /[\u00a1-\u00ff]/
const WIDE = /[\u0100-\u024f\u1e00-\u1eff]|[\u0300-\u036f]/
/** As people call them. */
export const NAME: Record<LegacyEncoding, string> = { tcvn3: 'TCVN3 (ABC)', vni: 'VNI' }

/** Different words of one encoding that make a record certain. */
const CERTAIN = 3

/** A word in the pieces one table knows, each with the letter it stands for. */
function piecesOf(word: string, encoding: LegacyEncoding): [string, string][] {
  if (encoding === 'tcvn3') return Array.from(word, (c) => [c, TCVN3.get(c) ?? c])
  const pieces: [string, string][] = []
  for (let at = 0; at < word.length; at++) {
    const two = word.slice(at, at + 2)
    const pair = two.length === 2 ? VNI.get(two) : undefined
    const one = word.charAt(at)
    pieces.push(pair ? [two, pair] : [one, VNI.get(one) ?? one])
    if (pair) at++
  }
  return pieces
}

/** Letters by one table, in the case the rest of the word is written in. */
function read(word: string, encoding: LegacyEncoding, capitals: boolean): string {
  const text = piecesOf(word, encoding)
    .map(([, letter]) => letter)
    .join('')
  const upper = encoding === 'tcvn3' && (capitals || (/[A-Z].*[A-Z]/.test(word) && !/[a-z]/.test(word)))
  return upper ? text.toUpperCase() : text
}

/** `§K` is ĐK: capitals and capital vowels only, as no syllable is. */
const isAbbreviation = (word: string): boolean => word === word.toUpperCase() && /^[A-ZĂÂĐÊÔƠƯ]{2,8}$/.test(word) && /[A-Z]/.test(word)

/** Readings of words, remembered as long as one record is judged. */
type Known = Map<string, Reading>

/** A word reads the same in every record; the words of a province's papers are some thousands. */
const recent: Known = new Map()
const MOST_RECENT = 20_000

function readingOf(word: string, known: Known): Reading {
  const before = known.get(word)
  if (before) return before
  let reading = recent.get(word)
  if (!reading) {
    reading = readWord(word)
    if (recent.size >= MOST_RECENT) recent.clear()
    recent.set(word, reading)
  }
  if (known.size < MOST_WORDS) known.set(word, reading)
  return reading
}

function readWord(word: string): Reading {
  const wide = WIDE.test(word)
  const sign = (!/[A-Za-z]/.test(word) && word.length === 1) || UNIT.test(word)
  const asIs = isSyllable(word)
  const by = (encoding: LegacyEncoding): string => (wide || sign ? '' : read(word, encoding, false))
  const [old, vni] = [by('tcvn3'), by('vni')]
  // A word may mean itself (`vì` in VNI): then it says nothing for Unicode either.
  const fits = (text: string): boolean => text !== '' && isSyllable(text)
  const short = !asIs && ((old !== word && isAbbreviation(old)) || (vni !== word && isAbbreviation(vni)))
  const [tcvn3Fits, vniFits] = [!short && fits(old), !short && fits(vni)]
  const loan = asIs || wide || sign || tcvn3Fits || vniFits ? undefined : loanOf(word)
  return { asIs, wide, tcvn3: tcvn3Fits, vni: vniFits, mute: sign || short, ...(loan ? { loan } : {}) }
}

/** µmol and its like: the sign is what it looks like, in every encoding. */
const UNIT = /^µ(g|l|L|m|mol|kat|U|Sv|s|V|A|IU)$/
/** Signs that stand for letters in TCVN3, and inside no word anywhere else. */
const SIGNS_ONLY = /^[A-Za-z\u00a1-\u00be]+$/

/** The table by which a word that is no syllable still makes letters out of what makes no sense as it stands. */
function loanOf(word: string): LegacyEncoding | undefined {
  if (SIGNS_ONLY.test(word) && Array.from(word).every((c) => /[A-Za-z]/.test(c) || TCVN3.has(c))) return 'tcvn3'
  const pieces = piecesOf(word, 'vni')
  return pieces.every(([written]) => written.length === 2 || /^[A-Za-z]$/.test(written)) ? 'vni' : undefined
}

/** Of a longer text the beginning tells: a claim file may hold megabytes in one cell. */
const SAMPLE = 20_000
/** Different words that are weighed of one record. */
const MOST_WORDS = 50_000

const wordsOf = (text: string): string[] =>
  (text.slice(0, SAMPLE).normalize('NFC').match(WORD) ?? []).filter((w) => EIGHT_BIT.test(w) || WIDE.test(w))

/** Judges the texts of one record: all are weighed first, then each is asked for. */
export function legacyJudge(texts: Iterable<string>): { weighed: Weighed; judge(text: string): Judgement } {
  const known: Known = new Map()
  for (const text of texts) {
    if (known.size >= MOST_WORDS) break
    for (const word of wordsOf(text)) readingOf(word, known)
  }
  const weighed: Weighed = { tcvn3: 0, vni: 0, unicode: 0, foreign: 0 }
  for (const r of known.values()) {
    if (r.mute || r.loan) continue
    if (r.wide || (r.asIs && !r.tcvn3 && !r.vni)) weighed.unicode++
    else if (r.asIs) continue
    else if (r.tcvn3 && !r.vni) weighed.tcvn3++
    else if (r.vni && !r.tcvn3) weighed.vni++
    else if (!r.tcvn3 && !r.vni) weighed.foreign++
  }
  return { weighed, judge: (text) => judgeText(text, weighed, known) }
}

/** The encoding of the whole record, where one is beyond doubt. */
export function certainOf(w: Weighed): LegacyEncoding | null {
  const [encoding, votes, others] = w.tcvn3 >= w.vni ? (['tcvn3', w.tcvn3, w.vni] as const) : (['vni', w.vni, w.tcvn3] as const)
  return votes >= CERTAIN && votes >= 4 * others && votes >= 4 * w.foreign ? encoding : null
}

/** Whether these texts tell by themselves what they are, without the rest of their record. */
export const isTelling = (w: Weighed): boolean => (certainOf(w) !== null && w.unicode === 0) || (w.unicode > 0 && w.tcvn3 + w.vni === 0)

function judgeText(text: string, weighed: Weighed, known: Known): Judgement {
  if (!EIGHT_BIT.test(text.normalize('NFC'))) return CLEAN
  const words = wordsOf(text)
  const readings = words.map((word) => ({ word, ...readingOf(word, known) })).filter((r) => !r.mute)
  const telling = readings.filter((r) => !r.asIs && !r.wide && (r.tcvn3 || r.vni))
  const certain = certainOf(weighed)
  const first = telling[0]
  if (!first) return withoutTelling(text, readings, certain, weighed, words)
  const only = (e: LegacyEncoding): number => new Set(telling.filter((r) => !r[e === 'tcvn3' ? 'vni' : 'tcvn3']).map((r) => r.word)).size
  const encoding = certain ?? (only('tcvn3') > 0 && only('vni') === 0 ? 'tcvn3' : only('vni') > 0 && only('tcvn3') === 0 ? 'vni' : null)
  const alone = new Set(telling.map((r) => r.word)).size === 1 && !certain
  if (alone && (weighed.unicode > 0 || weighed.foreign > 0)) return { kind: 'odd', evidence: bothWays([first.word]) }
  const whole = encoding !== null && !alone && readings.every((r) => !r.wide && (r[encoding] || (certain && r.loan === encoding)))
  return encoding && whole ? converted(text, encoding, words) : unsure(words)
}

/** No word that only an old font explains: left alone, unless the whole record is in one. */
function withoutTelling(
  text: string,
  readings: readonly ({ word: string } & Reading)[],
  certain: LegacyEncoding | null,
  weighed: Weighed,
  words: readonly string[],
): Judgement {
  const [first] = readings
  if (!certain) return CLEAN
  // Capitals and signs alone (BV§K): only the record around them says what they are.
  if (!first) return words.some((w) => /[A-Z]/.test(w)) ? converted(text, certain, words) : CLEAN
  if (readings.some((r) => r.wide || (!r[certain] && r.loan !== certain))) return CLEAN
  if (weighed.unicode >= 4 * weighed[certain]) return CLEAN
  return weighed.unicode > 0 ? unsure(words) : converted(text, certain, words)
}

const MOST_LETTERS = 4

/** `Ö=ệ, ®=đ`: letters of the words and what they stand for by one table. */
function lettersOf(words: readonly string[], encoding: LegacyEncoding): string {
  const pairs = new Set<string>()
  for (const word of words) {
    for (const [written, letter] of piecesOf(word, encoding)) {
      if (written !== letter && pairs.size < MOST_LETTERS) pairs.add(`${written === '\u00ad' ? 'U+00AD' : written}=${letter}`)
    }
  }
  return [...pairs].join(', ')
}

function bothWays(words: readonly string[]): string {
  const ways = (['tcvn3', 'vni'] as const).map((e) => [NAME[e], lettersOf(words, e)] as const)
  return ways
    .filter(([, letters]) => letters !== '')
    .map(([name, letters]) => `${name}: ${letters}`)
    .join('; ')
}

const unsure = (words: readonly string[]): Judgement => ({ kind: 'unsure', evidence: bothWays(words) })

function converted(text: string, encoding: LegacyEncoding, words: readonly string[]): Judgement {
  const plain = text.normalize('NFC')
  // A name in capitals is typed in small letters of another font: the whole text says so, no single letter can.
  const capitals = encoding === 'tcvn3' && !/[a-z]/.test(plain) && (plain.match(/[A-Z]/g)?.length ?? 0) >= 3
  const out = plain.replaceAll(WORD, (w) => (EIGHT_BIT.test(w) && !UNIT.test(w) ? read(w, encoding, capitals) : w))
  return { kind: 'converted', encoding, text: out, evidence: lettersOf(words, encoding) }
}
