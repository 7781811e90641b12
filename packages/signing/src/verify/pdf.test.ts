import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PDFDict, PDFName, PDFRef } from '@cantoo/pdf-lib'
import fc from 'fast-check'
import { createAuthority, DEMO_AUTHORITY_NAMES } from '../authority.ts'
import { appendRevision, getObject, objectBytes, openPdf, pages } from '../pdf/file.ts'
import { preparePdfSignature } from '../pdf/prepare.ts'
import { act, authority, basePdf, HOSPITAL, NOW, person, threeSignatures } from '../testing/fixtures.ts'
import { verifyPdf } from './pdf.ts'
import type { TrustContext } from './verdict.ts'

const later = new Date(NOW.getTime() + 3_600_000)
async function trusting(more: Partial<TrustContext> = {}): Promise<TrustContext> {
  return { trust: [(await authority()).rootCert], at: later, ...more }
}
const codes = (v: { reasons: { code: string }[] }): string[] => v.reasons.map((r) => r.code)

for (const packed of [true, false]) {
  test(`three signatures on one file stay valid (${packed ? 'cross-reference stream' : 'table'})`, async () => {
    const { pdf, acts } = await threeSignatures(packed)
    const verdicts = verifyPdf(pdf, await trusting())
    assert.deepEqual(
      verdicts.map((v) => [v.field, v.by, v.role, v.verdict, v.modifiedAfter, v.coversWholeRevision]),
      [
        ['ky-0', 'Nguyễn Thị Ánh Tuyết', 'author', 'valid', true, true],
        ['ky-1', 'Trần Văn Hữu', 'approver', 'valid', true, true],
        ['ky-2', HOSPITAL, 'seal', 'valid', false, true],
      ],
    )
    assert.deepEqual(
      verdicts.map((v) => v.serial),
      acts.map((a) => a.serial),
    )
    assert.deepEqual(
      verdicts.map((v) => v.signedAt),
      [NOW, NOW, NOW].map((d) => d.toISOString()),
    )
    assert.deepEqual(verdicts.flatMap(codes), ['revocation-not-checked', 'revocation-not-checked', 'revocation-not-checked'])
  })
}

