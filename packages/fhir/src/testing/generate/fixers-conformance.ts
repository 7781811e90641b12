/** Fixers of the resources that describe servers, terminology and measures. */
import { isObject, type Json } from '../../validate/context.ts'
import { list } from '../../validate/values.ts'
import { anyOf, distinct, drop, ensure, type Fixer, type Fixers, needs, notBoth, oneOf, onlyWhen, present, write } from './fixing.ts'

/** cpb-14 to 16, tcp-3 to 5: what a statement says of software and implementation follows from its kind. */
const statementOf: Fixer = (v, add) => {
  if (v.kind === 'instance') ensure(v, add, 'implementation')
  else drop(v, 'implementation')
  if (v.kind === 'capability') ensure(v, add, 'software')
  if (v.kind === 'requirements') {
    drop(v, 'software')
    ensure(v, add, 'description')
  }
}

/** Numbers the codes of a tree of concepts: none stands in it twice. */
function numberConcepts(concepts: unknown, prefix: string): void {
  for (const [i, concept] of list(concepts).entries()) {
    write(concept, 'code', `${prefix}${i}`)
    numberConcepts(concept.concept, `${prefix}${i}.`)
  }
}

function settleGuide(v: Json): void {
  if (!isObject(v.definition)) return
  const [version] = Array.isArray(v.fhirVersion) ? v.fhirVersion : []
  const [grouping] = list(v.definition.grouping)
  if (grouping) grouping.id = 'g1'
  for (const resource of list(v.definition.resource)) {
    if (present(resource, 'fhirVersion')) write(resource, 'fhirVersion', [version])
    if (present(resource, 'groupingId')) {
      if (grouping) write(resource, 'groupingId', 'g1')
      else drop(resource, 'groupingId')
    }
  }
}

export const CONFORMANCE: Fixers = {
  CapabilityStatement: {
    'cpb-1': anyOf('rest', 'messaging', 'document'),
    'cpb-14': statementOf,
    'cpb-3': (v) => {
      if (v.kind !== 'instance') for (const one of list(v.messaging)) drop(one, 'endpoint')
      for (const one of list(v.messaging)) if (Object.keys(one).length === 0) one.documentation = 'HL7'
    },
    'cpb-7': (v) => distinct(v, 'document', (one) => `${String(one.profile)} ${String(one.mode)}`),
  },
  'CapabilityStatement.rest': { 'cpb-9': (v) => distinct(v, 'resource', (one) => one.type) },
  'CapabilityStatement.rest.resource': { 'cpb-12': (v) => distinct(v, 'searchParam', (one) => one.name) },
  CodeSystem: { 'csd-1': (v) => numberConcepts(v.concept, 'c') },
  'ConceptMap.group.element.target': {
    'cmd-1': (v, add) => {
      if (v.equivalence === 'narrower' || v.equivalence === 'inexact') ensure(v, add, 'comment')
    },
  },
  'ConceptMap.group.unmapped': {
    'cmd-2': (v, add) => {
      if (v.mode === 'fixed') ensure(v, add, 'code')
    },
    'cmd-3': (v, add) => {
      if (v.mode === 'other-map') ensure(v, add, 'url')
    },
  },
  ImplementationGuide: { 'ig-1': settleGuide },
  'Measure.group.stratifier': {
    'mea-1': (v, add) => {
      if (present(v, 'component')) drop(v, 'code', 'description', 'criteria')
      else anyOf('code', 'description', 'criteria')(v, add)
    },
  },
  MeasureReport: { 'mrp-1': onlyWhen('group', (v) => v.type !== 'data-collection') },
  'MeasureReport.group.stratifier.stratum': { 'mrp-2': oneOf('value', 'component') },
  'MessageDefinition.focus': {
    'md-1': (v) => {
      if (present(v, 'max')) write(v, 'max', '*')
    },
  },
  NamingSystem: {
    'nsd-1': (v) => {
      for (const one of list(v.uniqueId)) if (v.kind === 'root' && one.type === 'uuid') one.type = 'oid'
    },
    'nsd-2': (v) => {
      for (const one of list(v.uniqueId).slice(1)) drop(one, 'preferred')
    },
  },
  'OperationDefinition.parameter': {
    'opd-1': anyOf('type', 'part'),
    'opd-2': (v) => {
      if (present(v, 'searchType')) write(v, 'type', 'string')
    },
    'opd-3': onlyWhen('targetProfile', (v) => v.type === 'Reference' || v.type === 'canonical'),
  },
  SearchParameter: {
    'spd-1': needs('xpath', 'xpathUsage'),
    'spd-2': (v) => {
      if (present(v, 'chain')) v.type = 'reference'
    },
  },
  'StructureMap.group.rule.target': { 'smp-1': needs('element', 'context'), 'smp-2': needs('context', 'contextType') },
  TerminologyCapabilities: {
    'tcp-3': statementOf,
    'tcp-2': anyOf('description', 'software', 'implementation'),
  },
  'TerminologyCapabilities.codeSystem': {
    'tcp-1': (v) => {
      const versions = list(v.version)
      if (versions.length > 1) for (const [i, one] of versions.entries()) write(one, 'code', `${i + 1}.0`)
    },
  },
  'ValueSet.compose.include': {
    'vsd-3': notBoth('concept', 'filter'),
    'vsd-2': (v, add) => {
      if (present(v, 'concept') || present(v, 'filter')) ensure(v, add, 'system')
    },
    'vsd-1': anyOf('system', 'valueSet'),
  },
  'ValueSet.expansion.contains': {
    'vsd-6': anyOf('code', 'display'),
    'vsd-9': (v) => {
      if (!present(v, 'code')) v.abstract = true
    },
    'vsd-10': needs('code', 'system'),
  },
}
