/** Fixers of the data types but ElementDefinition. */
import { periodOrder } from '../../extract/dates.ts'
import { decimal } from '../../json/serialize.ts'
import { isObject, type Json } from '../../validate/context.ts'
import { drop, ensure, type Fixer, type Fixers, needs, notBoth, oneOf, onlyWhen, present, write } from './fixing.ts'

const UCUM = 'http://unitsofmeasure.org'

const CODED: Fixer = needs('code', 'system')

/** A measured value in this unit; nothing when there is neither value nor unit. */
const measured =
  (unit: string, number: string): Fixer =>
  (v) => {
    if (!present(v, 'value') && !present(v, 'code') && !present(v, 'system')) return
    write(v, 'value', decimal(number))
    write(v, 'system', UCUM)
    write(v, 'code', unit)
  }

const positive =
  (name: string): Fixer =>
  (v) => {
    if (present(v, name)) write(v, name, decimal('2.50'))
  }

function ordered(v: Json): void {
  if (!isObject(v.low) || !isObject(v.high)) return
  for (const [end, number] of [
    [v.low, '1.50'],
    [v.high, '20.0'],
  ] as const) {
    drop(end, 'code', 'unit')
    if (present(end, 'value')) write(end, 'value', decimal(number))
    else if (Object.keys(end).length === 0) end.value = decimal(number)
  }
}

export const DATATYPES: Fixers = {
  Extension: {
    'ext-1': (v, add) => {
      if (present(v, 'extension')) drop(v, 'value[x]')
      else ensure(v, add, 'value[x]')
    },
  },
  Quantity: { 'qty-3': CODED },
  Age: { 'age-1': measured('a', '37.50'), 'qty-3': CODED },
  Duration: { 'drt-1': measured('h', '1.50'), 'qty-3': CODED },
  Distance: { 'dis-1': measured('m', '12.0'), 'qty-3': CODED },
  Count: { 'cnt-3': measured('1', '3'), 'qty-3': CODED },
  Attachment: { 'att-1': needs('data', 'contentType') },
  ContactPoint: { 'cpt-2': needs('value', 'system') },
  'DataRequirement.codeFilter': { 'drq-1': oneOf('path', 'searchParam') },
  'DataRequirement.dateFilter': { 'drq-2': oneOf('path', 'searchParam') },
  Expression: {
    'exp-1': (v, add) => {
      if (!present(v, 'reference')) ensure(v, add, 'expression')
    },
  },
  Period: {
    'per-1': (v) => {
      if (!periodOrder(v.start, v.end)) [v.start, v.end] = [v.end, v.start]
    },
  },
  Range: { 'rng-2': ordered },
  Ratio: {
    'rat-1': (v, add) => {
      ensure(v, add, 'numerator')
      ensure(v, add, 'denominator')
    },
  },
  'Timing.repeat': {
    'tim-6': needs('periodMax', 'period'),
    'tim-7': needs('durationMax', 'duration'),
    'tim-8': needs('countMax', 'count'),
    'tim-1': needs('duration', 'durationUnit'),
    'tim-2': needs('period', 'periodUnit'),
    'tim-4': positive('duration'),
    'tim-5': positive('period'),
    'tim-9': (v) => {
      if (present(v, 'offset')) write(v, 'when', ['AC', 'PCV'])
    },
    'tim-10': notBoth('when', 'timeOfDay'),
  },
  TriggerDefinition: {
    'trd-3': (v, add) => {
      if (v.type === 'named-event') ensure(v, add, 'name')
      else ensure(v, add, v.type === 'periodic' ? 'timing[x]' : 'data')
    },
    'trd-1': (v) => drop(v, v.type === 'periodic' ? 'data' : 'timing[x]'),
    'trd-2': onlyWhen('condition', (v) => present(v, 'data')),
  },
}
