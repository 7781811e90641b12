/** A code typed alone is offered with its name: by the list that holds on the day, else by the few we carry. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { importCatalogues } from '../catalogue/index.ts'
import type { ReferralView, SaveDraftAnswer } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

test('the name comes from the list in force, the draft is left as it was typed, and what is named is not offered again', async () => {
  const { id } = await p.slip(p.sender, 93)
  const doctor = await p.sender.at('bs.mot')
  const draft = async () => ((await doctor.get(`/fhir/Task/${id}/$view`)).json as ReferralView).draft ?? assert.fail('no draft')
  const type = async (diagnosisText: string): Promise<SaveDraftAnswer> => {
    const { content, draftVersion } = await draft()
    const request = { kind: 'referral', content: { ...content, diagnosisText }, draftVersion }
    const saved = await doctor.post(`/fhir/Task/${id}/$save-draft`, request)
    assert.equal(saved.status, 200, saved.code)
    assert.equal((await draft()).content.diagnosisText, diagnosisText)
    return saved.json as SaveDraftAnswer
  }
  const carried = { path: 'diagnosisText', from: 'j189', to: 'J18.9 Viêm phổi, không đặc hiệu' }
  assert.deepEqual((await type('j189')).named, carried)
  const list =
    'code,marker,name_vi,chapter_no,block,category\nJ18,,Viêm phổi thử,X,J09-J18,J18\nJ18.9,,Viêm phổi theo danh mục thử,X,J09-J18,J18\n'
  const file = { file: 'icd.csv', bytes: new TextEncoder().encode(list) }
  const facts = { version: 'QĐ thử', from: '2020-01-01' }
  await p.sender.site.store
    .as(systemCaller('test', '24997'))
    .transact((tx) => importCatalogues(tx, { files: [file], facts, dryRun: false, by: 'test' }))
  assert.equal((await type('j189, i10')).named?.to, 'J18.9 Viêm phổi theo danh mục thử; I10 Tăng huyết áp vô căn (nguyên phát)')
  assert.equal((await type('J18.9 Viêm phổi')).named, undefined)
})
