/** Claim files built to exhaust a reader: for the reader's own test, and for the doors of a site. */
const MB = 1024 * 1024
const around = (inner: string): string =>
  `<GIAMDINHHS><THONGTINHOSO><DANHSACHHOSO><HOSO>${inner}</HOSO></DANHSACHHOSO></THONGTINHOSO></GIAMDINHHS>`
const file = (content: string): string => `<FILEHOSO><LOAIHOSO>XML1</LOAIHOSO><NOIDUNGFILE>${content}</NOIDUNGFILE></FILEHOSO>`
const packed = (xml: string): string => around(file(Buffer.from(xml).toString('base64')))
const LAUGHS = `<!DOCTYPE l [<!ENTITY a "ha">${'bcdefghij'.replace(/./g, (c, i: number) => `<!ENTITY ${c} "${`&${'abcdefghij'[i]};`.repeat(10)}">`)}]>`

/** Name → how it is made, and the codes one of which it must be refused by (a pattern). */
export const CLAIM_BOMBS: Readonly<Record<string, readonly [() => string | Buffer, string]>> = {
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
  // At once it is too large; record by record it is read, and is no XML.
  'sixty-five megabytes of blanks': [() => Buffer.alloc(65 * MB, 0x20), 'claim-too-large|claim-malformed'],
  'UTF-16': [() => Buffer.from(`\ufeff${around('')}`, 'utf16le'), 'claim-encoding'],
  'bytes of no Unicode': [() => Buffer.concat([Buffer.from('<GIAMDINHHS>'), Buffer.alloc(1000, 0xb8)]), 'claim-encoding'],
  'called windows-1258': [() => `<?xml version="1.0" encoding="windows-1258"?>${around('Đ')}`, 'claim-encoding'],
  'a zip under the name of XML': [() => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(1000)]), 'claim-packed'],
}
