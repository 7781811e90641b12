import assert from 'node:assert/strict'
import { test } from 'node:test'
import { datatypeTable, resourceTable, type TypeTable } from '../definitions.ts'
import { resourceTypes } from '../types-numbers.ts'
import { LINK_MEMBERS, rewriteLinks } from './links.ts'

const to = (link: string, found: string, as: string) => (link === found ? as : undefined)

test('links are changed, and only those: identifiers, notes and every other byte stay', () => {
  const text =
    '{"subject":{"reference" : "urn:uuid:1"},"identifier":[{"value":"urn:uuid:1"}],"note":"\\"reference\\":\\"urn:uuid:1\\"","url":"urn:uuid:1","x":"reference","n":1.50}'
  assert.equal(
    rewriteLinks(text, (link) => to(link, 'urn:uuid:1', 'Patient/9')),
    '{"subject":{"reference" : "Patient/9"},"identifier":[{"value":"urn:uuid:1"}],"note":"\\"reference\\":\\"urn:uuid:1\\"","url":"Patient/9","x":"reference","n":1.50}',
  )
  assert.equal(
    rewriteLinks('{"refer\\u0065nce":"a"}', () => 'b'),
    '{"refer\\u0065nce":"b"}',
  )
  assert.equal(
    rewriteLinks(text, () => undefined),
    text,
  )
})

test('links in lists and in the narrative are changed too', () => {
  const text = `{"instantiatesUri":["urn:uuid:1" , "urn:uuid:2"],"text":{"div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><a href=\\"urn:uuid:1\\">\\u1ec7</a><img src='urn:uuid:1'/>urn:uuid:1</div>"}}`
  assert.equal(
    rewriteLinks(text, (link) => to(link, 'urn:uuid:1', 'Patient/9')),
    `{"instantiatesUri":["Patient/9" , "urn:uuid:2"],"text":{"div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\"><a href=\\"Patient/9\\">\\u1ec7</a><img src='Patient/9'/>urn:uuid:1</div>"}}`,
  )
})

test('the members that hold links are those of R4', () => {
  const found = new Set(['reference'])
  const kinds = new Set(['uri', 'url', 'canonical', 'oid', 'uuid'])
  const upper = (s: string) => s.charAt(0).toUpperCase() + s.slice(1)
  const visit = (types: TypeTable) => {
    for (const row of Object.values(types).flat()) {
      for (const type of row.t) if (kinds.has(type)) found.add(row.x ? row.n + upper(type) : row.n)
    }
  }
  visit(datatypeTable())
  for (const { name } of resourceTypes()) visit(resourceTable(name).types)
  assert.deepEqual([...LINK_MEMBERS].toSorted(), [...found].toSorted())
})
