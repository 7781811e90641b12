import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { makeSlip, newSlipKey, readSlipCode, slipCode, verifySlip } from '@yba/signing'
import type { ReferralContent } from '@yba/vietnam'
import jsqr from 'jsqr'
import { composeDocument, documentDigest, renderPdf } from '../index.ts'
import { envelope, examples } from '../testing/papers.ts'

// The decoder is a CommonJS bundle whose function hangs below `default`.
const decode = ((jsqr as unknown as { default?: typeof jsqr }).default ?? jsqr) as unknown as (
  data: Uint8ClampedArray,
  width: number,
  height: number,
  options: { inversionAttempts: 'dontInvert' },
) => { data: string } | null

interface Picture {
  width: number
  height: number
  grey: Uint8Array
}

/** The first page as a scanner sees it; null where poppler is not installed. */
function scanned(pdf: Buffer, dpi: number): Picture | null {
  const run = spawnSync('pdftoppm', ['-r', String(dpi), '-gray', '-f', '1', '-l', '1', '-'], { input: pdf, maxBuffer: 64_000_000 })
  if (run.error) return null
  const [, width = 0, height = 0] = (/^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(run.stdout.toString('latin1', 0, 40)) ?? []).map(Number)
  return { width, height, grey: run.stdout.subarray(run.stdout.length - width * height) }
}

/** What a worn copier makes of it: blurred, darkened or lightened to black and white, specked. */
function photocopied(page: Picture, darkness: number): Picture {
  const { width, height, grey } = page
  const out = new Uint8Array(grey.length).fill(255)
  let seed = 7
  const chance = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let sum = 0
      for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) sum += grey[(y + dy) * width + x + dx] ?? 255
      out[y * width + x] = chance() < 0.003 ? 0 : sum / 9 < darkness ? 30 : 225
    }
  }
  return { width, height, grey: out }
}

/** A spot of ink, or of white where the toner came off, 3 mm wide inside the code. */
function spotted(page: Picture, ink: number): Picture {
  const { width, height } = page
  const grey = Uint8Array.from(page.grey)
  const [cx, cy, r] = [(38 / 210) * width, (46 / 297) * height, (1.5 / 210) * width]
  for (let y = Math.floor(cy - r); y <= cy + r; y++) {
    for (let x = Math.floor(cx - r); x <= cx + r; x++) if ((x - cx) ** 2 + (y - cy) ** 2 <= r * r) grey[y * width + x] = ink
  }
  return { width, height, grey }
}

function read(page: Picture): string | undefined {
  const rgba = new Uint8ClampedArray(page.grey.length * 4)
  for (const [i, value] of page.grey.entries()) rgba.set([value, value, value, 255], i * 4)
  return decode(rgba, page.width, page.height, { inversionAttempts: 'dontInvert' })?.data
}

/** What somebody holds before the scanner: the upper left of the page, 65 mm wide and high. */
function corner({ width, height, grey }: Picture): Picture {
  const side = Math.round((65 / 210) * width)
  const part = new Uint8Array(side * side)
  const top = Math.round((15 / 297) * height)
  for (let y = 0; y < side; y++) part.set(grey.subarray((top + y) * width, (top + y) * width + side), y * side)
  return { width: side, height: side, grey: part }
}

async function printedSlip(base: string, number: string) {
  const { key, publicKey } = await newSlipKey('24998', 'kJ8s2mQx0aPz71bC')
  const { text } = composeDocument(examples.referral as ReferralContent, envelope)
  const facts = { validFrom: '2026-08-05', validUntil: '2026-08-19', digest: documentDigest(text), birthYear: 1957, sex: 'female' as const }
  const code = slipCode(base, makeSlip({ number, issuer: '24998', ...facts }, key))
  return { code, publicKey, text, paper: renderPdf(text, { slipCode: code }) }
}

test('the code is read from the printed page, from a coarse scan, from dark and light copies and with a spot, and proves the slip', async (t) => {
  const { code, publicKey, text, paper } = await printedSlip('https://lienthong.soyte.bacninh.example', '000042/2026/GCT-YB')
  assert.equal(paper.pages, 1, 'the code does not cost a page')
  const [page, coarse] = [scanned(paper.pdf, 300), scanned(paper.pdf, 200)]
  if (!page || !coarse) return t.skip('pdftoppm is not installed')
  assert.equal(read(corner(page)), code)
  assert.equal(read(corner(photocopied(page, 150))), code, 'a dark copy')
  assert.equal(read(corner(photocopied(page, 105))), code, 'a light copy')
  assert.equal(read(corner(spotted(page, 255))), code, 'lost toner')
  assert.equal(read(corner(spotted(page, 0))), code, 'a spot of ink')
  assert.equal(read(corner(coarse)), code)
  const found = readSlipCode(code)
  assert.ok('token' in found)
  const verdict = verifySlip(found.token, [publicKey])
  assert.ok(verdict.ok)
  assert.equal(verdict.slip.digest, documentDigest(text))
})

test('a slip with a long number, at a hub with a long address, is read as well', async (t) => {
  const long = await printedSlip(`https://${'lienthong.'.repeat(8)}example`, `${'9'.repeat(30)}/2026/GCT`)
  const page = scanned(long.paper.pdf, 300)
  if (!page) return t.skip('pdftoppm is not installed')
  assert.equal(read(corner(page)), long.code)
})
