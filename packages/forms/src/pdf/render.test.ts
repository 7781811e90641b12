import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OutcomeContent, REQUIRED_SIGNATURES, type ReferralContent, requiredSignatures } from '@yba/vietnam'
import fc from 'fast-check'
import { composeDocument, documentDigest, pdfDigest, renderPdf } from '../index.ts'
import { envelope, examples, KINDS, papers } from '../testing/papers.ts'

const A4 = { width: 595.28, height: 841.89 }

for (const kind of KINDS) {
  test(`${kind}: the example fits its pages, names its bytes, and reserves a box for every role`, () => {
    const { text } = composeDocument(examples[kind], envelope)
    const { pdf, fields, pages, digest } = renderPdf(text)
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
    assert.ok(pages <= 2, `${pages} pages`)
    assert.equal(digest, documentDigest(text))
    assert.equal(pdfDigest(pdf), digest)
    assert.deepEqual(fields.map((f) => f.role).sort(), [...REQUIRED_SIGNATURES[kind]].sort())
    for (const field of fields) {
      assert.ok(field.page >= 1 && field.page <= pages)
      assert.ok(field.x >= 0 && field.x + field.width <= A4.width, `${field.role} is inside the page`)
      assert.ok(field.y >= 60 && field.y + field.height <= A4.height, `${field.role} is above the footer`)
    }
    const boxes = fields.toSorted((a, b) => a.x - b.x)
    for (const [i, box] of boxes.slice(1).entries()) {
      const left = boxes[i]
      assert.ok(left && box.x >= left.x + left.width, 'boxes do not overlap')
    }
    const raw = pdf.toString('latin1')
    assert.match(raw, /<pdfaid:part>2<\/pdfaid:part>/)
    assert.match(raw, /\/StructTreeRoot/)
  })

  test(`${kind}: any content can be printed`, () => {
    fc.assert(
      fc.property(papers(kind), (content) => {
        const { text } = composeDocument(content, { ...envelope, draft: true })
        const { pdf, fields } = renderPdf(text)
        assert.equal(pdfDigest(pdf), documentDigest(text))
        const required = requiredSignatures(kind, content.kind === 'outcome' ? content.source : undefined)
        assert.equal(fields.length, required.length)
        assert.equal(new Set(fields.map((f) => f.page)).size, 1, 'signature boxes stand together')
      }),
      { numRuns: 15 },
    )
  })
}

test('an outcome composed from the HIS says so and reserves room for the seal alone', () => {
  const content = {
    ...(examples.outcome as OutcomeContent),
    source: { record: '01929-26-000007', tables: 'XML7, XML8, XML2', digest: 'a'.repeat(64) },
  }
  const { text } = composeDocument(content, envelope)
  const roles = (JSON.parse(text).entry[0].resource.attester as { extension: { valueCode: string }[] }[]).map(
    (a) => a.extension[0]?.valueCode,
  )
  assert.deepEqual(roles, ['seal'])
  const { fields, pages } = renderPdf(text)
  assert.deepEqual([fields.map((f) => f.role), pages], [['seal'], 1])
  const taken = renderPdf(composeDocument({ ...content, withdrawn: 'Nhầm người bệnh' }, envelope).text)
  assert.deepEqual([taken.fields.map((f) => f.role), taken.pages], [['seal'], 1])
})

test('long texts flow over pages and the signature boxes stay together', () => {
  const long = 'Người bệnh khó thở, ho đờm, sốt về chiều. '.repeat(260)
  const content = { ...(examples.referral as ReferralContent), history: long, results: long }
  const { pages, fields } = renderPdf(composeDocument(content, envelope).text)
  assert.ok(pages >= 4, `${pages} pages`)
  assert.equal(new Set(fields.map((f) => f.page)).size, 1)
  assert.equal(fields[0]?.page, pages)
})

test('the same bytes give the same PDF; draft, status and slip code change only the page', () => {
  const { text } = composeDocument(examples.referral, envelope)
  const plain = renderPdf(text)
  assert.ok(plain.pdf.equals(renderPdf(text).pdf))
  for (const options of [
    { draft: true },
    { status: 'ĐÃ THAY THẾ' },
    { slipCode: `https://lienthong.example/p#${'56764119'.repeat(82)}` },
  ]) {
    const other = renderPdf(text, options)
    assert.ok(!other.pdf.equals(plain.pdf), JSON.stringify(Object.keys(options)))
    assert.equal(pdfDigest(other.pdf), plain.digest)
  }
})

test('a PDF that names two digests, or none, is tied to nothing', () => {
  const { pdf } = renderPdf(composeDocument(examples.summary, envelope).text)
  assert.equal(pdfDigest(Buffer.concat([pdf, Buffer.from(`\nsha-256:${'0'.repeat(64)}\n`)])), null)
  assert.equal(pdfDigest(Buffer.from('%PDF-1.7')), null)
})
