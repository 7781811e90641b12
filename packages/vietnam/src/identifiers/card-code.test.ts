import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { looksLikeCard, numbersOf, readCard } from '../index.ts'

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex').toUpperCase()

test('the code of a citizen card: seven fields, an old number that may be missing, later fields ignored', () => {
  const text = '000190000017|000111222|Nguyễn Thị Lan|04031990|Nữ|Thôn Đồng Mới, Đại Sơn, Bắc Ninh|01052021'
  const read = readCard(text)
  assert.deepEqual(read, {
    kind: 'cccd',
    name: 'Nguyễn Thị Lan',
    birthDate: '1990-03-04',
    sex: '2',
    citizenId: '000190000017',
    address: 'Thôn Đồng Mới, Đại Sơn, Bắc Ninh',
    otherId: '000111222',
  })
  assert.deepEqual(readCard(`${text}||Trần Văn A|Lê Thị B`), read, 'newer cards may say more')
  assert.equal(readCard('000190000017||Nguyễn Thị Lan|04031990|Nữ|Đại Sơn|01052021')?.otherId, undefined)
  assert.ok(read && numbersOf(read).includes('000111222'))
})

test('the code of an insurance card: name and address as hex, short and long form, all three kinds of number', () => {
  const short = `GD4240000000017|${hex('Nguyễn Thị Lan')}|04/03/1990|2|${hex('Đại Sơn')}|24 - 997|01/01/2026|31/12/2026|01/01/2026$`
  const read = readCard(short)
  assert.deepEqual(read, {
    kind: 'bhyt',
    name: 'Nguyễn Thị Lan',
    birthDate: '1990-03-04',
    sex: '2',
    address: 'Đại Sơn',
    card: { number: 'GD4240000000017', validFrom: '2026-01-01', validTo: '2026-12-31', registeredAt: '24997' },
  })
  assert.deepEqual(read && numbersOf(read), ['GD4240000000017', '0000000017'])
  const long = `2420000017|${hex('Đặng Văn Đức')}|1960|1|-|01 - 028|01/01/2026|-|01/01/2026|240|-|4| 01/01/2030|0123ABCD-7102|4|${hex('Bắc Ninh')}|$`
  assert.deepEqual(readCard(long), {
    kind: 'bhyt',
    name: 'Đặng Văn Đức',
    birthDate: '1960',
    sex: '1',
    card: { number: '2420000017', validFrom: '2026-01-01', registeredAt: '01028' },
  })
  const byCitizen = readCard(short.replace('GD4240000000017', '000190000017'))
  assert.deepEqual([byCitizen?.kind, byCitizen?.citizenId], ['bhyt', '000190000017'])
})

test('what is no card is not read as one; impossible dates and broken hex stay empty', () => {
  for (const text of ['', '000190000017', 'a|b|c', '000190000017|x', `${'|'.repeat(12)}`]) assert.equal(readCard(text), null, text)
  assert.equal(readCard('000190000017||A|31021990|Nam|x|01052021')?.birthDate, '')
  assert.equal(readCard('2420000017|C3|04/03/1990|2|-|24 - 997|01/01/2026|-|x$')?.name, 'C3')
  assert.equal(readCard('2420000017|C328C328|04/03/1990|2|-|24 - 997|01/01/2026|-|x$')?.name, '')
  assert.ok(looksLikeCard('000190000017||A|31021990|Nam|x|01052021') && !looksLikeCard('Nguyễn Thị Lan 1990'))
  fc.assert(
    fc.property(fc.string(), (text) => {
      readCard(text)
    }),
  )
})
