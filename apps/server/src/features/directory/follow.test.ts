import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually } from '../../testing/referral.ts'
import { fetchDirectory } from './follow.ts'
import { facilities, facilityName, putFacilities } from './tables.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

test('a facility that joins at the hub is known at the nodes after the next fetch; one that leaves is no receiver any more', async () => {
  const { store, clock } = p.hub.site
  const joined = { code: '24801', name: 'Bệnh viện Thử Mới', managing_body: 'Sở Y tế', active: true, slip_keys: [], client_keys: [] }
  await putFacilities(store, [joined], clock.now())
  await fetchDirectory(p.sender.site, p.sender.hub())
  assert.equal(await facilityName(p.sender.site.store, '24801'), 'Bệnh viện Thử Mới')
  await putFacilities(store, [{ ...joined, active: false }], clock.now())
  await fetchDirectory(p.sender.site, p.sender.hub())
  assert.equal(await facilityName(p.sender.site.store, '24801'), '')
})

test('a node fetches by itself when it starts', async () => {
  const joined = { code: '24802', name: 'Phòng khám Thử', managing_body: '', active: true, slip_keys: [], client_keys: [] }
  await putFacilities(p.hub.site.store, [joined], p.hub.site.clock.now())
  await p.receiver.close()
  await p.receiver.open()
  await eventually(
    () => facilities(p.receiver.site.store),
    (list) => list.some((f) => f.code === '24802'),
    'the receiver knows the new facility',
  )
})
