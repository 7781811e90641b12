import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CANONICAL, extensionUrl, type ProfileRule, type ProfileTable } from '@yba/fhir'
import { ourProfiles } from '../src/profiles/load.ts'
import { buildTables, fshTexts } from './profiles.ts'

const tables = ourProfiles()
const all: ProfileTable[] = [...tables.profiles, ...tables.extensions]

/** Every rule of a profile, those of its slices included. */
const rulesOf = (rules: readonly ProfileRule[]): ProfileRule[] =>
  rules.flatMap((rule) => [rule, ...(rule.slices?.list ?? []).flatMap((slice) => rulesOf(slice.rules))])

test('slow: the profiles compile without an error, to what was built', async () => {
  const { stamp: _stamp, ...built } = tables as typeof tables & { stamp: string }
  assert.deepEqual(await buildTables(fshTexts()), built)
})

test('each profile has an address of ours, both names, and asks something', () => {
  assert.ok(tables.profiles.length >= 25)
  assert.equal(new Set(all.map((one) => one.url)).size, all.length)
  for (const { url, version, title, rules } of all) {
    assert.ok(url.startsWith(`${CANONICAL}/StructureDefinition/`), url)
    assert.match(version, /^\d+\.\d+\.\d+$/)
    assert.ok(title.vi && title.en && title.vi !== title.en, url)
    assert.ok(rules.length > 0, url)
  }
})

test('slices of one element differ, codes of bindings are there, rules speak both languages', () => {
  for (const { url, rules } of all) {
    for (const rule of rulesOf(rules)) {
      const matches = (rule.slices?.list ?? []).map((slice) => JSON.stringify(slice.match))
      assert.equal(new Set(matches).size, matches.length, `${url} ${rule.path}`)
      if (rule.binding) assert.ok(Object.values(tables.valueSets[rule.binding] ?? {}).flat().length > 0, rule.binding)
      for (const { key, vi, en } of rule.invariants ?? []) assert.ok(vi && en && vi !== en, key)
    }
  }
})

test('every extension that the sources write by name is defined', () => {
  const root = join(import.meta.dirname, '../../..')
  const files = globSync(['apps/server/src/**/*.ts', 'packages/*/src/**/*.ts'], { cwd: root }).filter((file) => !file.includes('.test.'))
  const written = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?:extensionUrl|\bextra)\('([a-z-]+)'/g)].map((match) => match[1] ?? ''),
  )
  const defined = new Set(tables.extensions.map((one) => one.url))
  assert.deepEqual([...new Set(written)].filter((name) => !defined.has(extensionUrl(name))).sort(), [])
})
