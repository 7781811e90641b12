/** One valid and one broken case of every rule that runs as published: rule, valid, broken, where it is told. */
import { coding, observation, patient } from './cases.ts'
import { type Json, type RuleCase, TARGET, URL } from './rule-case.ts'
import { ELEMENT_CASES, STRUCTURE_CASES } from './rule-cases-structures.ts'

const CODE = { text: 'x' }
const at = (reference: string) => ({ reference })

const capability = (more: Json) => ({
  resourceType: 'CapabilityStatement',
  status: 'draft',
  date: '2026',
  kind: 'requirements',
  description: 'x',
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [{ mode: 'server' }],
  ...more,
})
const terminology = (more: Json) => ({
  resourceType: 'TerminologyCapabilities',
  status: 'draft',
  date: '2026',
  kind: 'requirements',
  description: 'x',
  ...more,
})
const offered = (key: string, valid: object, broken: object, below = ''): RuleCase => [
  key,
  capability(valid as Json),
  capability(broken as Json),
  `CapabilityStatement${below}`,
]
const terms = (key: string, valid: Json, broken: Json, below = ''): RuleCase => [
  key,
  terminology(valid),
  terminology(broken),
  `TerminologyCapabilities${below}`,
]
const SOFTWARE = { name: 'x' }
const HERE = { description: 'x' }
const PAPER = { mode: 'producer', profile: URL }
const resources = (...list: Json[]) => ({ rest: [{ mode: 'server', resource: list }] })
const parameters = (...names: string[]) => resources({ type: 'Patient', searchParam: names.map((name) => ({ name, type: 'string' })) })
const messaging = { messaging: [{ endpoint: [{ protocol: { code: 'http' }, address: URL }] }] }

const STATEMENTS: RuleCase[] = [
  offered('cpb-1', {}, { rest: undefined }),
  offered('cpb-2', {}, { description: undefined }),
  offered('cpb-3', { ...messaging, kind: 'instance', implementation: HERE }, messaging),
  offered('cpb-7', { document: [PAPER, { ...PAPER, mode: 'consumer' }] }, { document: [PAPER, PAPER] }),
  offered('cpb-9', resources({ type: 'Patient' }, { type: 'Group' }), resources({ type: 'Patient' }, { type: 'Patient' }), '.rest[0]'),
  offered('cpb-12', parameters('a', 'b'), parameters('a', 'a'), '.rest[0].resource[0]'),
  offered('cpb-14', { kind: 'instance', implementation: HERE }, { kind: 'instance' }),
  offered('cpb-15', { kind: 'capability', software: SOFTWARE }, { kind: 'capability' }),
  offered('cpb-16', {}, { software: SOFTWARE }),
  terms(
    'tcp-1',
    { codeSystem: [{ version: [{ code: '1' }, { code: '2' }] }] },
    { codeSystem: [{ version: [{ code: '1' }, { isDefault: true }] }] },
    '.codeSystem[0]',
  ),
  terms('tcp-2', {}, { description: undefined }),
  terms('tcp-3', { kind: 'instance', implementation: HERE }, { kind: 'instance' }),
  terms('tcp-4', { kind: 'capability', software: SOFTWARE }, { kind: 'capability' }),
  terms('tcp-5', {}, { software: SOFTWARE }),
]

const ITEM = { linkId: '1', type: 'string' }
const question = (more: Json) => ({ resourceType: 'Questionnaire', status: 'draft', item: [{ ...ITEM, ...more }] })
const asked = (key: string, valid: Json, broken: Json, below = ''): RuleCase => [
  key,
  question(valid),
  question(broken),
  `Questionnaire.item[0]${below}`,
]
const enable = (answer: Json) => ({ enableWhen: [{ question: '2', operator: 'exists', ...answer }] })
const initial = (...list: string[]) => list.map((valueString) => ({ valueString }))

const QUESTIONS: RuleCase[] = [
  asked('que-5', { type: 'choice', answerValueSet: URL }, { type: 'boolean', answerValueSet: URL }),
  asked('que-7', enable({ answerBoolean: true }), enable({ answerInteger: 1 }), '.enableWhen[0]'),
  asked('que-9', { type: 'string', readOnly: true }, { type: 'display', readOnly: true }),
  asked('que-10', { maxLength: 5 }, { type: 'date', maxLength: 5 }),
  asked('que-13', { repeats: true, initial: initial('a', 'b') }, { initial: initial('a', 'b') }),
]

