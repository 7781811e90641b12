/** Claim files built to exhaust a reader: each is read in a worker of bounded memory and ends with a name, soon. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { OutcomeError } from '@yba/fhir'
import { readClaim } from './read.ts'

const MB = 1024 * 1024
const around = (inner: string): string =>
  `<GIAMDINHHS><THONGTINHOSO><DANHSACHHOSO><HOSO>${inner}</HOSO></DANHSACHHOSO></THONGTINHOSO></GIAMDINHHS>`
const file = (content: string): string => `<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>${content}</NOIDUNGFILE></FILEHOSO>`
const packed = (xml: string): string => around(file(Buffer.from(xml).toString('base64')))
const LAUGHS = `<!DOCTYPE l [<!ENTITY a "ha">${'bcdefghij'.replace(/./g, (c, i: number) => `<!ENTITY ${c} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)}]>`

const BOMBS: Record<string, [() => string | Buffer, string]> = {
  'a billion laughs': [() => `<?xml version="1.0"?>${LAUGHS}<GIAMDINHHS>&j;</GIAMDINHHS>`, 'claim-doctype'],
  'a billion laughs inside base64': [() => packed(`${LAUGHS}<TONG_HOP>&j;</TONG_HOP>`), 'claim-doctype'],
  'an outer entity that reads a file': [
    () => '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><GIAMDINHHS>&x;</GIAMDINHHS>',
    'claim-doctype',
  ],
  'an entity nobody declared': [() => around(file('&boom;')), 'claim-malformed'],
  'five million elements deep': [() => '<a>'.repeat(5_000_000), 'claim-too-large'],
  'five million deep inside base64': [
    () => packed(`<TONG_HOP>${'<a>'.repeat(3_000_000)}`),
    'claim-too-large|claim-content|claim-table-root',
  ],
  'a flood of attributes': [() => `<GIAMDINHHS ${Array.from({ length: 2_000_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`, 'claim-too-large'],
  'a million tables in one record': [() => around('<FILEHOSO></FILEHOSO>'.repeat(1_000_000)), 'claim-too-large'],
  'a million declarations left open': [() => around('<NOIDUNGFILE><?xml '.repeat(1_000_000)), 'claim-malformed|claim-too-large'],
  'blank lines for a million declarations': [
    () => around(`<NOIDUNGFILE>${' '.repeat(5000)}`.repeat(5000)),
    'claim-malformed|claim-too-large',
  ],
  'base64 of forty megabytes': [() => around(file('QUFB'.repeat(10 * MB))), 'claim-content'],
  'more than the door takes': [() => Buffer.alloc(65 * MB, 0x20), 'claim-too-large'],
  'UTF-16': [() => Buffer.from(`\ufeff${around('')}`, 'utf16le'), 'claim-encoding'],
  'bytes of no Unicode': [() => Buffer.concat([Buffer.from('<GIAMDINHHS>'), Buffer.alloc(1000, 0xb8)]), 'claim-encoding'],
  'called windows-1258': [() => `<?xml version="1.0" encoding="windows-1258"?>${around('Đ')}`, 'claim-encoding'],
  'a zip under the name of XML': [() => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(1000)]), 'claim-malformed'],
}

function outcome(name: string): string {
  const made = BOMBS[name]?.[0]() ?? ''
  try {
    const claim = readClaim(typeof made === 'string' ? Buffer.from(made) : made)
    return [...claim.findings, ...claim.records.flatMap((r) => r.findings)].map((f) => f.definition.code).join(' ') || 'read'
  } catch (error) {
    return error instanceof OutcomeError ? error.code : String(error)
  }
}

/** One worker for all while it lives: starting one costs more than most bombs. */
let worker: Worker | undefined
after(() => worker?.terminate())

/** Gives the outcome, `dead` when memory ran out, `endless` when it does not come to an end. */
async function inWorker(name: string): Promise<string> {
  worker ??= new Worker(import.meta.filename, { resourceLimits: { maxOldGenerationSizeMb: 448 } })
  const used = worker
  const said = await new Promise<string>((done) => {
    function end(text: string): void {
      clearTimeout(timer)
      used.off('message', heard)
      used.off('error', died)
      done(text)
    }
    const heard = (text: unknown) => end(String(text))
    const died = (error: unknown) => end(`dead: ${error instanceof Error ? error.message : error}`)
    const timer = setTimeout(end, 60_000, 'endless')
    used.on('message', heard)
    used.on('error', died)
    used.postMessage(name)
  })
  if (said === 'endless' || said.startsWith('dead')) {
    worker = undefined
    await used.terminate()
  }
  return said
}

if (isMainThread) {
  for (const [name, [, expected]] of Object.entries(BOMBS))
    test(`a claim bomb: ${name}`, async () => assert.match(await inWorker(name), new RegExp(`(^| )(${expected})( |$)`)))
} else parentPort?.on('message', (name) => parentPort?.postMessage(outcome(String(name))))
