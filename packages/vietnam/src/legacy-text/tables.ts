/**
 * The two 8-bit ways of writing Vietnamese that hospital software still exports, as the Latin-1 letters such bytes
 * turn into. TCVN3 is the lower half of TCVN 5712:1993 as the .VnTime fonts draw it: one byte a letter, and capitals
 * with a tone only by another font. VNI writes a vowel and, behind it, a letter that stands for its marks.
 */
export type LegacyEncoding = 'tcvn3' | 'vni'

const rows = (text: string): [string, string][] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [code = '', letter = ''] = pair.split('=')
      return [String.fromCharCode(Number.parseInt(code, 16)), letter]
    })

/** Code → letter. The code AD is a soft hyphen, so everything is written by number here. */
export const TCVN3: ReadonlyMap<string, string> = new Map(
  rows(`
    A1=Ă A2=Â A3=Ê A4=Ô A5=Ơ A6=Ư A7=Đ A8=ă A9=â AA=ê AB=ô AC=ơ AD=ư AE=đ
    B5=à B6=ả B7=ã B8=á B9=ạ BB=ằ BC=ẳ BD=ẵ BE=ắ C6=ặ C7=ầ C8=ẩ C9=ẫ CA=ấ CB=ậ
    CC=è CE=ẻ CF=ẽ D0=é D1=ẹ D2=ề D3=ể D4=ễ D5=ế D6=ệ D7=ì D8=ỉ DC=ĩ DD=í DE=ị
    DF=ò E1=ỏ E2=õ E3=ó E4=ọ E5=ồ E6=ổ E7=ỗ E8=ố E9=ộ EA=ờ EB=ở EC=ỡ ED=ớ EE=ợ
    EF=ù F1=ủ F2=ũ F3=ú F4=ụ F5=ừ F6=ử F7=ữ F8=ứ F9=ự FA=ỳ FB=ỷ FC=ỹ FD=ý FE=ỵ`),
)

/** Marks of VNI behind a vowel, by the combining marks they stand for; after `a` some mean a breve and a tone. */
const TONES: readonly [string, string][] = [
  ['ù', '\u0301'],
  ['ø', '\u0300'],
  ['û', '\u0309'],
  ['õ', '\u0303'],
  ['ï', '\u0323'],
]
const HATS: readonly [string, string][] = [
  ['â', '\u0302'],
  ['á', '\u0302\u0301'],
  ['à', '\u0302\u0300'],
  ['å', '\u0302\u0309'],
  ['ã', '\u0302\u0303'],
  ['ä', '\u0302\u0323'],
]
const BREVES: readonly [string, string][] = [
  ['ê', '\u0306'],
  ['é', '\u0306\u0301'],
  ['è', '\u0306\u0300'],
  ['ú', '\u0306\u0309'],
  ['ü', '\u0306\u0303'],
  ['ë', '\u0306\u0323'],
]

function vniTable(): Map<string, string> {
  const lower = new Map<string, string>([
    ['ñ', 'đ'],
    ['ô', 'ơ'],
    ['ö', 'ư'],
    ['í', 'í'],
    ['ì', 'ì'],
    ['æ', 'ỉ'],
    ['ó', 'ĩ'],
    ['ò', 'ị'],
    ['î', 'ỵ'],
  ])
  const vowels: readonly [string, string, readonly (readonly [string, string])[]][] = [
    ['a', 'a', [...TONES, ...HATS, ...BREVES]],
    ['e', 'e', [...TONES, ...HATS]],
    ['o', 'o', [...TONES, ...HATS]],
    ['u', 'u', TONES],
    ['y', 'y', TONES.slice(0, 4)],
    ['ô', 'ơ', TONES],
    ['ö', 'ư', TONES],
  ]
  for (const [written, vowel, marks] of vowels)
    for (const [mark, combining] of marks) lower.set(written + mark, (vowel + combining).normalize('NFC'))
  const all = new Map(lower)
  for (const [written, letter] of lower) {
    all.set(written.toUpperCase(), letter.toUpperCase())
    // The mark of a capital is typed in either case.
    if (written.length === 2) all.set(written.charAt(0).toUpperCase() + written.charAt(1), letter.toUpperCase())
  }
  return all
}

/** One or two Latin-1 letters → letter. */
export const VNI: ReadonlyMap<string, string> = vniTable()
