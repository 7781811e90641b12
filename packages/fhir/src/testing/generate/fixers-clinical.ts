/** Fixers of clinical, administrative and workflow resources. */
import { startOf } from '../../extract/dates.ts'
import { decimal } from '../../json/serialize.ts'
import { isObject, type Json } from '../../validate/context.ts'
import { hasCoding, list } from '../../validate/values.ts'
import { anyOf, drop, ensure, type Fixer, type Fixers, needs, notBoth, oneOf, onlyWhen, present, write } from './fixing.ts'
import { pooled } from './make.ts'

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem'

const inError = (v: Json, system: string): boolean => hasCoding(v.verificationStatus, `${TERMINOLOGY}/${system}`, ['entered-in-error'])

const notHome =
  (name: string): Fixer =>
  (v) => {
    for (const one of list(v[name])) if (one.use === 'home') one.use = 'work'
  }

/** Whether a component carries the code of its observation. */
function sharesCode(v: Json): boolean {
  const code = (concept: unknown): string[] =>
    isObject(concept) ? list(concept.coding).map((c) => `${String(c.system)}|${String(c.code)}`) : []
  const own = new Set(code(v.code))
  return list(v.component).some((component) => code(component.code).some((one) => own.has(one)))
}

const MAY_LACK_TIMES = new Set<unknown>(['proposed', 'cancelled', 'waitlist'])

/** Whether the first time begins no later than the second; a time without a value is none. */
function inOrder(first: unknown, second: unknown): boolean {
  const a = startOf(first)
  const b = startOf(second)
  return a !== undefined && b !== undefined && a <= b
}

/** Exactly one way to name the reference sequence. */
const SEQUENCE = ['genomeBuild', 'referenceSeqId', 'referenceSeqPointer', 'referenceSeqString'] as const

const PER_CENT = { unit: '%', system: 'http://unitsofmeasure.org', code: '%' }

export const CLINICAL: Fixers = {
  AllergyIntolerance: {
    'ait-2': onlyWhen('clinicalStatus', (v) => !inError(v, 'allergyintolerance-verification')),
    'ait-1': (v, add) => {
      if (!inError(v, 'allergyintolerance-verification')) ensure(v, add, 'clinicalStatus')
    },
  },
  Appointment: {
    'app-2': (v, add) => {
      if (present(v, 'start') !== present(v, 'end')) drop(v, 'start', 'end')
      if (!MAY_LACK_TIMES.has(v.status)) for (const name of ['start', 'end']) ensure(v, add, name)
    },
    'app-4': onlyWhen('cancelationReason', (v) => v.status === 'cancelled' || v.status === 'noshow'),
  },
  'Appointment.participant': { 'app-1': anyOf('type', 'actor') },
  AppointmentResponse: { 'apr-1': anyOf('participantType', 'actor') },
  'AuditEvent.entity': { 'sev-1': notBoth('name', 'query') },
  'CarePlan.activity': { 'cpl-3': notBoth('reference', 'detail') },
  'CareTeam.participant': {
    'ctm-1': (v) => {
      if (present(v, 'onBehalfOf') && present(v, 'member')) v.member = pooled('Practitioner')
    },
  },
  Condition: {
    'con-5': onlyWhen('clinicalStatus', (v) => !inError(v, 'condition-ver-status')),
    'con-4': (v) => {
      if (inError(v, 'condition-ver-status')) drop(v, 'abatement[x]')
      else if (present(v, 'abatement[x]')) {
        v.clinicalStatus = { coding: [{ system: `${TERMINOLOGY}/condition-clinical`, code: 'resolved' }] }
      }
    },
  },
  'Condition.stage': { 'con-1': anyOf('summary', 'assessment') },
  'Condition.evidence': { 'con-2': anyOf('code', 'detail') },
  Consent: { 'ppc-1': anyOf('policyRule', 'policy') },
  'CoverageEligibilityResponse.insurance.item': { 'ces-1': oneOf('productOrService', 'category') },
  FamilyMemberHistory: {
    'fhs-1': notBoth('age[x]', 'born[x]'),
    'fhs-2': onlyWhen('estimatedAge', (v) => present(v, 'age[x]')),
  },
  'Goal.target': { 'gol-1': needs('detail[x]', 'measure') },
  Group: {
    'grp-1': (v) => {
      if (present(v, 'member')) v.actual = true
    },
  },
  'Immunization.education': { 'imm-1': anyOf('documentType', 'reference') },
  'ImmunizationRecommendation.recommendation': { 'imr-1': anyOf('vaccineCode', 'targetDisease') },
  InsurancePlan: { 'ipn-1': anyOf('name', 'identifier') },
  Linkage: {
    'lnk-1': (v) => {
      const items = list(v.item)
      if (items.length === 1) v.item = [...items, { type: 'alternate', resource: pooled('Patient') }]
    },
  },
  List: {
    'lst-1': notBoth('entry', 'emptyReason'),
    'lst-2': (v) => {
      if (v.mode !== 'changes') for (const entry of list(v.entry)) drop(entry, 'deleted')
    },
    'lst-3': (v) => {
      if (v.mode !== 'working') for (const entry of list(v.entry)) drop(entry, 'date')
    },
  },
  'MedicationAdministration.dosage': { 'mad-1': anyOf('dose', 'rate[x]') },
  MedicationDispense: {
    'mdd-1': onlyWhen('whenPrepared', (v) => !present(v, 'whenHandedOver') || inOrder(v.whenPrepared, v.whenHandedOver)),
  },
  MolecularSequence: {
    'msq-3': (v) => {
      v.coordinateSystem = v.coordinateSystem === 0 ? 0 : 1
    },
  },
  'MolecularSequence.referenceSeq': {
    'msq-6': (v, add) => {
      const first = SEQUENCE.find((name) => present(v, name)) ?? 'referenceSeqId'
      ensure(v, add, first)
      drop(v, ...SEQUENCE.filter((name) => name !== first))
    },
    'msq-5': (v, add) => {
      if (present(v, 'genomeBuild')) ensure(v, add, 'chromosome')
      else drop(v, 'chromosome')
    },
  },
  Observation: {
    'obs-6': notBoth('value[x]', 'dataAbsentReason'),
    'obs-7': onlyWhen('value[x]', (v) => !sharesCode(v)),
  },
  'Observation.referenceRange': { 'obs-3': anyOf('text', 'low', 'high') },
  Organization: { 'org-1': anyOf('name', 'identifier'), 'org-2': notHome('address'), 'org-3': notHome('telecom') },
  'Patient.contact': { 'pat-1': anyOf('name', 'telecom', 'address', 'organization') },
  'RequestGroup.action': { 'rqg-1': oneOf('resource', 'action') },
  'RiskAssessment.prediction': {
    'ras-2': (v) => {
      if (present(v, 'probabilityDecimal')) write(v, 'probabilityDecimal', decimal('12.50'))
    },
    'ras-1': (v) => {
      if (!isObject(v.probabilityRange)) return
      v.probabilityRange = { low: { value: decimal('1.50'), ...PER_CENT }, high: { value: decimal('20.0'), ...PER_CENT } }
    },
  },
  ServiceRequest: { 'prr-1': needs('orderDetail', 'code') },
  Task: {
    'inv-1': onlyWhen('lastModified', (v) => !present(v, 'authoredOn') || inOrder(v.authoredOn, v.lastModified)),
  },
}