test('any changed byte of the file is noticed by every signature that covers it', async () => {
  const { pdf } = await threeSignatures()
  const context = await trusting()
  const first = openPdf(await basePdf()).bytes.length
  const untouched = verifyPdf(pdf, context)
  const told = (v: (typeof untouched)[number]) => [
    v.field,
    v.by,
    v.role,
    v.serial,
    v.signedAt,
    v.verdict,
    codes(v),
    v.modifiedAfter,
    v.coversWholeRevision,
  ]
  fc.assert(
    fc.property(fc.integer({ min: 9, max: pdf.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(pdf)
      changed[at] = (changed[at] ?? 0) ^ flip
      let verdicts: ReturnType<typeof verifyPdf> = []
      try {
        verdicts = verifyPdf(changed, context)
      } catch (error) {
        assert.match(String((error as { code?: string }).code), /^pdf-unreadable$/)
        return
      }
      // A signature value signs itself nowhere: its container has octets that say nothing (lengths in other forms, lists
      // repeated, the case of digits). What a reader is told must be the same then, to the last word.
      const inValue = pdf.lastIndexOf('/Contents<', at) > pdf.lastIndexOf('>', at - 1)
      if (at < first)
        assert.ok(
          verdicts.every((v) => v.verdict === 'invalid'),
          `byte ${at}`,
        )
      else if (verdicts.length === 3 && verdicts.every((v) => v.verdict === 'valid')) {
        assert.ok(inValue, `byte ${at}`)
        assert.deepEqual(verdicts.map(told), untouched.map(told), `byte ${at}`)
      }
    }),
    { numRuns: 60 },
  )
})

test('tampering is named: content, signature value, certificate, range', async () => {
  const { pdf } = await threeSignatures(false)
  const context = await trusting()
  const at = pdf.indexOf('/MediaBox')
  const content = Buffer.from(pdf)
  content.write('9', content.indexOf('842', at), 'latin1')
  assert.deepEqual(
    verifyPdf(content, context).map((v) => [v.verdict, codes(v)[0]]),
    Array(3).fill(['invalid', 'content-changed']),
  )

  const range = Buffer.from(pdf)
  const where = range.indexOf('/ByteRange [0 ') + '/ByteRange [0 '.length
  range.write('9', where, 'latin1')
  assert.ok(verifyPdf(range, context).every((v) => v.verdict === 'invalid'))

  const [last] = verifyPdf(pdf, context).slice(-1)
  const start = pdf.lastIndexOf('/Contents<') + 10
  const cms = pdf.toString('latin1', start, pdf.indexOf('>', start))
  const end = cms.replace(/0+$/, '').length
  const value = Buffer.from(pdf)
  value.write(cms[end - 40] === 'A' ? 'B' : 'A', start + end - 40, 'latin1')
  const judged = verifyPdf(value, context).at(-1)
  assert.equal(last?.verdict, 'valid')
  assert.equal(judged?.verdict, 'invalid')
})

test('a file cut after its first signature shows that one as the whole', async () => {
  const context = await trusting()
  const done = await act(await basePdf(), 0, (await person()).signer)
  const verdict = verifyPdf(done.pdf, context)
  assert.deepEqual(
    verdict.map((v) => [v.verdict, v.modifiedAfter]),
    [['valid', false]],
  )
})

/** Appends a revision in which one object is changed, as an attacker would. */
function attack(pdf: Buffer, change: (file: ReturnType<typeof openPdf>) => Map<number, Uint8Array>): Buffer {
  const file = openPdf(pdf)
  return appendRevision(file, change(file), Buffer.alloc(16, 7)).bytes
}

test('a later revision that changes content is refused, and evidence or nothing new is not', async () => {
  const { pdf } = await threeSignatures(false)
  const context = await trusting()
  const verdictOf = (changed: Buffer): string[] => verifyPdf(changed, context).map((v) => v.verdict)
  const invalid = ['invalid', 'invalid', 'invalid']

  const content = attack(pdf, (file) => {
    const [page] = pages(file)
    const ref = page?.dict.get(PDFName.of('Contents'))
    const n = ref instanceof PDFRef ? ref.objectNumber : getArrayRef(file, ref)
    return new Map([[n, Buffer.from('<</Length 2>>\nstream\nq \nendstream', 'latin1')]])
  })
  assert.deepEqual(verdictOf(content), invalid)

  const annotation = attack(pdf, (file) => {
    const [page] = pages(file)
    if (!page) throw new Error('no page')
    const annots = page.dict.lookup(PDFName.of('Annots'))?.toString().replace(']', ` ${file.size} 0 R ]`) ?? ''
    const dict = page.dict.clone()
    dict.set(PDFName.of('Annots'), file.context.obj([]))
    const body = objectBytes(dict)
      .toString('latin1')
      .replace(/\/Annots \[[^\]]*\]/, `/Annots ${annots}`)
    return new Map([
      [page.number, Buffer.from(body, 'latin1')],
      [file.size, Buffer.from('<</Type/Annot/Subtype/FreeText/Rect [0 0 500 500]/Contents(x)>>', 'latin1')],
    ])
  })
  assert.deepEqual(verdictOf(annotation), invalid)

  const moved = attack(
    pdf,
    (file) => new Map([[file.rootNumber, Buffer.from(file.catalog.toString().replace('>>', '/OpenAction 1 0 R>>'), 'latin1')]]),
  )
  assert.deepEqual(verdictOf(moved), invalid)

  const evidence = attack(pdf, (file) => {
    const catalog = getObject(file, file.rootNumber)
    if (!(catalog instanceof PDFDict)) throw new Error('no catalogue')
    catalog.set(PDFName.of('DSS'), PDFRef.of(file.size))
    return new Map([
      [file.rootNumber, objectBytes(catalog)],
      [file.size, Buffer.from('<</Certs []>>', 'latin1')],
    ])
  })
  assert.deepEqual(verdictOf(evidence), ['valid', 'valid', 'valid'])
  assert.equal(verifyPdf(evidence, context).at(-1)?.modifiedAfter, true)
})