const operation = (parameter: Json) => ({
  resourceType: 'OperationDefinition',
  name: 'O',
  status: 'draft',
  kind: 'operation',
  code: 'o',
  system: true,
  type: false,
  instance: false,
  parameter: [{ name: 'p', use: 'in', min: 0, max: '1', ...parameter }],
})
const map = (group: Json) => ({
  resourceType: 'ConceptMap',
  status: 'draft',
  group: [{ element: [{ code: 'a', target: [{ equivalence: 'equal', code: 'b' }] }], ...group }],
})
const mapped = (target: Json) => map({ element: [{ code: 'a', target: [target] }] })
const codes = (...list: Json[]) => ({ resourceType: 'CodeSystem', status: 'draft', content: 'complete', concept: list })
const expansion = (contains: Json) => ({
  resourceType: 'ValueSet',
  status: 'draft',
  expansion: { timestamp: '2026', contains: [contains] },
})
const naming = (...uniqueId: Json[]) => ({ resourceType: 'NamingSystem', name: 'N', status: 'draft', kind: 'root', date: '2026', uniqueId })
const id = (more: Json) => ({ type: 'oid', value: '1.2.3', ...more })
const guide = (definition: Json) => ({
  resourceType: 'ImplementationGuide',
  url: URL,
  name: 'G',
  status: 'draft',
  packageId: 'a.b',
  fhirVersion: ['4.0.1'],
  definition,
})
const member = (more: Json) => guide({ grouping: [{ id: 'g', name: 'G' }], resource: [{ reference: at('Patient/1'), ...more }] })
const search = (more: Json) => ({
  resourceType: 'SearchParameter',
  url: URL,
  name: 'S',
  status: 'draft',
  description: 'x',
  code: 's',
  base: ['Patient'],
  type: 'token',
  ...more,
})
const transform = (target: Json) => ({
  resourceType: 'StructureMap',
  url: URL,
  name: 'M',
  status: 'draft',
  group: [
    {
      name: 'g',
      typeMode: 'none',
      input: [{ name: 'i', mode: 'source' }],
      rule: [{ name: 'r', source: [{ context: 'i' }], target: [target] }],
    },
  ],
})
const trigger = (more: Json) => ({ resourceType: 'EventDefinition', status: 'draft', trigger: [more] })
const DATA = { data: [{ type: 'Patient' }] }
const PARAMETER = 'OperationDefinition.parameter[0]'
const CONTAINS = 'ValueSet.expansion.contains[0]'
const MAP_TARGET = 'StructureMap.group[0].rule[0].target[0]'

const DEFINITIONS: RuleCase[] = [
  ['opd-1', operation({ type: 'string' }), operation({}), PARAMETER],
  ['opd-2', operation({ type: 'string', searchType: 'token' }), operation({ type: 'code', searchType: 'token' }), PARAMETER],
  ['opd-3', operation({ type: 'Reference', targetProfile: TARGET }), operation({ type: 'code', targetProfile: TARGET }), PARAMETER],
  [
    'cmd-1',
    mapped({ equivalence: 'narrower', code: 'b', comment: 'x' }),
    mapped({ equivalence: 'narrower', code: 'b' }),
    'ConceptMap.group[0].element[0].target[0]',
  ],
  ['cmd-2', map({ unmapped: { mode: 'fixed', code: 'x' } }), map({ unmapped: { mode: 'fixed' } }), 'ConceptMap.group[0].unmapped'],
  ['cmd-3', map({ unmapped: { mode: 'other-map', url: URL } }), map({ unmapped: { mode: 'other-map' } }), 'ConceptMap.group[0].unmapped'],
  ['csd-1', codes({ code: 'a', concept: [{ code: 'b' }] }), codes({ code: 'a', concept: [{ code: 'a' }] }), 'CodeSystem'],
  ['vsd-6', expansion({ display: 'x', abstract: true }), expansion({ abstract: true }), CONTAINS],
  ['vsd-9', expansion({ display: 'x', abstract: true }), expansion({ display: 'x' }), CONTAINS],
  ['vsd-10', expansion({ system: URL, code: 'a' }), expansion({ code: 'a' }), CONTAINS],
  ['nsd-1', naming(id({})), naming(id({ type: 'uuid' })), 'NamingSystem'],
  [
    'nsd-2',
    naming(id({ preferred: true }), id({ type: 'uri', preferred: true })),
    naming(id({ preferred: true }), id({ preferred: true })),
    'NamingSystem',
  ],
  ['ig-1', member({ groupingId: 'g' }), member({ groupingId: 'h' }), 'ImplementationGuide.definition'],
  ['ig-2', member({ fhirVersion: ['4.0.1'] }), member({ fhirVersion: ['3.0.2'] }), 'ImplementationGuide'],
  ['spd-1', search({ xpath: 'x', xpathUsage: 'normal' }), search({ xpath: 'x' }), 'SearchParameter'],
  ['spd-2', search({ type: 'reference', chain: ['a'] }), search({ chain: ['a'] }), 'SearchParameter'],
  ['smp-1', transform({ context: 'a', contextType: 'variable', element: 'b' }), transform({ element: 'b' }), MAP_TARGET],
  ['smp-2', transform({ context: 'a', contextType: 'variable' }), transform({ context: 'a' }), MAP_TARGET],
  [
    'trd-1',
    trigger({ type: 'periodic', timingDate: '2026' }),
    trigger({ type: 'periodic', timingDate: '2026', ...DATA }),
    'EventDefinition.trigger[0]',
  ],
  [
    'trd-2',
    trigger({ type: 'data-added', ...DATA, condition: { language: 'text/cql', expression: 'x' } }),
    trigger({ type: 'named-event', name: 'n', condition: { language: 'text/cql', expression: 'x' } }),
    'EventDefinition.trigger[0]',
  ],
  ['trd-3', trigger({ type: 'named-event', name: 'n' }), trigger({ type: 'named-event' }), 'EventDefinition.trigger[0]'],
]

