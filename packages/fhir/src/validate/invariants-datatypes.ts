/** Rules on data types, and those on every resource's contained ones. */
import { periodOrder } from '../extract/dates.ts'
import { isObject, type Json } from './context.ts'
import type { Invariant } from './invariants.ts'
import { hasContent, isNarrative } from './narrative.ts'
import { has, hasChoice, list, numeric } from './values.ts'

const UCUM = 'http://unitsofmeasure.org'

const rule = (key: string, vi: string, en: string, holds: Invariant['holds']): Invariant => ({ key, vi, en, holds })

const requires = (key: string, first: string, second: string): Invariant =>
  rule(key, `có ${first} thì phải có ${second}.`, `${first} needs ${second}.`, (v) => !has(v, first) || has(v, second))

const ucumOrNone = (v: Json): boolean => v.system === undefined || v.system === UCUM

function measured(v: Json): boolean {
  return v.code !== undefined || v.value === undefined
}

const CONTAINED: Invariant[] = [
  rule(
    'dom-2',
    'tài nguyên contained không được chứa tài nguyên khác.',
    'a contained resource must not contain resources.',
    (v, c) => !(c.inContained && v.contained !== undefined),
  ),
  rule(
    'dom-3',
    'mỗi tài nguyên contained phải được tham chiếu (hoặc tham chiếu về #).',
    'each contained resource must be referenced, or refer to #.',
    (v, c) => {
      if (c.inContained || v.contained === undefined) return true
      const used = c.scope.used
      return used?.has('') === true || list(v.contained).every((r) => used?.has(String(r.id)))
    },
  ),
  rule(
    'dom-4',
    'tài nguyên contained không có meta.versionId, meta.lastUpdated.',
    'a contained resource carries no meta.versionId or meta.lastUpdated.',
    (v, c) => !(c.inContained && isObject(v.meta) && (v.meta.versionId !== undefined || v.meta.lastUpdated !== undefined)),
  ),
  rule(
    'dom-5',
    'tài nguyên contained không có meta.security.',
    'a contained resource carries no meta.security.',
    (v, c) => !(c.inContained && isObject(v.meta) && v.meta.security !== undefined),
  ),
]

const CODED_UNIT = requires('qty-3', 'code', 'system')

const TIMING: Invariant[] = [
  requires('tim-1', 'duration', 'durationUnit'),
  requires('tim-2', 'period', 'periodUnit'),
  rule('tim-4', 'duration không được âm.', 'duration must not be negative.', (v) => (numeric(v.duration) ?? 0) >= 0),
  rule('tim-5', 'period không được âm.', 'period must not be negative.', (v) => (numeric(v.period) ?? 0) >= 0),
  requires('tim-6', 'periodMax', 'period'),
  requires('tim-7', 'durationMax', 'duration'),
  requires('tim-8', 'countMax', 'count'),
  requires('tim-9', 'offset', 'when'),
  rule('tim-10', 'chỉ có timeOfDay hoặc when.', 'timeOfDay and when exclude each other.', (v) => !(has(v, 'timeOfDay') && has(v, 'when'))),
]

function ratioComplete(v: Json): boolean {
  if (has(v, 'numerator') !== has(v, 'denominator')) return false
  return has(v, 'numerator') || has(v, 'extension')
}

function rangeOrder(v: Json): boolean {
  if (!isObject(v.low) || !isObject(v.high) || v.low.code !== v.high.code) return true
  const low = numeric(v.low.value)
  const high = numeric(v.high.value)
  return low === undefined || high === undefined || low <= high
}

export const DATATYPES: Record<string, Invariant[]> = {
  DomainResource: CONTAINED,
  Extension: [
    rule(
      'ext-1',
      'extension có giá trị hoặc extension con, không có cả hai.',
      'an extension has a value or extensions, not both.',
      (v) => has(v, 'extension') !== hasChoice(v, 'value'),
    ),
  ],
  Period: [rule('per-1', 'start không được sau end.', 'start must not be after end.', (v) => periodOrder(v.start, v.end))],
  Attachment: [requires('att-1', 'data', 'contentType')],
  ContactPoint: [requires('cpt-2', 'value', 'system')],
  Quantity: [CODED_UNIT],
  Age: [
    CODED_UNIT,
    rule(
      'age-1',
      'tuổi phải có code UCUM và giá trị dương.',
      'an age needs a UCUM code and a positive value.',
      (v) => measured(v) && ucumOrNone(v) && (v.value === undefined || (numeric(v.value) ?? 0) > 0),
    ),
  ],
  Duration: [
    CODED_UNIT,
    rule(
      'drt-1',
      'khoảng thời gian có code thì phải dùng UCUM và có value.',
      'a duration with a code needs UCUM and a value.',
      (v) => v.code === undefined || (v.system === UCUM && v.value !== undefined),
    ),
  ],
  Distance: [
    CODED_UNIT,
    rule('dis-1', 'khoảng cách phải có code UCUM.', 'a distance needs a UCUM code.', (v) => measured(v) && ucumOrNone(v)),
  ],
  Count: [
    CODED_UNIT,
    rule(
      'cnt-3',
      'số đếm phải nguyên, code "1" của UCUM.',
      'a count is whole, with the UCUM code "1".',
      (v) => measured(v) && ucumOrNone(v) && (v.code === undefined || v.code === '1') && Number.isInteger(numeric(v.value) ?? 0),
    ),
  ],
  Range: [rule('rng-2', 'low không được lớn hơn high.', 'low must not exceed high.', rangeOrder)],
  Ratio: [rule('rat-1', 'tỷ số cần cả numerator và denominator.', 'a ratio needs numerator and denominator.', ratioComplete)],
  'Timing.repeat': TIMING,
  Narrative: [
    rule(
      'txt-1',
      'div chỉ gồm HTML trình bày: không script, style, biểu mẫu hay sự kiện.',
      'div holds presentation markup only: no script, style, form or event handler.',
      (v) => typeof v.div !== 'string' || isNarrative(v.div),
    ),
    rule('txt-2', 'div phải có nội dung.', 'div must have content.', (v) => typeof v.div !== 'string' || hasContent(v.div)),
  ],
  Expression: [
    rule(
      'exp-1',
      'phải có expression hoặc reference.',
      'expression or reference is needed.',
      (v) => has(v, 'expression') || has(v, 'reference'),
    ),
  ],
  'DataRequirement.codeFilter': [
    rule('drq-1', 'chỉ một trong path, searchParam.', 'exactly one of path, searchParam.', (v) => has(v, 'path') !== has(v, 'searchParam')),
  ],
  'DataRequirement.dateFilter': [
    rule('drq-2', 'chỉ một trong path, searchParam.', 'exactly one of path, searchParam.', (v) => has(v, 'path') !== has(v, 'searchParam')),
  ],
}
