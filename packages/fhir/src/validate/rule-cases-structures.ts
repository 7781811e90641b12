/** Cases of the rules on StructureDefinition and its elements. */
import { type Json, type RuleCase, TARGET, URL } from './rule-case.ts'

const ROOT = { id: 'Patient', path: 'Patient' }
const NAME = { id: 'Patient.name', path: 'Patient.name' }

const structure = (more: Json) => ({
  resourceType: 'StructureDefinition',
  url: URL,
  name: 'S',
  status: 'draft',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: { element: [ROOT] },
  ...more,
})

/** A profile whose root and second element carry more. */
const differential = (root: Json, name: Json = {}, more: Json = {}) =>
  structure({
    differential: {
      element: [
        { ...ROOT, ...root },
        { ...NAME, ...name },
      ],
    },
    ...more,
  })

const WHOLE = { definition: 'x', min: 0, max: '1', base: { path: 'Patient', min: 0, max: '*' } }
const snapshot = (root: Json, name: Json = {}, more: Json = {}) =>
  structure({
    snapshot: {
      element: [
        { ...ROOT, ...WHOLE, ...root },
        { ...NAME, ...WHOLE, ...name },
      ],
    },
    ...more,
  })

const SECOND = 'StructureDefinition.differential.element[1]'
const element = (key: string, valid: Json, broken: Json, below = ''): RuleCase => [
  key,
  differential({}, valid),
  differential({}, broken),
  SECOND + below,
]
const RULE = { key: 'a-1', severity: 'error', human: 'x', expression: 'true' }

export const ELEMENT_CASES: RuleCase[] = [
  element('eld-1', { slicing: { rules: 'open', description: 'x' } }, { slicing: { rules: 'open' } }, '.slicing'),
  element('eld-2', { min: 0, max: '1' }, { min: 2, max: '1' }),
  element('eld-3', { max: '*' }, { max: 'x' }, '.max'),
  element(
    'eld-4',
    { type: [{ code: 'Reference', aggregation: ['bundled'] }] },
    { type: [{ code: 'string', aggregation: ['bundled'] }] },
    '.type[0]',
  ),
  element('eld-5', { contentReference: '#Patient.contact' }, { contentReference: '#Patient.contact', maxLength: 3 }),
  element('eld-6', { type: [{ code: 'string' }], fixedString: 'x' }, { type: [{ code: 'string' }, { code: 'uri' }], fixedString: 'x' }),
  element('eld-7', { type: [{ code: 'string' }], patternString: 'x' }, { type: [{ code: 'string' }, { code: 'uri' }], patternString: 'x' }),
  element('eld-8', { patternString: 'x' }, { patternString: 'x', fixedString: 'x' }),
  element(
    'eld-12',
    { binding: { strength: 'required', valueSet: URL } },
    { binding: { strength: 'required', valueSet: 'ValueSet/x' } },
    '.binding',
  ),
  element('eld-13', { type: [{ code: 'string' }, { code: 'uri' }] }, { type: [{ code: 'string' }, { code: 'string' }] }),
  element('eld-14', { constraint: [RULE, { ...RULE, key: 'a-2' }] }, { constraint: [RULE, RULE] }),
  element('eld-15', { meaningWhenMissing: 'x' }, { meaningWhenMissing: 'x', defaultValueString: 'x' }),
  element('eld-16', { sliceName: 'a/b' }, { sliceName: 'a b' }),
  element(
    'eld-17',
    { type: [{ code: 'Reference', targetProfile: TARGET }] },
    { type: [{ code: 'string', targetProfile: TARGET }] },
    '.type[0]',
  ),
  element('eld-18', { isModifier: true, isModifierReason: 'x' }, { isModifier: true }),
  element('eld-19', {}, { path: 'Patient.na me' }),
  element('eld-20', {}, { path: 'Patient.Name' }),
  element('eld-21', { constraint: [RULE] }, { constraint: [{ ...RULE, expression: undefined }] }, '.constraint[0]'),
  element('eld-22', { sliceName: 'a', sliceIsConstraining: true }, { sliceIsConstraining: true }),
]

const HL7 = { url: 'http://hl7.org/fhir/StructureDefinition/x' }
const NEW = { derivation: 'specialization' }
const SNAPSHOT = 'StructureDefinition.snapshot'
const whole = (key: string, valid: object, broken: object, below = ''): RuleCase => [key, valid, broken, `StructureDefinition${below}`]

export const STRUCTURE_CASES: RuleCase[] = [
  whole('sdf-1', snapshot({}, {}, NEW), snapshot({}, { path: 'Patient' }, NEW)),
  whole('sdf-2', structure({ mapping: [{ identity: 'm', name: 'x' }] }), structure({ mapping: [{ identity: 'm' }] }), '.mapping[0]'),
  whole('sdf-3', snapshot({}), snapshot({}, { definition: undefined }), '.snapshot'),
  whole('sdf-4', structure({}), structure({ baseDefinition: undefined })),
  whole('sdf-5', structure({ type: 'Extension', context: [{ type: 'element', expression: 'Patient' }] }), structure({ type: 'Extension' })),
  whole('sdf-6', structure({}), structure({ differential: undefined })),
  whole('sdf-8', snapshot({}), snapshot({}, { path: 'Person.name' }), '.snapshot'),
  whole('sdf-8a', differential({}), differential({}, { path: 'Person.name' }), '.differential'),
  whole('sdf-8b', snapshot({}), snapshot({}, { base: undefined }), '.snapshot'),
  whole('sdf-9', differential({}, { label: 'x' }), differential({ label: 'x' })),
  ['sdf-10', snapshot({}), snapshot({}, { binding: { strength: 'required' } }), `${SNAPSHOT}.element[1]`],
  whole('sdf-11', snapshot({}), snapshot({ path: 'Person' })),
  whole('sdf-14', differential({}), differential({}, { id: undefined })),
  whole('sdf-15', snapshot({}), snapshot({ type: [{ code: 'Patient' }] })),
  whole('sdf-15a', differential({}), differential({ type: [{ code: 'Patient' }] })),
  whole('sdf-16', snapshot({}), snapshot({}, { id: 'Patient' })),
  whole('sdf-17', differential({}), differential({}, { id: 'Patient' })),
  whole('sdf-18', structure({}), structure({ contextInvariant: ['true'] })),
  whole('sdf-19', differential({}, { type: [{ code: 'string' }] }, HL7), differential({}, { type: [{ code: 'a-b' }] }, HL7)),
  whole('sdf-20', differential({}), differential({ slicing: { rules: 'open', description: 'x' } }), '.differential'),
  whole('sdf-21', differential({}, { defaultValueString: 'x' }, NEW), differential({}, { defaultValueString: 'x' })),
  whole('sdf-22', differential({}, {}, HL7), differential({}, { defaultValueString: 'x' }, HL7)),
  whole('sdf-23', differential({}, { sliceName: 'a' }), differential({ sliceName: 'a' })),
]
