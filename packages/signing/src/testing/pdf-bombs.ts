/** PDF files built to exhaust a reader: for the reader's own test, and for the doors of a site. */
import { deflateSync } from 'node:zlib'

const head = (mark = ''): string => (mark ? `%PDF-1.7\n%${mark}\n` : '%PDF-1.7\n')
const MB = 1024 * 1024
const end = (start: number): string => `\nstartxref\n${start}\n%%EOF\n`
const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

function streamFile(begin: string, dict: string, data: Buffer): Buffer {
  const head = latin(`${begin}9 0 obj\n<</Type/XRef /Root 1 0 R /Length ${data.length} ${dict}>>\nstream\n`)
  return Buffer.concat([head, data, latin(`\nendstream\nendobj${end(begin.length)}`)])
}

function chain(begin: string, n: number): Buffer {
  let text = begin
  let prev = 0
  for (let i = 0; i < n; i++) {
    const at = text.length
    text += `xref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Root 1 0 R /Size 2${prev ? ` /Prev ${prev}` : ''}>>\n`
    prev = at
  }
  return latin(text + end(prev))
}

/** Page tree in object streams that unpack a thousand times their size, each anew for every object. */
function packed(begin: string): Buffer {
  const parts: Buffer[] = [latin(begin)]
  let at = begin.length
  const rows: number[][] = [[1, 2, 10, 0]]
  for (let n = 10; n < 22; n++) {
    const body = Buffer.alloc(4 * MB, 0x20)
    body.write(n === 10 ? '1 0 ' : `${n + 100} 0 `, 'latin1')
    body.write(n === 10 ? '<</Type/Catalog/Pages 111 0 R>>' : `<</Kids[${n + 101} 0 R]>>`, 20, 'latin1')
    const data = deflateSync(body)
    rows.push([n, 1, at, 0])
    if (n > 10) rows.push([n + 100, 2, n, 0])
    const object = Buffer.concat([
      latin(`${n} 0 obj\n<</Type/ObjStm/N 1/First 20/Filter/FlateDecode/Length ${data.length}>>\nstream\n`),
      data,
      latin('\nendstream\nendobj\n'),
    ])
    parts.push(object)
    at += object.length
  }
  const table = Buffer.alloc(rows.length * 6)
  rows.forEach(([, type = 0, a = 0], i) => {
    table[i * 6] = type
    table.writeUInt32BE(a, i * 6 + 1)
  })
  const index = rows.map(([n]) => `${n} 1`).join(' ')
  parts.push(latin(`9 0 obj\n<</Type/XRef/W[1 4 1]/Index[${index}]/Root 1 0 R/Size 999/Length ${table.length}>>\nstream\n`), table)
  parts.push(latin(`\nendstream\nendobj${end(at)}`))
  return Buffer.concat(parts)
}

const zeros = (n: number): Buffer => deflateSync(Buffer.alloc(n))
const FLATE = '/Filter/FlateDecode'
/** Name → how it is made. `mark` stands in a comment behind the head: a digest that ties the file to a paper. */
export const PDF_BOMBS: Readonly<Record<string, (mark?: string) => Buffer>> = {
  'a table that never says trailer': (mark) => latin(`${head(mark)}xref\n<</Root 1 0 R>>${end(head(mark).length)}`),
  'startxref inside startxref': (mark) => latin(`${head(mark)}\nstartxref\n${head(mark).length + 6}\n%%EOF\n`),
  'a section that is its own predecessor': (mark) =>
    latin(`${head(mark)}xref\n0 0\ntrailer\n<</Root 1 0 R/Prev ${head(mark).length}>>${end(head(mark).length)}`),
  'a chain of 50,000 sections': (mark) => chain(head(mark), 50_000),
  'a table of a million empty runs': (mark) =>
    latin(`${head(mark)}xref\n${'0 0\n'.repeat(1_000_000)}trailer\n<</Root 1 0 R>>${end(head(mark).length)}`),
  'a table of a million objects': (mark) =>
    latin(`${head(mark)}xref\n0 1000000\n${'0000000009 00000 n\r\n'.repeat(1_000_000)}trailer\n<</Root 1 0 R>>${end(head(mark).length)}`),
  'entries of no bytes': (mark) => streamFile(head(mark), `/W[0 0 0]/Index[0 9007199254740991]${FLATE}`, zeros(64)),
  'entries of one byte, sixty million': (mark) => streamFile(head(mark), `/W[1 0 0]/Size 60000000${FLATE}`, zeros(60 * MB)),
  'thirty million entries within the size': (mark) => streamFile(head(mark), `/W[1 0 0]/Size 30000000${FLATE}`, zeros(30 * MB)),
  'negative widths': (mark) => streamFile(head(mark), `/W[1 -5 2]/Size 9${FLATE}`, zeros(64)),
  'a predictor of no columns': (mark) =>
    streamFile(head(mark), `/W[1 1 1]/Size 9${FLATE}/DecodeParms<</Predictor 12/Columns -1>>`, zeros(64)),
  'a predictor of giant columns': (mark) =>
    streamFile(head(mark), `/W[1 1 1]/Size 9${FLATE}/DecodeParms<</Predictor 12/Columns 1e15>>`, zeros(64)),
  'a hundred megabytes of nothing': (mark) => streamFile(head(mark), `/W[1 4 1]/Size 9${FLATE}`, deflateSync(Buffer.alloc(100 * MB))),
  'arrays in arrays': (mark) => latin(`${head(mark)}xref\n0 0\ntrailer\n<</Root ${'['.repeat(200_000)}>>${end(head(mark).length)}`),
  'object streams, a thousand to one': (mark) => packed(head(mark)),
  'cut in the middle': (mark) => packed(head(mark)).subarray(0, 20_000),
}
