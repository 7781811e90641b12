/** Papers that people make and sign at the desks: slips that came with a claim file, outcomes, corrections, papers brought along. */
import { claimFile, stay } from '@yba/people'
import type { ReferralView } from '../../features/referral/contract.ts'
import type { Answer } from '../exchange.ts'
import type { Mint } from '../parcel-mint.ts'
import { type Done, newTag, type Slip } from './acts.ts'
import { asked, insist, PATIENCE_MS, said, UNKNOWN } from './asking.ts'
import type { SiteName, World } from './world.ts'

/** The answer when it is a no, or none; else undefined: the next request may follow. */
const ended = (answer: Answer | null): Done | undefined => (answer === null ? UNKNOWN : answer.status < 300 ? undefined : said(answer))

/** The doctor writes the outcome and signs it; the seal and the parcel follow by themselves. */
export async function outcome(world: World, site: SiteName, task: string, tag: string): Promise<Done> {
  const ask = (name: string, body?: unknown) =>
    asked(world, site, 'bs.mot', `${name} ${tag}`, (desk) => desk.post(`/fhir/Task/${task}/$${name}`, body))
  const begun = await ask('start-outcome')
  const draft = (begun?.json as ReferralView | undefined)?.outcomeDraft
  if (!draft) return ended(begun) ?? { answer: 'refused', code: 'no-draft' }
  const content = { ...draft.content, course: 'Đáp ứng tốt.', treatment: 'Nội khoa.', outcome: '2', plan: `Khám lại ${tag}` }
  const saved = await ask('save-draft', { kind: 'outcome', content, draftVersion: draft.draftVersion })
  const no = ended(saved)
  if (no) return no
  const signed = await ask('sign', { kind: 'outcome', role: 'doctor' })
  return signed ? said(signed) : UNKNOWN
}

/** The doctor corrects a slip that was sent; doctor and authorised signer sign, the next version travels by itself. */
export async function correction(world: World, site: SiteName, task: string, tag: string): Promise<Done> {
  const ask = (login: string, name: string, body: unknown) =>
    asked(world, site, login, `${name} ${tag}`, (desk) => desk.post(`/fhir/Task/${task}/$${name}`, body))
  const opened = await ask('bs.mot', 'correct', { kind: 'referral', reason: `sửa ${tag}` })
  const draft = (opened?.json as ReferralView | undefined)?.draft
  if (!draft) return ended(opened) ?? { answer: 'refused', code: 'no-draft' }
  const content = { ...draft.content, condition: `Tỉnh, tiếp xúc tốt ${tag}` }
  const saved = await ask('bs.mot', 'save-draft', { kind: 'referral', content, draftVersion: draft.draftVersion })
  const first = ended(saved) ? saved : await ask('bs.mot', 'sign', { kind: 'referral', role: 'doctor' })
  const no = ended(first)
  if (no) return no
  await doctorSigned(world, site, task)
  const second = await ask('ky', 'sign', { kind: 'referral', role: 'authorised' })
  return second ? said(second) : UNKNOWN
}

/** Until the doctor's signature is made: the next signer's turn. */
async function doctorSigned(world: World, site: SiteName, task: string): Promise<void> {
  await world.patience.within(`the doctor's signature under ${task} at ${site}`, PATIENCE_MS, async () => {
    for (;;) {
      const seen = await insist(world, site, 'ky', 'whose turn it is', (desk) => desk.get(`/fhir/Task/${task}/$view`))
      if (seen.status < 300 && !(seen.json as ReferralView).waitingFor.some((w) => w.role === 'doctor')) return
      await world.patience.pause(150)
    }
  })
}

/** The patient stands there with the paper; its message is not sent yet. */
export async function paperFirst(world: World, mint: Mint, slip: Slip): Promise<void> {
  const tag = newTag()
  const { mrn: _mrn, ...person } = mint.person(slip.number)
  const body = { issuer: slip.issuer, number: slip.number, person, reason: `giấy ${tag}` }
  const answer = await asked(world, 'receiver', 'tiepdon', `paper ${tag}`, (desk) => desk.post('/fhir/Task/$shadow', body))
  slip.acts.push({ tag, site: 'receiver', event: 'arrive', ...(answer ? said(answer) : UNKNOWN) })
}

/** A slip as hospitals make most of them: the HIS's claim file, then the doctor, the authorised signer and the seal. */
export async function deskSlip(world: World, slip: Slip, claim: number): Promise<void> {
  const { sender, issuer } = slip
  const file = Buffer.from(claimFile([stay(claim, { kind: 'inpatient-transfer', facility: issuer })]))
  const taken = await insist(world, sender, 'vanthu', `claim ${claim}`, (desk) =>
    desk.upload('/fhir/$import-claim', file, 'application/xml'),
  )
  const referral = taken.json?.records?.[0]?.referral as { id: string; number: string } | undefined
  if (!referral) throw new Error(`no slip from claim ${claim}: ${taken.status} ${JSON.stringify(taken.json).slice(0, 300)}`)
  slip.number = referral.number
  const path = `/fhir/Task/${referral.id}/$sign`
  for (const [login, role] of [
    ['bs.mot', 'doctor'],
    ['ky', 'authorised'],
  ] as const) {
    const what = `${role} signs ${slip.number}`
    const signed = await insist(world, sender, login, what, (desk) => desk.post(path, { kind: 'referral', role }))
    if (signed.status >= 300 && signed.code !== 'signature-already-made') throw new Error(`${what}: ${signed.code}`)
    if (role === 'doctor') await doctorSigned(world, sender, referral.id)
  }
}
