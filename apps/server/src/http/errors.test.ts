import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorFacts } from './errors.ts'

test('a log line about an error names code and place, and quotes nothing the database said', () => {
  const error = Object.assign(new Error('duplicate key (cccd)=(000190000001) of Nguyễn Thị Kín'), {
    code: '23505',
    detail: 'Key (value)=(000190000001) already exists.',
  })
  const facts = errorFacts(error)
  assert.deepEqual([facts.name, facts.code], ['Error', '23505'])
  assert.ok(facts.stack.length > 0)
  assert.doesNotMatch(JSON.stringify(facts), /000190|Kín/)
  assert.deepEqual(errorFacts('Nguyễn Thị Kín'), { name: 'string', stack: [] })
})
