/** Numbers, quantities and ranges as conditions on `ix_qty`. */
import type { Prefix, SearchValue } from '@yba/fhir'
import type { Params } from '../grants.ts'
import { type Hasher, paramNumber } from '../hash.ts'
import { ANY_UNIT, beside, canonicalMeasure, endOf, writtenUnit } from '../measures.ts'
import { numberCondition } from './values.ts'

type Number = Extract<SearchValue, { type: 'number' | 'quantity' }>

/** What is asked for under one unit. */
interface Asked {
  unit: string
  prefix: Prefix
  value: number
  lo: number
  hi: number
}

/** About: a tenth to either side (R4 search.html#prefix), in the unit that was asked in. */
function aboutRange(v: Number): Number {
  if (v.prefix !== 'ap') return v
  const slack = Math.abs(v.value) / 10
  return { ...v, lo: v.value - slack, hi: v.value + slack }
}

/** Under every unit the number may stand under: as it was written, and in base units. */
function askedOf(v: Number): Asked[] {
  const { prefix, value, lo, hi } = aboutRange(v)
  if (v.type === 'number' || v.code === undefined || v.system === undefined) return [{ unit: ANY_UNIT, prefix, value, lo, hi }]
  const { system, code } = v
  const [a, b, c] = [value, lo, hi].map((x) => canonicalMeasure(x, system, code))
  const written = { unit: writtenUnit(system, code), prefix, value, lo, hi }
  return a && b && c ? [{ unit: a.unit, prefix, value: a.v, lo: b.v, hi: c.v }, written] : [written]
}

interface Place {
  params: Params
  hashes: Hasher
  type: string
  param: string
  /** Beside the value of another part of a composite. */
  key?: string
}

/** A row of `ix_qty` of a parameter under a unit. */
function isOf({ params, hashes, type, key }: Place, alias: string, param: string, unit: string): string {
  const text = key === undefined ? unit : beside(key, unit)
  const p = params.add(paramNumber(type, param), 'integer')
  return `${alias}.p = ${p} and ${alias}.unit = ${params.add(text === ANY_UNIT ? '0' : hashes.of(text), 'bigint')}`
}

/** Rows of a range's ends against the number asked for, as R4 has it for ranges of time: which ends decide. */
function rangeRows(place: Place, asked: Asked): string[] {
  const { param, params } = place
  const n = (x: number) => params.add(x, 'double precision')
  const low = (where: string) => `${isOf(place, 'q', endOf(param, 'low'), asked.unit)} and q.v ${where}`
  const high = (where: string) => `${isOf(place, 'q', endOf(param, 'high'), asked.unit)} and q.v ${where}`
  // Not a join: the rows must stay those of one table, or the server could not look them up one record at a time.
  const itsHigh = () => `(select max(h.v) from ix_qty h where h.rid = q.rid and ${isOf(place, 'h', endOf(param, 'high'), asked.unit)})`
  switch (asked.prefix) {
    case 'eq':
      return [`${low(`>= ${n(asked.lo)}`)} and ${itsHigh()} <= ${n(asked.hi)}`]
    case 'ne':
      return [low(`< ${n(asked.lo)}`), high(`> ${n(asked.hi)}`)]
    case 'gt':
      return [high(`> ${n(asked.value)}`)]
    case 'ge':
      return [high(`>= ${n(asked.value)}`)]
    case 'lt':
      return [low(`< ${n(asked.value)}`)]
    case 'le':
      return [low(`<= ${n(asked.value)}`)]
    case 'sa':
      return [low(`> ${n(asked.value)}`)]
    case 'eb':
      return [high(`< ${n(asked.value)}`)]
    case 'ap':
      return [`${low(`<= ${n(asked.hi)}`)} and ${itsHigh()} >= ${n(asked.lo)}`]
  }
}

/** The numbers of resources that a value finds, as a query of their row numbers over one table. */
export function quantityRows(place: Place, v: Number): string {
  const any = askedOf(v).flatMap((asked) => [
    `${isOf(place, 'q', place.param, asked.unit)} and ${numberCondition(place.params, asked, 'q.v')}`,
    ...rangeRows(place, asked),
  ])
  return `select q.rid from ix_qty q where ${any.map((one) => `(${one})`).join(' or ')}`
}
