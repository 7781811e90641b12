import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { datatypeTable, type ElementRow, resourceTable, type TypeTable, valueSetTable } from './definitions.ts'
import { resourceTypes } from './types-numbers.ts'

interface Field {
  optional: boolean
  list: boolean
  codes: string[]
}

/** The published R4 types (package @types/fhir), read as an independent witness: interface → fields, inherited ones too. */
function publishedTypes(): (name: string) => Map<string, Field> | undefined {
  const source = readFileSync(createRequire(import.meta.url).resolve('@types/fhir/r4.d.ts'), 'utf8')
  const found = new Map<string, { base: string | undefined; fields: Map<string, Field> }>()
  for (const m of source.matchAll(/export interface (\w+)(?:<[^>]*>)?(?: extends (\w+))? \{([\s\S]*?)\n\}/g)) {
    const fields = new Map<string, Field>()
    for (const f of (m[3] ?? '').matchAll(/^\s+(?:readonly )?(\w+)(\??): ([^;]+);/gm)) {
      const type = f[3] ?? ''
      const codes = [...type.matchAll(/'([^']+)'/g)].map((c) => c[1] ?? '')
      if (f[1]) fields.set(f[1], { optional: f[2] === '?', list: /\[\]|Array</.test(type), codes })
    }
    found.set(m[1] ?? '', { base: m[2], fields })
  }
  const fieldsOf = (name: string): Map<string, Field> | undefined => {
    const own = found.get(name)
    return own && new Map([...((own.base && fieldsOf(own.base)) || []), ...own.fields])
  }
  return fieldsOf
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function* rows(tables: TypeTable[]): Generator<[string, ElementRow[]]> {
  for (const table of tables) yield* Object.entries(table)
}

const allTables = (): TypeTable[] => [datatypeTable(), ...resourceTypes().map(({ name }) => resourceTable(name).types)]

/** Children of plain elements carry no modifierExtension in R4; the published types give it to all. */
const ON_EVERY_BACKBONE = 'modifierExtension'

test('the tables have exactly the elements of the published R4 types', () => {
  const published = publishedTypes()
  const differences: string[] = []
  let compared = 0
  for (const [path, elements] of rows(allTables())) {
    const fields = published(path.split('.').map(upper).join(''))
    if (!fields) continue
    compared++
    const ours = new Map(elements.flatMap((e) => e.t.map((t) => [e.x ? e.n + upper(t) : e.n, e] as const)))
    for (const [name, field] of fields) {
      if (name.startsWith('_') || name === 'resourceType' || name === ON_EVERY_BACKBONE) continue
      const row = ours.get(name)
      if (!row) differences.push(`missing ${path}.${name}`)
      else if (field.list !== (row.max !== 1)) differences.push(`list ${path}.${name}`)
      else if (!field.optional !== row.min > 0 && !row.x) differences.push(`required ${path}.${name}`)
    }
    for (const name of ours.keys()) if (!fields.has(name)) differences.push(`not in R4: ${path}.${name}`)
  }
  assert.deepEqual(differences, [])
  assert.ok(compared > 600, String(compared))
})

test('required codes are exactly those of the published R4 types', () => {
  const published = publishedTypes()
  const differences: string[] = []
  let compared = 0
  for (const [path, elements] of rows(allTables())) {
    const fields = published(path.split('.').map(upper).join(''))
    for (const row of elements) {
      const codes = fields?.get(row.n)?.codes ?? []
      if (codes.length === 0 || row.x) continue
      compared++
      const ours = Object.values(valueSetTable()[row.b ?? ''] ?? {}).flat()
      if (ours.toSorted().join() !== codes.toSorted().join()) differences.push(`${path}.${row.n}`)
    }
  }
  assert.deepEqual(differences, [])
  assert.ok(compared > 300, String(compared))
})
