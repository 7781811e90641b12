/** Rules on clinical resources. */
import { periodOrder } from '../extract/dates.ts'
import { isObject, type Json } from './context.ts'
import type { Invariant } from './invariants.ts'
import { has, hasChoice, hasCoding, list } from './values.ts'

const rule = (key: string, vi: string, en: string, holds: Invariant['holds']): Invariant => ({ key, vi, en, holds })

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem'
const CONDITION_ENDED = ['resolved', 'remission', 'inactive']

const anyOf = (key: string, names: string[]): Invariant =>
  rule(key, `phải có ít nhất một trong: ${names.join(', ')}.`, `at least one of: ${names.join(', ')}.`, (v) => names.some((n) => has(v, n)))

const notBoth = (key: string, a: string, b: string): Invariant =>
  rule(key, `không có cả ${a} và ${b}.`, `${a} and ${b} exclude each other.`, (v) => !(has(v, a) && has(v, b)))

function sameCode(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return false
  return list(a.coding).some((x) => list(b.coding).some((y) => x.code !== undefined && x.code === y.code && x.system === y.system))
}

function noDoubleValue(v: Json): boolean {
  if (v.component === undefined || !hasChoice(v, 'value')) return true
  return !list(v.component).some((component) => sameCode(component.code, v.code))
}

const isEnteredInError = (v: Json, system: string): boolean =>
  hasCoding(v.verificationStatus, `${TERMINOLOGY}/${system}`, ['entered-in-error'])

const CONDITION: Invariant[] = [
  rule(
    'con-4',
    'đã có abatement thì clinicalStatus phải là inactive, resolved hoặc remission.',
    'with an abatement, clinicalStatus is inactive, resolved or remission.',
    (v) => !hasChoice(v, 'abatement') || hasCoding(v.clinicalStatus, `${TERMINOLOGY}/condition-clinical`, CONDITION_ENDED),
  ),
  rule(
    'con-5',
    'verificationStatus entered-in-error thì không có clinicalStatus.',
    'no clinicalStatus when verificationStatus is entered-in-error.',
    (v) => !has(v, 'clinicalStatus') || !isEnteredInError(v, 'condition-ver-status'),
  ),
]

const ALLERGY: Invariant[] = [
  rule(
    'ait-1',
    'phải có clinicalStatus, trừ khi entered-in-error.',
    'clinicalStatus is needed unless entered in error.',
    (v) => has(v, 'clinicalStatus') || isEnteredInError(v, 'allergyintolerance-verification'),
  ),
  rule(
    'ait-2',
    'verificationStatus entered-in-error thì không có clinicalStatus.',
    'no clinicalStatus when verificationStatus is entered-in-error.',
    (v) => !has(v, 'clinicalStatus') || !isEnteredInError(v, 'allergyintolerance-verification'),
  ),
]

const noValueAndReason = (key: string): Invariant =>
  rule(
    key,
    'dataAbsentReason chỉ khi không có value[x].',
    'dataAbsentReason only without value[x].',
    (v) => !has(v, 'dataAbsentReason') || !hasChoice(v, 'value'),
  )

export const CLINICAL: Record<string, Invariant[]> = {
  Observation: [
    noValueAndReason('obs-6'),
    rule(
      'obs-7',
      'component cùng mã với Observation thì Observation không có value[x].',
      'no value[x] when a component has the code of the Observation.',
      noDoubleValue,
    ),
  ],
  'Observation.referenceRange': [anyOf('obs-3', ['low', 'high', 'text'])],
  Condition: CONDITION,
  'Condition.stage': [anyOf('con-1', ['summary', 'assessment'])],
  'Condition.evidence': [anyOf('con-2', ['code', 'detail'])],
  AllergyIntolerance: ALLERGY,
  'CarePlan.activity': [notBoth('cpl-3', 'detail', 'reference')],
  FamilyMemberHistory: [
    rule(
      'fhs-1',
      'không có cả age[x] và born[x].',
      'age[x] and born[x] exclude each other.',
      (v) => !(hasChoice(v, 'age') && hasChoice(v, 'born')),
    ),
    rule(
      'fhs-2',
      'estimatedAge chỉ khi có age[x].',
      'estimatedAge only with age[x].',
      (v) => !has(v, 'estimatedAge') || hasChoice(v, 'age'),
    ),
  ],
  'Goal.target': [
    rule('gol-1', 'có detail[x] thì phải có measure.', 'detail[x] needs measure.', (v) => !hasChoice(v, 'detail') || has(v, 'measure')),
  ],
  'Immunization.education': [anyOf('imm-1', ['documentType', 'reference'])],
  'ImmunizationRecommendation.recommendation': [anyOf('imr-1', ['vaccineCode', 'targetDisease'])],
  List: [
    rule(
      'lst-1',
      'emptyReason chỉ khi danh sách rỗng.',
      'emptyReason only in an empty list.',
      (v) => !(has(v, 'emptyReason') && has(v, 'entry')),
    ),
    rule(
      'lst-2',
      'entry.deleted chỉ khi mode là changes.',
      'entry.deleted only in mode changes.',
      (v) => v.mode === 'changes' || !list(v.entry).some((e) => e.deleted === true),
    ),
    rule(
      'lst-3',
      'entry.date chỉ khi mode là working.',
      'entry.date only in mode working.',
      (v) => v.mode === 'working' || !list(v.entry).some((e) => has(e, 'date')),
    ),
  ],
  'MedicationAdministration.dosage': [
    rule('mad-1', 'phải có dose hoặc rate[x].', 'dose or rate[x] is needed.', (v) => has(v, 'dose') || hasChoice(v, 'rate')),
  ],
  MedicationDispense: [
    rule('mdd-1', 'whenHandedOver không được trước whenPrepared.', 'whenHandedOver must not precede whenPrepared.', (v) =>
      periodOrder(v.whenPrepared, v.whenHandedOver),
    ),
  ],
  ServiceRequest: [
    rule('prr-1', 'orderDetail chỉ khi có code.', 'orderDetail only with code.', (v) => !has(v, 'orderDetail') || has(v, 'code')),
  ],
  'RequestGroup.action': [
    rule('rqg-1', 'chỉ một trong resource, action.', 'exactly one of resource, action.', (v) => has(v, 'resource') !== has(v, 'action')),
  ],
}
