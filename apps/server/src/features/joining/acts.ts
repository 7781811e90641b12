/** What the hub's operator does for a facility that joins: each act checked against where the joining stands, then kept. */
import { refuse } from '@yba/fhir'
import { deactivateNode, onBehalf, registerNode } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { facility, importDirectory } from '../directory/index.ts'
import type { ActKind, Agreement, JoinRequest } from './contract.ts'
import { fingerprintOf, readKeyRequest, sameFingerprint } from './key-request.ts'
import { list } from './list.ts'
import { JOINING_FACILITY, JOINING_FINGERPRINT, JOINING_REASON, JOINING_STEP, JOINING_UNREADABLE } from './outcomes.ts'
import { type Progress, progressOf } from './progress.ts'
import { actsOf, putAct } from './tables.ts'

const LEAST = 10
const MOST = 500
const LONGEST = 200

interface Doing {
  site: Site
  tx: Transaction
  request: JoinRequest
  now: Progress | undefined
  by: string
}

type Facts = Record<string, unknown>

const text = (value: unknown, what: string, least = 1): string => {
  const clean = typeof value === 'string' ? value.normalize('NFC').trim() : ''
  if (clean.length < least || clean.length > LONGEST) throw refuse(JOINING_UNREADABLE, { what })
  return clean
}

function reasonOf(value: unknown): string {
  const clean = typeof value === 'string' ? value.normalize('NFC').trim() : ''
  const letters = [...clean].length
  if (letters < LEAST || letters > MOST) throw refuse(JOINING_REASON, { least: LEAST, most: MOST })
  return clean
}

const notNow = (code: string, why: string, whyEn: string) => refuse(JOINING_STEP, { code, why, whyEn })

/** A joining that goes on; what is done once it is live or withdrawn is another act. */
function underWay({ request, now }: Doing): Progress {
  if (now?.state !== 'joining') throw notNow(request.facility, 'chưa mở, đã chạy hoặc đã rút', 'it is not open, live already, or withdrawn')
  return now
}

/** Who may be addressed and may send is what the directory calls active. */
async function setActive({ tx, request, by }: Doing, active: boolean): Promise<void> {
  const known = await facility(tx, request.facility)
  if (!known) throw refuse(JOINING_FACILITY, { code: request.facility })
  await importDirectory(tx, { facilities: [{ code: known.code, name: known.name, active }] }, by)
}

const ACTS: { [K in JoinRequest['act']]: (doing: Doing) => Promise<Facts> } = {
  async open(doing) {
    const { now, request } = doing
    if (now && now.state !== 'withdrawn') throw notNow(request.facility, 'đã mở', 'it is open already')
    await setActive(doing, false)
    return {}
  },
  async agreement(doing) {
    underWay(doing)
    const { number, signedOn, contact } = ((doing.request as { agreement?: unknown }).agreement ?? {}) as Partial<Agreement>
    const day = text(signedOn, 'signedOn')
    if (new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) throw refuse(JOINING_UNREADABLE, { what: 'signedOn' })
    return { number: text(number, 'number'), signedOn: day, contact: text(contact, 'contact', 5) }
  },
  async key(doing) {
    const { request, site } = doing
    const before = underWay(doing)
    if (!before.agreement) throw notNow(request.facility, 'chưa có thỏa thuận', 'there is no agreement yet')
    const asked = await readKeyRequest(String((request as { request?: unknown }).request ?? ''), request.facility, site.clock.now())
    return { kid: asked.jwk.kid, jwk: asked.jwk, notAfter: asked.notAfter }
  },
  async 'key-confirmed'(doing) {
    const { request, site, tx } = doing
    const key = underWay(doing).key
    if (!key || key.confirmed) throw notNow(request.facility, 'không có khóa nào chờ xác nhận', 'no key waits to be confirmed')
    const { fingerprint, compared } = request as { fingerprint?: unknown; compared?: unknown }
    const known = await fingerprintOf(key.jwk)
    if (!sameFingerprint(String(fingerprint ?? ''), known)) throw refuse(JOINING_FINGERPRINT)
    await registerNode(tx.sql.bind(tx), request.facility, key.jwk, site.clock.now(), new Date(key.notAfter))
    return { fingerprint: known, compared: text(compared, 'compared', 5) }
  },
  async 'key-refused'(doing) {
    const { request, tx } = doing
    if (!underWay(doing).key) throw notNow(request.facility, 'không có khóa nào', 'there is no key')
    await deactivateNode(tx.sql.bind(tx), request.facility)
    return { reason: reasonOf((request as { reason?: unknown }).reason) }
  },
  async live(doing) {
    const { request } = doing
    const { next } = underWay(doing)
    if (next !== 'decision') throw notNow(request.facility, 'còn bước trước chưa xong', 'an earlier step is not done')
    const reason = reasonOf((request as { reason?: unknown }).reason)
    await setActive(doing, true)
    return { reason }
  },
  async withdraw(doing) {
    const { request, now, tx } = doing
    if (!now || now.state === 'withdrawn') throw notNow(request.facility, 'chưa mở hoặc đã rút', 'it is not open, or withdrawn already')
    const reason = reasonOf((request as { reason?: unknown }).reason)
    await deactivateNode(tx.sql.bind(tx), request.facility)
    await setActive(doing, false)
    return { reason }
  },
}

const isAct = (act: unknown): act is JoinRequest['act'] => typeof act === 'string' && Object.hasOwn(ACTS, act)

/**
 * POST /fhir/Organization/$join: one act; answers the whole page. Throws `joining-unreadable`, `joining-facility-unknown`,
 * `joining-step-not-possible`, `joining-key-unfit`, `joining-fingerprint-differs`, `joining-reason`.
 */
export async function join(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const request = (json ?? {}) as JoinRequest
  if (!isAct(request.act) || !/^\d{2}[0-9A-Z]{3}$/.test(String(request.facility)))
    throw refuse(JOINING_UNREADABLE, { what: 'act, facility' })
  const act: ActKind = request.act
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    await tx.lockKey(`joining:${request.facility}`)
    if (!(await facility(tx, request.facility))) throw refuse(JOINING_FACILITY, { code: request.facility })
    const now = progressOf(await actsOf(tx, request.facility))
    const facts = await ACTS[request.act]({ site, tx, request, now, by: caller.id })
    await putAct(tx, request.facility, { act, facts }, { id: caller.id, name: caller.display }, tx.now)
  })
  await site.store.audit.record(caller, { action: 'joining', outcome: 'success', detail: `${act} ${request.facility}` })
  return { json: await list(site) }
}
