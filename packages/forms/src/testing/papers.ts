/** Examples and generated papers for tests. */

import type { PaperContent, PaperKind } from '@yba/vietnam'
import fc from 'fast-check'
import type * as fhir4 from 'fhir/r4.d.ts'
import outcome from '../outcome/example.json' with { type: 'json' }
import { formQuestionnaire } from '../questionnaire.ts'
import referral from '../referral/example.json' with { type: 'json' }
import summary from '../summary/example.json' with { type: 'json' }

export const KINDS: PaperKind[] = ['referral', 'summary', 'outcome']

export const examples = { referral, summary, outcome } as unknown as Record<PaperKind, PaperContent>

export const envelope = {
  bundleId: '0198aaaa-0000-7000-8000-000000000001',
  compositionId: '0198aaaa-0000-7000-8000-000000000002',
  at: '2026-08-05T10:00:00+07:00',
  version: 1,
}

/** Texts that have broken templates, markup and terminals before. */
const HOSTILE = [
  '',
  ' ',
  '#panic("x")',
  '#read("/etc/passwd")',
  '*đậm* _nghiêng_ $x^2$ `mã` @nhãn <nhãn> \\',
  '<script>alert(1)</script>',
  ']]> &amp; &#0; <!--',
  '"nháy" \'đơn\' \u201ccong\u201d',
  'שלום עולם',
  'مرحبا \u202eđảo chiều',
  'dòng một\ndòng hai\r\ndòng ba\tcột',
  'Nguyễn Thị Hoà (NFD: Nguyê\u0303n)',
  '中文 😀 \u{1F9EC}',
  'không\u00a0ngắt\u200b',
  '{"json": [1]} __proto__ constructor',
  'x'.repeat(300),
]

const texts = fc.oneof(
  fc.constantFrom(...HOSTILE),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a document may not carry is not generated
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((s) => s.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')),
)
const dates = fc.constantFrom('1958', '2026-08', '2026-08-05')
const moments = fc.constantFrom('2026-08-05', '2026-08-05T10:00:00+07:00', '2026-08-05T23:30:00Z')

function value(item: fhir4.QuestionnaireItem): fc.Arbitrary<unknown> {
  if (['from.code', 'answers.issuer.code', 'basedOn.issuer.code'].includes(item.linkId)) return fc.constantFrom('24997', '01C51')
  const options = item.answerOption?.map((o) => o.valueCoding?.code ?? '') ?? []
  switch (item.type) {
    case 'group':
      return fields(item.item ?? [])
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: 0, max: 30 })
    case 'choice':
      return fc.constantFrom(...options)
    case 'date':
      return dates
    case 'dateTime':
      return moments
    default:
      return texts
  }
}

function fields(items: fhir4.QuestionnaireItem[]): fc.Arbitrary<Record<string, unknown>> {
  const model: Record<string, fc.Arbitrary<unknown>> = {}
  const required: string[] = []
  for (const item of items) {
    const name = item.linkId.slice(item.linkId.lastIndexOf('.') + 1)
    model[name] = item.repeats ? fc.array(value(item), { maxLength: 4 }) : value(item)
    if (item.required || item.repeats) required.push(name)
  }
  return fc.record(model, { requiredKeys: required, noNullPrototype: true })
}

/** Any content of the kind, optional fields present or not, texts hostile or random. */
export function papers(kind: PaperKind): fc.Arbitrary<PaperContent> {
  return fields(formQuestionnaire(kind).item ?? []).map((content) => ({ kind, ...content }) as unknown as PaperContent)
}
