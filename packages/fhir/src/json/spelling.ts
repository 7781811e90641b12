/**
 * How whole numbers are written. R4 (datatypes.html#integer) takes digits and a sign before them; `1.0` and `1e1` are no
 * integers, and once parsed nothing of that is left. Decimals may be written either way.
 */

/** JSON names of the elements of type integer, positiveInt and unsignedInt in R4. `score` is a decimal elsewhere. */
export const WHOLE_MEMBERS: ReadonlySet<string> = new Set(
  `allowedUnsignedInt answerInteger axis careTeamSequence coordinateSystem count countMax decimalPrecision
  defaultValueInteger defaultValuePositiveInt defaultValueUnsignedInt denominatorCount destination detailInteger detailSequence
  diagnosisSequence dimensions doseNumberPositiveInt end fixedInteger fixedPositiveInt fixedUnsignedInt frames frequency
  frequencyMax groupSize height index informationSequence itemSequence length limit maxLength maxValueInteger
  maxValuePositiveInt maxValueUnsignedInt min minValueInteger minValuePositiveInt minValueUnsignedInt minutesDuration
  multipleBirthInteger noteNumber number numberOfInstances numberOfParticipants numberOfRepeatsAllowed numberOfSeries
  numberOfStudies numberOfSubunits numberOfUnits numFN numFP numTP numeratorCount offset order origin patternInteger
  patternPositiveInt patternUnsignedInt precedence priority procedureSequence quantity rank readCoverage reliableCache
  repetitions score securityLabelNumber sequence seriesDosesPositiveInt size start subDetailSequence subdetailSequence subunit
  supportingInfoSequence total usedUnsignedInt valueInteger valuePositiveInt valueUnsignedInt width windowEnd windowStart`.split(/\s+/),
)

const WHOLE = /^-?(?:0|[1-9]\d*)$/

/** Objects and arrays with the keys under which a number stands that is not written as a whole one. */
const rough = new WeakMap<object, Set<string>>()

/** JSON with the source text access of ES2026, which TypeScript's library does not describe yet. */
interface SourceJson {
  parse(text: string, reviver: (this: object, key: string, value: unknown, context: { source?: string }) => unknown): unknown
}

/** Parses JSON and remembers which numbers are not written as whole ones. Slower than `JSON.parse`. Throws what that throws. */
export function parseNotingNumbers(text: string): unknown {
  return (JSON as unknown as SourceJson).parse(text, function (key, value, { source }) {
    if (typeof value === 'number' && source !== undefined && !WHOLE.test(source)) {
      const keys = rough.get(this) ?? new Set()
      rough.set(this, keys.add(key))
    }
    return value
  })
}

/** Whether the number under this key of an object or array was written with a point or an exponent. */
export const isRoughNumber = (holder: object, key: string | number): boolean => rough.get(holder)?.has(String(key)) ?? false