function getArrayRef(file: ReturnType<typeof openPdf>, value: unknown): number {
  const text = String(value)
  const m = /(\d+) \d+ R/.exec(text)
  if (!m) throw new Error(`no reference in ${text} of ${file.size}`)
  return Number(m[1])
}

test('trust: other authority, expired before, expired since, not for signing', async () => {
  const base = await basePdf()
  const stranger = await createAuthority({ clock: () => NOW })
  const byStranger = await act(base, 0, (await person({}, stranger)).signer)
  // The stranger bears the same name as our authority: the names fit, the signature does not.
  assert.deepEqual(
    verifyPdf(byStranger.pdf, await trusting()).map((v) => [v.verdict, codes(v)]),
    [['invalid', ['chain-broken']]],
  )
  const names = { ...DEMO_AUTHORITY_NAMES, issuingCommonName: 'Tổ chức khác', rootCommonName: 'Gốc khác' }
  const unknown = await act(base, 0, (await person({}, await createAuthority({ clock: () => NOW, names }))).signer)
  assert.deepEqual(
    verifyPdf(unknown.pdf, await trusting()).map((v) => [v.verdict, codes(v)]),
    [['indeterminate', ['chain-not-trusted']]],
  )

  const old = { validFrom: new Date('2024-01-01T00:00:00Z'), validTo: new Date('2025-01-01T00:00:00Z') }
  const expired = await act(base, 0, (await person(old)).signer)
  const [v] = verifyPdf(expired.pdf, await trusting())
  assert.equal(v?.verdict, 'invalid')
  assert.ok(v && codes(v).includes('certificate-not-valid-at-signing'))

  const short = await person({ validFrom: new Date(NOW.getTime() - 1000), validTo: new Date(NOW.getTime() + 60_000) })
  const since = await act(base, 0, short.signer)
  const [w] = verifyPdf(since.pdf, await trusting())
  assert.equal(w?.verdict, 'indeterminate')
  assert.ok(w && codes(w).includes('certificate-expired-since'))
  const [known] = verifyPdf(since.pdf, await trusting({ existedAt: new Date(NOW.getTime() + 5000) }))
  assert.equal(known?.verdict, 'valid')

  const tls = await act(base, 0, (await person({ kind: 'tls', dnsNames: ['hub.example'] })).signer)
  const [t] = verifyPdf(tls.pdf, await trusting())
  assert.ok(t && codes(t).includes('certificate-not-for-signing'))

  const early = verifyPdf(
    (await act(base, 0, (await person()).signer)).pdf,
    await trusting({ at: new Date(NOW.getTime() - 86_400_000 / 2) }),
  )
  assert.ok(early[0] && codes(early[0]).includes('signing-time-in-future'))
})

test('a prepared file without its value is pending', async () => {
  const { signer } = await person()
  const prepared = await preparePdfSignature({
    pdf: await basePdf(),
    field: { page: 1, x: 50, y: 50, width: 160, height: 60 },
    fieldName: 'ky-0',
    signerName: 'Nguyễn Thị Ánh Tuyết',
    at: NOW,
    certificate: await signer.certificate(),
  })
  const [v] = verifyPdf(prepared.prepared, await trusting())
  assert.deepEqual([v?.verdict, v && codes(v)], ['pending', ['signature-pending']])
})