const measure = (stratifier: Json) => ({ resourceType: 'Measure', status: 'draft', group: [{ stratifier: [stratifier] }] })
const CRITERIA = { criteria: { language: 'text/cql', expression: 'x' } }
const report = (more: Json) => ({
  resourceType: 'MeasureReport',
  status: 'complete',
  type: 'summary',
  measure: URL,
  period: { start: '2026' },
  ...more,
})
const stratum = (more: Json) => report({ group: [{ stratifier: [{ stratum: [more] }] }] })
const sequence = (more: Json) => ({ resourceType: 'MolecularSequence', coordinateSystem: 0, ...more })
const reference = (referenceSeq: Json) => sequence({ referenceSeq })
const risk = (prediction: Json) => ({ resourceType: 'RiskAssessment', status: 'final', subject: at('Patient/1'), prediction: [prediction] })
const percent = { value: 5, system: 'http://unitsofmeasure.org', code: '%' }
const eligible = (item: Json) => ({
  resourceType: 'CoverageEligibilityResponse',
  status: 'active',
  purpose: ['benefits'],
  patient: at('Patient/1'),
  created: '2026',
  request: at('CoverageEligibilityRequest/1'),
  outcome: 'complete',
  insurer: at('Organization/1'),
  insurance: [{ coverage: at('Coverage/1'), item: [item] }],
})
const team = (reference: string) => ({
  resourceType: 'CareTeam',
  participant: [{ member: at(reference), onBehalfOf: at('Organization/1') }],
})
const problem = (more: Json) => ({ resourceType: 'Condition', subject: at('Patient/1'), ...more })
const nutrition = (more: Json) => ({
  resourceType: 'NutritionOrder',
  status: 'active',
  intent: 'order',
  patient: at('Patient/1'),
  dateTime: '2026',
  ...more,
})
const range = (low: Json) => observation({ referenceRange: [{ low: { value: 1, ...low } }] })
const SEQ = 'MolecularSequence.referenceSeq'

const CARE: RuleCase[] = [
  ['mea-1', measure({ description: 'x' }), measure({ description: 'x', component: [CRITERIA] }), 'Measure'],
  ['mrp-1', report({ type: 'data-collection' }), report({ type: 'data-collection', group: [{ code: CODE }] }), 'MeasureReport'],
  ['mrp-2', stratum({ value: CODE }), stratum({ value: CODE, component: [{ code: CODE, value: CODE }] }), 'MeasureReport'],
  ['msq-3', sequence({}), sequence({ coordinateSystem: 2 }), 'MolecularSequence'],
  ['msq-5', reference({ chromosome: CODE, genomeBuild: 'x' }), reference({ chromosome: CODE, referenceSeqId: CODE }), SEQ],
  ['msq-6', reference({ referenceSeqId: CODE }), reference({ referenceSeqId: CODE, referenceSeqString: 'A' }), SEQ],
  [
    'ras-1',
    risk({ probabilityRange: { low: percent } }),
    risk({ probabilityRange: { low: { value: 5 } } }),
    'RiskAssessment.prediction[0].probabilityRange',
  ],
  ['ras-2', risk({ probabilityDecimal: 100 }), risk({ probabilityDecimal: 100.5 }), 'RiskAssessment.prediction[0]'],
  [
    'ces-1',
    eligible({ category: CODE }),
    eligible({ category: CODE, productOrService: CODE }),
    'CoverageEligibilityResponse.insurance[0].item[0]',
  ],
  ['ctm-1', team('Practitioner/1'), team('Patient/1'), 'CareTeam.participant[0]'],
  ['con-3', problem({}), problem({ category: [coding(URL, 'problem-list-item')] }), 'Condition'],
  ['nor-1', nutrition({ oralDiet: { instruction: 'x' } }), nutrition({}), 'NutritionOrder'],
  [
    'dom-6',
    patient({ text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } }),
    patient({ active: true }),
    'Patient',
  ],
  ['sqty-1', range({}), range({ comparator: '<' }), 'Observation.referenceRange[0].low'],
]

