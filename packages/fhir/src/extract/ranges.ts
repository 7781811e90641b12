/** Values that are no single number: ranges, series of samples, and `<5`. */
import type { Emit, Maker, Sink } from './entries.ts'
import { isObject, type Json, numeric } from './values.ts'

interface Ends {
  low?: number
  high?: number
}

/** Writes a range in the unit of `of`, unless it is open at both ends. */
function pushRange(param: string, sink: Sink, { low, high }: Ends, of: Json = {}): void {
  if (low === undefined && high === undefined) return
  sink.entries.push({
    param,
    type: 'range',
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(typeof of.system === 'string' ? { system: of.system } : {}),
    ...(typeof of.code === 'string' ? { code: of.code } : {}),
    ...(typeof of.unit === 'string' ? { unit: of.unit } : {}),
  })
}

const ends = (low: number | undefined, high: number | undefined): Ends => ({
  ...(low === undefined ? {} : { low }),
  ...(high === undefined ? {} : { high }),
})

/** R4, Range: both ends are inclusive and share one unit. */
export const range: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  const low = isObject(v.low) ? v.low : undefined
  const high = isObject(v.high) ? v.high : undefined
  pushRange(param, sink, ends(numeric(low?.value), numeric(high?.value)), low ?? high)
}

/** More samples than this are a recording: its stated limits, or its origin, must do. */
const MOST_SAMPLES = 100_000

function sampledEnds(v: Json): Ends {
  const origin = isObject(v.origin) ? numeric(v.origin.value) : undefined
  if (origin === undefined) return {}
  if (typeof v.data !== 'string' || v.data.length > 4 * MOST_SAMPLES) {
    return { low: numeric(v.lowerLimit) ?? origin, high: numeric(v.upperLimit) ?? origin }
  }
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const text of v.data.split(/\s+/)) {
    // E, L and U stand for errors and for what left the detector's limits.
    const sample = text === '' || /^[ELU]$/.test(text) ? Number.NaN : Number(text)
    if (sample < least) least = sample
    if (sample > most) most = sample
  }
  if (least > most) return {}
  const factor = numeric(v.factor) ?? 1
  const [a, b] = [least, most].map((sample) => Number((origin + sample * factor).toPrecision(12)))
  return { low: Math.min(a ?? origin, b ?? origin), high: Math.max(a ?? origin, b ?? origin) }
}

/** R4, Observation.value-quantity: sampled data is found by the bounds of its values. */
export const sampled: Maker = (param) => (v, sink) => {
  if (isObject(v)) pushRange(param, sink, sampledEnds(v), isObject(v.origin) ? v.origin : undefined)
}

/** A quantity; with a comparator it is all that lies on that side of its value. */
export function compared(one: Maker): Maker {
  return (param, system): Emit => {
    const plain = one(param, system)
    return (v, sink) => {
      const comparator = isObject(v) ? v.comparator : undefined
      const value = isObject(v) ? numeric(v.value) : undefined
      if (!isObject(v) || typeof comparator !== 'string' || value === undefined) plain(v, sink)
      else pushRange(param, sink, comparator.startsWith('<') ? { high: value } : { low: value }, v)
    }
  }
}
