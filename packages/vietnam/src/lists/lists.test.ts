import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zipSync } from 'fflate'
import { tableOf } from './table.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('CSV: comma, semicolon or tab, quotes over lines, CRLF, and the mark of UTF-8', () => {
  assert.deepEqual(tableOf(bytes('\ufeffma,ten\r\n24001,"Bệnh viện ""Một"", cơ sở\n2"\r\n')), [
    ['ma', 'ten'],
    ['24001', 'Bệnh viện "Một", cơ sở\n2'],
    [''],
  ])
  assert.deepEqual(tableOf(bytes('ma;ten\n01929;A,B')), [
    ['ma', 'ten'],
    ['01929', 'A,B'],
  ])
  assert.deepEqual(tableOf(bytes('a\tb\n1\t2'))[1], ['1', '2'])
  assert.throws(() => tableOf(new Uint8Array([0x42, 0xea, 0x6e, 0x68])), { code: 'list-unreadable' })
  assert.throws(() => tableOf(bytes('a,b\n"x')), { code: 'list-unreadable' })
})

test('a hostile or broken workbook is refused by name', () => {
  const doctype = '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
  const bomb = new Uint8Array(70 * 1024 * 1024)
  for (const [what, file] of Object.entries({
    'not a zip': bytes('PK\u0003\u0004 and no more'),
    'no sheet': zipSync({ 'xl/workbook.xml': bytes('<workbook/>') }),
    'an entity': zipSync({ 'xl/sharedStrings.xml': bytes(doctype) }),
    'a bomb': zipSync({ 'xl/sharedStrings.xml': [bomb, { level: 1 }] }),
    empty: new Uint8Array(),
  }))
    assert.throws(() => tableOf(file), { code: 'list-unreadable' }, what)
})