const script = (more: Json) => ({ resourceType: 'TestScript', url: URL, name: 'T', status: 'draft', ...more })
const setup = (action: Json) => script({ setup: { action: [action] } })
const trial = (action: Json) => script({ test: [{ action: [action] }] })
const teardown = (action: Json) => script({ teardown: { action: [action] } })
const DONE = { encodeRequestUrl: true, sourceId: 'a' }
const LOST = { encodeRequestUrl: true }
const SURE = { warningOnly: false, path: 'a' }
const BOTH = { operation: DONE, assert: SURE }
const DOUBLE = { warningOnly: false, path: 'a', contentType: 'application/json' }
const HALF = { ...SURE, compareToSourceId: 'a' }
const WRONG_WAY = { warningOnly: false, direction: 'request', response: 'okay' }
const tried = (more: Json) => ({ resourceType: 'TestReport', status: 'completed', testScript: at('TestScript/1'), result: 'pass', ...more })
const PASS = { result: 'pass' }
const SETUP = 'TestScript.setup.action[0]'
const TRIAL = 'TestScript.test[0].action[0]'

const SCRIPTS: RuleCase[] = [
  ['tst-1', setup({ operation: DONE }), setup(BOTH), SETUP],
  ['tst-2', trial({ operation: DONE }), trial(BOTH), TRIAL],
  [
    'tst-3',
    script({ variable: [{ name: 'v', path: 'a' }] }),
    script({ variable: [{ name: 'v', path: 'a', headerField: 'b', expression: 'c' }] }),
    'TestScript.variable[0]',
  ],
  [
    'tst-4',
    script({ metadata: { capability: [{ required: true, validated: false, capabilities: URL }] } }),
    script({ metadata: { capability: [{ capabilities: URL }] } }),
    'TestScript.metadata',
  ],
  ['tst-5', setup({ assert: SURE }), setup({ assert: DOUBLE }), `${SETUP}.assert`],
  ['tst-6', trial({ assert: SURE }), trial({ assert: DOUBLE }), `${TRIAL}.assert`],
  ['tst-7', setup({ operation: DONE }), setup({ operation: LOST }), `${SETUP}.operation`],
  ['tst-8', trial({ operation: DONE }), trial({ operation: LOST }), `${TRIAL}.operation`],
  ['tst-9', teardown({ operation: DONE }), teardown({ operation: LOST }), 'TestScript.teardown.action[0].operation'],
  ['tst-10', setup({ assert: SURE }), setup({ assert: HALF }), `${SETUP}.assert`],
  ['tst-11', trial({ assert: SURE }), trial({ assert: HALF }), `${TRIAL}.assert`],
  ['tst-12', setup({ assert: SURE }), setup({ assert: WRONG_WAY }), `${SETUP}.assert`],
  ['tst-13', trial({ assert: SURE }), trial({ assert: WRONG_WAY }), `${TRIAL}.assert`],
  [
    'inv-1',
    tried({ setup: { action: [{ operation: PASS }] } }),
    tried({ setup: { action: [{ operation: PASS, assert: PASS }] } }),
    'TestReport.setup.action[0]',
  ],
  [
    'inv-2',
    tried({ test: [{ action: [{ operation: PASS }] }] }),
    tried({ test: [{ action: [{ operation: PASS, assert: PASS }] }] }),
    'TestReport.test[0].action[0]',
  ],
]

export const RULE_CASES: RuleCase[] = [
  ...ELEMENT_CASES,
  ...STRUCTURE_CASES,
  ...STATEMENTS,
  ...QUESTIONS,
  ...DEFINITIONS,
  ...CARE,
  ...SCRIPTS,
]
