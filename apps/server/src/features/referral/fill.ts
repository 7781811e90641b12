/**
 * A draft somebody has typed in, and what a file of the HIS says of the same slip: what is empty is filled, what differs
 * waits for a person. Pure.
 */
import { type PaperChange, paperChanges } from '@yba/forms'
import type { PaperContent, ReferralContent } from '@yba/vietnam'

type Members = Record<string, unknown>

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

function filled(mine: unknown, file: unknown): unknown {
  if (isEmpty(mine)) return isEmpty(file) ? mine : file
  if (!isMembers(mine) || !isMembers(file)) return mine
  const out: Members = { ...mine }
  for (const key of Object.keys(file)) {
    const value = filled(mine[key], file[key])
    if (!isEmpty(value)) out[key] = value
  }
  return out
}

/** A day that was stated, and the moment of that day the file knows, are no difference. */
const moreExact = (mine: string, file: string): string => (file.startsWith(mine) ? file : mine)

/** The draft with what it lacks taken from the file. Number and person of the HIS's register come from the file. */
export function fillBlanks(mine: ReferralContent, file: ReferralContent): ReferralContent {
  const out = filled(mine, file) as ReferralContent
  const { encounter, patient } = file
  return {
    ...out,
    patient: { ...out.patient, mrn: patient.mrn || out.patient.mrn, birthDate: moreExact(out.patient.birthDate, patient.birthDate) },
    encounter: {
      ...out.encounter,
      id: encounter.id || out.encounter.id,
      admitted: moreExact(out.encounter.admitted, encounter.admitted),
    },
  }
}

/** Who signs is settled here by signing, and the number of the slip by who was first: neither is the HIS's to differ in. */
const SETTLED_HERE = /^(?:doctor|authorised|numbers)(?:\.|$)/

/** What of the file differs from the paper, item by item in the order of the form. */
export const fileChanges = (paper: PaperContent, file: PaperContent): PaperChange[] =>
  paperChanges(paper, file).filter((change) => !SETTLED_HERE.test(change.path))

/** Of a draft, which a person decides item by item: what the file leaves empty says nothing, and a text brings its codes. */
export function draftChanges(draft: PaperContent, file: PaperContent): PaperChange[] {
  const changes = fileChanges(draft, file).filter((change) => change.after !== '')
  const worded = changes.some((change) => change.path === 'diagnosisText')
  return changes.filter((change) => !(worded && change.path === 'diagnoses'))
}

function take(mine: Members, file: Members, path: readonly string[]): Members {
  const [head = '', ...rest] = path
  const [was, is] = [mine[head], file[head]]
  return { ...mine, [head]: rest.length === 0 ? is : take(isMembers(was) ? was : {}, isMembers(is) ? is : {}, rest) }
}

/** The draft with the chosen items as the file says them; a diagnosis brings its codes. */
export function takeItems(mine: ReferralContent, file: ReferralContent, paths: readonly string[]): ReferralContent {
  let out = mine as unknown as Members
  for (const path of paths) {
    out = take(out, file as unknown as Members, path.split('.'))
    if (path === 'diagnosisText') out = { ...out, diagnoses: file.diagnoses }
  }
  return out as unknown as ReferralContent
}

/** Items as a finding names them, in both languages. */
export const namesOf = (changes: readonly PaperChange[]): { items: string; itemsEn: string } => ({
  items: changes.map((c) => c.vi).join('; ') || '–',
  itemsEn: changes.map((c) => c.en).join('; ') || '–',
})

const UNWRITTEN = {
  signs: '',
  history: '',
  results: '',
  diagnosisText: '',
  diagnoses: [],
  treatment: { method: '' },
  condition: '',
  direction: '',
  transport: '',
  medicines: [],
  resultList: [],
  procedures: [],
}

/** What a draft says as the file does: filled in from it, or written the same. */
export function asTheFile(mine: ReferralContent, file: ReferralContent): PaperChange[] {
  const differs = new Set(draftChanges(mine, file).map((change) => change.path))
  return draftChanges({ ...file, ...UNWRITTEN }, file).filter((change) => !differs.has(change.path))
}
