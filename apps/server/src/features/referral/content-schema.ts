/**
 * The shape of a draft as it comes from a screen: everything else is refused by name before it is stored. Lengths are
 * bounds against abuse; what a paper may hold is said by its form.
 */
import { refuse } from '@yba/fhir'
import type { OutcomeContent, PaperContent, ReferralContent } from '@yba/vietnam'
import { type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { BAD_REQUEST } from './outcomes.ts'

const Text = Type.String({ maxLength: 20_000 })
const Short = Type.String({ maxLength: 400 })
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
const closed = <T extends Record<string, TSchema>>(members: T) => Type.Object(members, { additionalProperties: false })
const list = <T extends TSchema>(schema: T, most = 500) => Type.Array(schema, { maxItems: most })

const Facility = closed({ code: Type.String({ maxLength: 5 }), name: Short })
const Code = closed({ code: Type.String({ maxLength: 20 }), text: Short })
const Sex = Type.Union([Type.Literal('1'), Type.Literal('2'), Type.Literal('3')])
const Card = closed({ number: Short, validFrom: maybe(Short), validTo: maybe(Short), registeredAt: maybe(Short) })
const Signer = closed({ licence: Short, name: maybe(Short), title: maybe(Short) })
const Diagnosis = closed({ code: Short, text: Text, rank: Type.Integer({ minimum: 1, maximum: 100 }) })
const Stay = closed({
  id: Short,
  admitted: Short,
  inpatientSince: maybe(Short),
  ended: maybe(Short),
  department: maybe(Short),
  dischargeKind: maybe(Short),
})
const Patient = closed({
  mrn: Short,
  name: Short,
  birthDate: Short,
  sex: Sex,
  address: Text,
  ethnicity: maybe(Code),
  nationality: maybe(Code),
  occupation: maybe(Code),
  workplace: maybe(Short),
  citizenId: maybe(Short),
  otherId: maybe(Short),
  phone: maybe(Short),
  cards: list(Card, 20),
})
const Medicine = closed({
  name: Text,
  strength: maybe(Text),
  quantity: maybe(Short),
  unit: maybe(Short),
  dose: maybe(Text),
  usage: maybe(Text),
  route: maybe(Short),
})
const Result = closed({ service: maybe(Text), name: Text, value: Text, unit: maybe(Short), conclusion: maybe(Text), at: maybe(Short) })

const Referral = closed({
  kind: Type.Literal('referral'),
  numbers: closed({
    slip: Short,
    file: maybe(Short),
    register: maybe(Short),
    source: Type.Union([Type.Literal('his'), Type.Literal('series')]),
  }),
  managingBody: maybe(Short),
  from: Facility,
  to: Facility,
  patient: Patient,
  encounter: Stay,
  earlier: list(closed({ facility: Facility, level: maybe(Short), from: maybe(Short), to: maybe(Short) }), 50),
  signs: Text,
  history: Text,
  results: Text,
  diagnosisText: Text,
  diagnoses: list(Diagnosis, 50),
  traditionalDiagnosis: maybe(Text),
  treatment: closed({ method: Text, services: maybe(Text), medicines: maybe(Text), kind: maybe(Short) }),
  condition: maybe(Text),
  reason: Sex,
  direction: Text,
  departure: Short,
  oneYear: Type.Boolean(),
  basedOn: maybe(closed({ issuer: Facility, number: Short })),
  emergency: maybe(Type.Boolean()),
  transport: maybe(Short),
  escort: maybe(closed({ name: Short, title: maybe(Short) })),
  doctor: Signer,
  authorised: Signer,
  medicines: list(Medicine),
  resultList: list(Result),
  procedures: list(closed({ code: maybe(Short), name: Text, at: maybe(Short) })),
  allergies: list(closed({ substance: Short, reaction: maybe(Short) }), 100),
})

const Outcome = closed({
  kind: Type.Literal('outcome'),
  number: Short,
  from: Facility,
  to: Facility,
  managingBody: maybe(Short),
  answers: closed({ issuer: Facility, number: Short, digest: Short }),
  patient: Patient,
  arrived: Short,
  ended: maybe(Short),
  department: maybe(Short),
  diagnosisText: Text,
  diagnoses: list(Diagnosis, 50),
  course: Text,
  results: Text,
  treatment: Text,
  outcome: Short,
  plan: Text,
  medicines: list(Medicine),
  doctor: Signer,
  authorised: maybe(Signer),
  issuedOn: Short,
})

const checks = { referral: Compile(Referral), outcome: Compile(Outcome) }

/** The content, known to have its shape. Throws `request-incomplete` naming the first member that does not fit. */
export function checkedContent(kind: unknown, content: unknown): PaperContent {
  if (kind !== 'referral' && kind !== 'outcome') throw refuse(BAD_REQUEST, { what: 'kind' })
  const check = checks[kind]
  if (check.Check(content)) return content as ReferralContent | OutcomeContent
  const where = [...check.Errors(content)][0]?.instancePath ?? ''
  throw refuse(BAD_REQUEST, { what: `content${where.replaceAll('/', '.')}` })
}