test('a hidden copy of the original does not excuse a changed object: the cross-reference decides, as in a viewer', async () => {
  const { pdf } = await threeSignatures(false)
  const file = openPdf(pdf)
  const n = getArrayRef(file, pages(file)[0]?.dict.get(PDFName.of('Contents')))
  const original = getObject(file, n)
  const changed = attack(pdf, () => new Map([[n, Buffer.from('<</Length 2>>\nstream\nq \nendstream', 'latin1')]]))
  // Right behind the forged one, a second definition that programs reading from top to bottom would take instead.
  const copy = Buffer.concat([Buffer.from(`${n} 0 obj\n`), original ? objectBytes(original) : Buffer.alloc(0), Buffer.from('\nendobj\n')])
  const at = changed.lastIndexOf('xref\n', changed.lastIndexOf('startxref') - 1)
  const end = Buffer.from(`startxref\n${at + copy.length}\n%%EOF\n`)
  const forged = Buffer.concat([changed.subarray(0, at), copy, changed.subarray(at, changed.lastIndexOf('startxref')), end])
  assert.deepEqual(
    verifyPdf(forged, await trusting()).map((v) => [v.verdict, codes(v)[0]]),
    Array(3).fill(['invalid', 'document-changed-after-signing']),
  )
})

test('a later field may not show a picture without signing, nor cover the page', async () => {
  const { pdf } = await threeSignatures(false)
  const context = await trusting()
  const withField = (dict: string): string[] => {
    const file = openPdf(pdf)
    const page = pages(file)[0]
    const form = file.catalog.get(PDFName.of('AcroForm'))
    const formDict = form instanceof PDFRef ? getObject(file, form.objectNumber) : undefined
    if (!page || !(form instanceof PDFRef) || !(formDict instanceof PDFDict)) throw new Error('no form')
    const longer = (holder: PDFDict, key: string): Buffer =>
      Buffer.from(
        objectBytes(holder)
          .toString('latin1')
          .replace(new RegExp(`(/${key} \\[[^\\]]*)\\]`), `$1 ${file.size} 0 R]`),
        'latin1',
      )
    const objects = new Map<number, Uint8Array>([
      [page.number, longer(page.dict, 'Annots')],
      [form.objectNumber, longer(formDict, 'Fields')],
      [file.size, Buffer.from(dict.replace('PAGE', `${page.number} 0 R`), 'latin1')],
    ])
    return verifyPdf(appendRevision(file, objects, Buffer.alloc(16)).bytes, context).map((v) => v.verdict)
  }
  const three = ['valid', 'valid', 'valid']
  const bad = ['invalid', 'invalid', 'invalid']
  const field = (rest: string): string => `<</Type/Annot/Subtype/Widget/FT/Sig/T(x)/P PAGE ${rest}>>`
  assert.deepEqual(withField(field('/Rect [0 0 10 10]')), [...three, 'pending'], 'an empty field is lawful')
  assert.deepEqual(withField(field('/Rect [0 0 10 10]/AP<</N 1 0 R>>')).slice(0, 3), bad)
  assert.deepEqual(withField(field('/Rect [0 0 590 800]')).slice(0, 3), bad)
  assert.deepEqual(withField(field('/Rect [0 0 10 10]/AA<</E 1 0 R>>')).slice(0, 3), bad)
  assert.deepEqual(withField('<</Type/Annot/Subtype/Widget/FT/Tx/T(x)/P PAGE/Rect [0 0 10 10]>>'), bad)
})

test('bytes hidden behind the signature value are noticed', async () => {
  const done = await act(await basePdf(), 0, (await person()).signer)
  const end = done.pdf.indexOf('>', done.pdf.indexOf('/Contents<') + 10)
  const hidden = Buffer.from(done.pdf)
  hidden.write('41', end - 10, 'latin1')
  assert.deepEqual(
    verifyPdf(hidden, await trusting()).map((v) => [v.verdict, codes(v)]),
    [['invalid', ['signature-malformed']]],
  )
})
