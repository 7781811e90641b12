import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toLegacyText } from './encode.ts'
import { certainOf, legacyJudge } from './judge.ts'
import { isSyllable } from './syllable.ts'
import { type LegacyEncoding, TCVN3, VNI } from './tables.ts'

const BARE = 'aăâeêioôơuưy'
const LETTERS = [...BARE]
  .flatMap((v) => ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'].map((t) => (v + t).normalize('NFC')))
  .concat('đ')
const ENCODINGS: LegacyEncoding[] = ['tcvn3', 'vni']
const judge = (text: string, around: readonly string[] = []) => legacyJudge([text, ...around]).judge(text)
const converted = (text: string, around: readonly string[] = []): string => {
  const found = judge(text, around)
  return found.kind === 'converted' ? found.text : `${found.kind}: ${text}`
}

/** Everyday words of wards, without a name in them. */
const TEXT =
  'Bệnh nhân vào viện vì ho sốt khó thở ba ngày nay, đã điều trị ở trạm y tế không đỡ. Khám: tỉnh, tiếp xúc tốt, ' +
  'da niêm mạc hồng, phổi thông khí rõ, rải rác ran ẩm hai đáy, bụng mềm, gan lách không sờ thấy. Chẩn đoán: viêm phổi ' +
  'thuỳ dưới trái, tăng huyết áp, đái tháo đường. Hướng điều trị: kháng sinh, thở ô xy, chuyển tuyến trên theo nguyện vọng'

test('every Vietnamese letter has a code in both tables, and comes back from it', () => {
  assert.equal(LETTERS.length, 73)
  for (const [encoding, table] of [
    ['tcvn3', TCVN3],
    ['vni', VNI],
  ] as const) {
    for (const letter of LETTERS) {
      if (/^[a-z]$/.test(letter)) continue
      assert.equal(table.get(toLegacyText(letter, encoding)), letter, `${encoding} ${letter}`)
      if (encoding === 'vni') assert.equal(table.get(toLegacyText(letter.toUpperCase(), 'vni')), letter.toUpperCase())
    }
  }
  // Names of codes that are easily mixed up, as the fonts draw them.
  assert.equal(toLegacyText('Bệnh viện Đa khoa tỉnh', 'tcvn3'), 'BÖnh viÖn §a khoa tØnh')
  assert.equal(toLegacyText('Bệnh viện Đa khoa tỉnh', 'vni'), 'Beänh vieän Ña khoa tænh')
  assert.equal(toLegacyText('Trường', 'tcvn3'), 'Tr\u00adêng')
  assert.equal(toLegacyText('TRƯỜNG ĐỨC', 'vni'), 'TRÖÔØNG ÑÖÙC')
})

test('any choice of a record’s words is found in both encodings and comes back letter by letter', () => {
  const words = [...new Set(TEXT.replaceAll(/[,.:]/g, '').split(' '))].filter((w) => /[^a-zA-Z]/.test(w))
  fc.assert(
    fc.property(fc.shuffledSubarray(words, { minLength: 8 }), fc.constantFrom(...ENCODINGS), (some, encoding) => {
      const text = some.join(' ')
      assert.equal(converted(toLegacyText(text, encoding)), text)
    }),
    { numRuns: 300 },
  )
  for (const encoding of ENCODINGS) assert.equal(converted(toLegacyText(TEXT, encoding)), TEXT)
})

test('capitals come back as capitals: names, abbreviations, first letters', () => {
  const around = [toLegacyText(TEXT, 'tcvn3')]
  assert.equal(converted('TRÇN THÞ H¦¥NG', around), 'TRẦN THỊ HƯƠNG')
  assert.equal(converted('Lª V¨n §øc', around), 'Lê Văn Đức')
  assert.equal(converted('BV§K tØnh', around), 'BVĐK tỉnh')
  assert.equal(converted('BV§K', around), 'BVĐK')
  assert.equal(converted('NGUYEÃN VAÊN ÑÖÙC', [toLegacyText(TEXT, 'vni')]), 'NGUYỄN VĂN ĐỨC')
})

test('words that read both ways follow their record, and are not sure where the record holds both', () => {
  const old = toLegacyText(TEXT, 'tcvn3')
  // `cã` is a word as it stands, and TCVN3 for "có".
  assert.equal(converted('cã', [old]), 'có')
  assert.equal(judge('cã', [TEXT]).kind, 'clean')
  assert.equal(judge('cã', [old, TEXT]).kind, 'unsure')
  assert.equal(judge('Viªm phæi và tăng huyết áp', [old]).kind, 'unsure', 'two ways of writing in one text')
  assert.equal(judge('Viªm phæi').kind, 'converted')
  assert.equal(judge('Lª').kind, 'unsure', 'one word alone proves nothing')
  assert.equal(judge('Loïc Durand', [TEXT]).kind, 'odd', 'one word among Unicode is kept and said')
})

test('loan words and units follow their record: Urê, µmol', () => {
  for (const encoding of ENCODINGS) {
    const around = [toLegacyText(TEXT, encoding)]
    const text = 'Định lượng Urê máu 5 µmol/L; Protein niệu'
    assert.equal(converted(toLegacyText(text, encoding), around), text)
    assert.equal(converted(toLegacyText('Urê', encoding), around), 'Urê')
    assert.equal(judge('Creatinin 198 µmol/L', around).kind, 'clean')
    assert.equal(judge('Ménière', around).kind, 'clean', 'a name in another language stays')
  }
})

test('Unicode, composed or not, is never taken for an old encoding', () => {
  const words = TEXT.split(' ')
  fc.assert(
    fc.property(fc.shuffledSubarray(words, { minLength: 1 }), fc.boolean(), fc.boolean(), (some, composed, capitals) => {
      const text = (capitals ? some.join(' ').toUpperCase() : some.join(' ')).normalize(composed ? 'NFC' : 'NFD')
      assert.equal(judge(text).kind, 'clean', text)
    }),
    { numRuns: 500 },
  )
  // Every syllable that can be spelled with Latin-1 letters only, one at a time and all together.
  const onsets = ['', 'b', 'ch', 'h', 'kh', 'l', 'ng', 'nh', 'ph', 't', 'th', 'tr', 'v']
  const latin = onsets.flatMap((o) =>
    ['à', 'á', 'ã', 'âu', 'ôi', 'ì', 'í', 'òi', 'óc', 'ô', 'ùng', 'úc', 'ù', 'ê', 'ình', 'ành', 'ông', 'èo'].map((r) => o + r),
  )
  for (const word of latin) assert.equal(judge(word).kind, 'clean', word)
  assert.equal(judge(latin.join(' ')).kind, 'clean')
  assert.equal(certainOf(legacyJudge(latin).weighed), null)
})

test('Latin medical words, units, signs and plain ASCII are left alone', () => {
  const terms = [
    'Hội chứng Guillain-Barré, Ménière, Sjögren, Behçet, Henoch-Schönlein, Löfgren',
    'Guillain-Barré Ménière Sjögren Behçet Schönlein Köbner Türk Röntgen naïve Brånemark',
    '5 µg/mL, 12 µmol/L, 38,5 °C, ±2 SD, 10³/µL, ½ viên × 2, 1¼, n° 3, «ghi chú», Panadol® Extra, © 2020, § 12',
    'café au lait, déjà vu, grand mal, torsades de pointes, Fréchet, Señor Muñoz, São Paulo, Ångström, Straße',
    'BENH VIEN DA KHOA TINH BAC GIANG, viem phoi, WBC 12.3 G/L',
    'Amoxicillin/acid clavulanic 875 mg/125 mg; Vitamin B1 100mg x 2',
  ]
  for (const text of terms) assert.equal(judge(text).kind, 'clean', text)
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => judge(text).kind === 'clean'))
})

test('spelling: what could be a word and what could not', () => {
  for (const word of 'nghiêng quý khuỷu giếng gì hoà hòa Đắk Lắk thuở oẳn yếu quyết'.split(' ')) assert.ok(isSyllable(word), word)
  for (const word of 'tỡnh gỏt Barrộ Mộniốre khámv bẹp̀ ẵ'.split(' ')) assert.ok(!isSyllable(word), word)
})
