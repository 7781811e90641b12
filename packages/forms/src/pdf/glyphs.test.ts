import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { ReferralContent } from '@yba/vietnam'
import { composeDocument, renderPdf } from '../index.ts'
import { envelope, examples } from '../testing/papers.ts'
import { useTypesetter } from './compiler.ts'
import { printable } from './glyphs.ts'
import { wordsOf } from './words.ts'

const { covered } = useTypesetter()

test('every Vietnamese letter can be shown', () => {
  const vowels = 'aăâeêioôơuưy'
  const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323']
  const letters = [...`${vowels}đ`].flatMap((v) => tones.map((tone) => (v + tone).normalize('NFC'))).filter((l) => l.length === 1)
  assert.equal(letters.length, 12 * 6 + 1)
  const text = letters.join('') + letters.join('').toUpperCase()
  assert.equal(printable(text.normalize('NFD'), covered), text)
})

test('what the font cannot show becomes a box, what cannot be seen is removed, line ends stay', () => {
  assert.equal(printable('a中b', covered), 'a□b')
  assert.equal(printable('tim \u{1fac0}', covered), 'tim □')
  assert.equal(printable('ʂ', covered), '□', 'its capital has no glyph, and names are printed in capitals')
  assert.equal(printable('a\u202eb\u200bc', covered), 'abc')
  assert.equal(printable('một\r\nhai\tba', covered), 'một\nhai ba')
})

test('a strength that the name already says is not said twice', () => {
  const medicines = [
    { name: 'Ceftriaxon THU 1g', strength: '1 g' },
    { name: 'Cefuroxim THU', strength: '500 mg' },
  ]
  const words = wordsOf({ ...(examples.referral as ReferralContent), medicines })
  assert.equal(words.medicineNames, 'Ceftriaxon THU 1g; Cefuroxim THU 500 mg')
})

test('the printed words are those of the paper, markup included', (t) => {
  const signs = 'Sốt #panic("x") *đậm* <script>alert(1)</script> $x^2$ @nhãn "nháy"'
  const content = { ...(examples.referral as ReferralContent), signs }
  const { pdf } = renderPdf(composeDocument(content, envelope).text)
  const run = spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdf })
  if (run.error) return t.skip('pdftotext is not installed')
  const text = run.stdout.toString('utf8').replace(/\s+/g, ' ')
  const order = [
    'SỞ Y TẾ TỈNH BẮC NINH',
    'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
    'Độc lập – Tự do – Hạnh phúc',
    'Số GCT: 42/2026/GCT',
    'KHÁM BỆNH, CHỮA BỆNH',
    'Kính gửi: Bệnh viện Bạch Mai',
    'Họ và tên: NGUYỄN THỊ THỬ NGHIỆM',
    'Số thẻ bảo hiểm y tế: GD4240000000017',
    'Tại: Trung tâm Y tế Lục Nam',
    signs,
    'Tình trạng người bệnh lúc chuyển',
    '1b. Đủ điều kiện chuyển',
    'Hướng điều trị:',
    'Thời gian chuyển: 10 giờ 00 phút, ngày 05/08/2026',
    'Phương tiện vận chuyển: Xe cứu thương',
    'TRẦN VĂN BÁC SĨ MẪU',
  ]
  let at = -1
  for (const words of order) {
    const next = text.indexOf(words)
    assert.ok(next > at, `${words} stands after the one before: ${text}`)
    at = next
  }
  // Who signs with authority is told by the signature; the paper of a HIS may name another.
  assert.ok(!text.includes('PHẠM VĂN GIÁM ĐỐC MẪU'))
})
