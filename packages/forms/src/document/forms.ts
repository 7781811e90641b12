/** The papers this package knows. */

import type { PaperKind } from '@yba/vietnam'
import { outcomeForm } from '../outcome/extract.ts'
import { referralForm } from '../referral/extract.ts'
import { summaryForm } from '../summary/extract.ts'
import type { Form } from './form.ts'

// each form takes its own content; the key and the content's kind are the same word
const forms = { referral: referralForm, summary: summaryForm, outcome: outcomeForm } as unknown as Record<PaperKind, Form>

export function formOf(kind: PaperKind): Form {
  return forms[kind]
}

export function isPaperKind(kind: string): kind is PaperKind {
  return Object.hasOwn(forms, kind)
}
