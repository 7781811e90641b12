/** Values of columns ⇄ FHIR primitives. Each reader gives back exactly what the writer took, or nothing. */

import { extensionUrl } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { claimDateToFhir, claimTimeToFhir, fhirToClaimDate, fhirToClaimTime, isClaimDate, isClaimTime } from '../../../dates/claim-date.ts'
import type { FormDraft, Place } from './draft.ts'

/** What FHIR takes as `code`: no outer spaces, no double ones. */
export const isCode = (text: string): boolean => /^\S+(?: \S+)*$/.test(text)

/** Date and minute, exactly twelve digits. */
export const timeOf = (text: string): string | undefined => (isClaimTime(text) ? claimTimeToFhir(text) : undefined)
export const timeText = (at: string | undefined): string | undefined => (at?.includes('T') ? fhirToClaimTime(at) : undefined)
/** A day, exactly eight digits. */
export const dayOf = (text: string): string | undefined => (isClaimDate(text) ? claimDateToFhir(text) : undefined)
export const dayText = (at: string | undefined): string | undefined => (at?.length === 10 ? fhirToClaimDate(at) : undefined)

interface Kind {
  to(text: string): Omit<fhir4.Extension, 'url'> | undefined
  from(extension: fhir4.Extension): string | undefined
}

const KINDS = {
  string: { to: (text) => ({ valueString: text }), from: (e) => e.valueString },
  date: {
    to: (text) => (dayOf(text) ? { valueDate: dayOf(text) } : undefined),
    from: (e) => dayText(e.valueDate),
  },
  time: {
    to: (text) => (timeOf(text) ? { valueDateTime: timeOf(text) } : undefined),
    from: (e) => timeText(e.valueDateTime),
  },
  integer: {
    to: (text) => (/^\d{1,9}$/.test(text) ? { valueInteger: Number(text) } : undefined),
    from: (e) => (e.valueInteger === undefined ? undefined : String(e.valueInteger)),
  },
  flag: {
    to: (text) => (text === '1' || text === '0' ? { valueBoolean: text === '1' } : undefined),
    from: (e) => (e.valueBoolean === undefined ? undefined : e.valueBoolean ? '1' : '0'),
  },
} satisfies Record<string, Kind>

/** A column that FHIR has no element for: an extension of ours, with its type, on the Composition. */
export function extra(name: string, kind: keyof typeof KINDS): Place {
  const url = extensionUrl(name)
  const { to, from }: Kind = KINDS[kind]
  return {
    put: ({ composition }, value) => {
      const typed = to(value)
      if (typed) composition.extension = [...(composition.extension ?? []), { url, ...typed }]
    },
    take: ({ composition }) => {
      const found = composition.extension?.find((e) => e.url === url)
      return found && from(found)
    },
  }
}

/** A coded extension on the contained Patient or Encounter. */
export function codedExtra(of: 'patient' | 'encounter', name: string, concept: (code: string) => fhir4.CodeableConcept): Place {
  const url = extensionUrl(name)
  return {
    put: (draft, value) => {
      const resource = draft[of]
      if (isCode(value)) resource.extension = [...(resource.extension ?? []), { url, valueCodeableConcept: concept(value) }]
    },
    take: (draft) => draft[of].extension?.find((e) => e.url === url)?.valueCodeableConcept?.coding?.[0]?.code,
  }
}

const OPEN = '<div xmlns="http://www.w3.org/1999/xhtml"><p>'
const CLOSE = '</p></div>'
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
const LETTERS: Record<string, string> = Object.fromEntries(Object.entries(ESCAPES).map(([letter, written]) => [written, letter]))

/** Words of a section of a claim paper, as they were written; undefined for a section of another make. */
export function sectionWords(section: fhir4.CompositionSection | undefined): string | undefined {
  const div = section?.text?.div
  if (!div?.startsWith(OPEN) || !div.endsWith(CLOSE)) return undefined
  return div.slice(OPEN.length, -CLOSE.length).replaceAll(/&(?:amp|lt|gt|#13);/g, (written) => LETTERS[written] ?? written)
}

/** Words as a narrative, from which `sectionWords` gives them back. */
export const narrative = (text: string): fhir4.Narrative => ({
  status: 'generated',
  div: `${OPEN}${text.replaceAll(/[&<>\r]/g, (letter) => ESCAPES[letter] ?? letter)}${CLOSE}`,
})

/** Free text: a section of the Composition, with its LOINC code. */
export function words(loinc: string, title: string): Place {
  const mine = (s: fhir4.CompositionSection): boolean => s.title === title
  return {
    put: ({ composition }, value) => {
      if (value.trim() === '') return
      const code = { coding: [{ system: 'http://loinc.org', code: loinc }], text: title }
      composition.section = [...(composition.section ?? []), { title, code, text: narrative(value) }]
    },
    take: ({ composition }) => sectionWords(composition.section?.find(mine)),
  }
}

/** A plain element of the draft: how it is set and how it is read. */
export const element = (put: Place['put'], take: (draft: FormDraft) => string | undefined): Place => ({ put, take })
