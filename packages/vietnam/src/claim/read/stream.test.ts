/** A file read piece by piece is the file read whole, wherever the pieces are cut; refusals come before the first record. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import fc from 'fast-check'
import { type ClaimRecord, type ClaimSource, claimSteps, readClaim, toLegacyText, writeClaim } from '../../index.ts'

const sample = (name: string): Buffer => readFileSync(new URL(`../testdata/${name}.xml`, import.meta.url))
const known = readClaim(sample('03-inpatient-transfer-4750-base64'))

function cut(bytes: Uint8Array, sizes: readonly number[]): ClaimSource {
  return {
    size: bytes.length,
    *pieces() {
      for (let at = 0, n = 0; at < bytes.length; n++) {
        const next = at + (sizes[n % sizes.length] ?? 1)
        yield bytes.subarray(at, next)
        at = next
      }
    },
  }
}

interface Read {
  count: number
  layout: string
  records: ClaimRecord[]
  said: string[]
}

function read(source: ClaimSource): Read {
  const out: Read = { count: -1, layout: '', records: [], said: [] }
  for (const step of claimSteps(source)) {
    if (step && 'head' in step) {
      assert.equal(out.records.length, 0)
      Object.assign(out, { count: step.head.count, layout: step.head.layout })
      out.said.push(...step.head.findings.map((f) => f.definition.code))
    } else if (step && 'record' in step) out.records.push(step.record)
    else if (step) out.said.push(step.finding.definition.code)
  }
  return out
}

const file = { facility: '24997', madeOn: '20260805', layout: known.layout as '4750', records: known.records }
const inlineWithDeclaration = Buffer.from(
  writeClaim(file, 'inline')
    .toString()
    .replaceAll('<NOIDUNGFILE>', '<NOIDUNGFILE>\n<?xml version="1.0" encoding="utf-8"?>')
    .replace('<GIAMDINHHS', '\n\n<GIAMDINHHS')
    .replace('<?xml version="1.0" encoding="utf-8"?>\n', '<!-- 𠮷🙂 -->'),
)
const old = Buffer.from(toLegacyText(writeClaim(file, 'inline').toString(), 'tcvn3'), 'latin1')

test('wherever the pieces are cut, the records and what is said of the file are the same', () => {
  const files = [
    sample('03-inpatient-transfer-4750-base64'),
    sample('06-outpatient-reexam-3176-base64'),
    sample('01-wrapper-empty-template'),
    sample('02-checkin-xml0'),
    writeClaim(file, 'cdata'),
    inlineWithDeclaration,
    old,
  ]
  const whole = files.map((bytes) => read(cut(bytes, [bytes.length])))
  assert.equal(whole[5]?.records[0]?.digest, known.records[0]?.digest)
  assert.ok(whole[6]?.records[0]?.findings.some((f) => f.definition.code === 'claim-letters-converted'))
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 5000 })), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.nat(files.length - 1), sizes, (n, cuts) => {
      assert.deepEqual(read(cut(files[n] ?? Buffer.alloc(0), cuts)), whole[n])
    }),
    { numRuns: 60 },
  )
})

test('a file of more records than are kept from the first look gives each once, the same as the first', () => {
  const one = /<HOSO>[\s\S]*<\/HOSO>/.exec(writeClaim(file).toString())?.[0] ?? ''
  const many = 150
  const text = writeClaim(file).toString().replace(one, one.repeat(many)).replace('<SOLUONGHOSO>1<', `<SOLUONGHOSO>${many}<`)
  assert.ok(text.length > 3_000_000)
  const found = read(cut(Buffer.from(text), [70_001]))
  assert.deepEqual([found.count, found.records.length, found.said], [many, many, []])
  assert.ok(found.records.every((r) => r.digest === known.records[0]?.digest))
  assert.equal(found.records.filter((r) => r.findings.some((f) => f.definition.code === 'claim-record-twice')).length, many - 1)
})

test('what is broken at the very end refuses the file before any record is given', () => {
  const one = /<HOSO>[\s\S]*<\/HOSO>/.exec(writeClaim(file).toString())?.[0] ?? ''
  const text = writeClaim(file).toString().replace(one, one.repeat(120))
  const ends: [string, string][] = [
    [text.replace('</GIAMDINHHS>', ''), 'claim-malformed'],
    [text.replace('</DANHSACHHOSO>', '<HOSO>&boom;</HOSO></DANHSACHHOSO>'), 'claim-malformed'],
    [`${text}<!DOCTYPE x>`, 'claim-doctype|claim-malformed'],
    [text.replace('<CHUKYDONVI/>', `${'<a>'.repeat(60)}${'</a>'.repeat(60)}`), 'claim-too-large'],
  ]
  for (const [broken, code] of ends) {
    let given = 0
    assert.throws(
      () => {
        for (const step of claimSteps(cut(Buffer.from(broken), [65_536]))) if (step) given++
      },
      (e) => e instanceof OutcomeError && new RegExp(`^(${code})$`).test(e.code),
    )
    assert.equal(given, 0)
  }
})

test('a trouble of reading the bytes is not taken for broken XML', () => {
  const failing: ClaimSource = {
    size: 1000,
    *pieces() {
      yield Buffer.from('<GIAMDINHHS>')
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    },
  }
  assert.throws(
    () => read(failing),
    (e) => (e as { code?: string }).code === 'EIO',
  )
})
