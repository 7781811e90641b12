/**
 * To whom a slip goes: a facility of the directory, by its code and under the name it has there. What a screen or a HIS
 * writes beside the code is not believed, and a code nobody answers for makes no paper that could be signed.
 */
import { defineOutcome, type Finding, finding } from '@yba/fhir'
import type { FacilityRef, PaperContent } from '@yba/vietnam'
import type { StoreRoot, Transaction } from '../../store/types.ts'
import { hubCode, issuerName } from '../directory/index.ts'

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export const ADDRESSEE_UNKNOWN = defineOutcome({
  code: 'addressee-unknown',
  http: 422,
  severity: 'error',
  issue: 'code-invalid',
  vi: 'Danh bạ liên thông không có cơ sở {code}, nên phiếu gửi tới đó sẽ không đến nơi.',
  en: 'The directory of the exchange has no facility {code}: a slip addressed to it would reach nobody.',
  cure: {
    vi: 'Chọn nơi chuyển đến trong danh bạ. Nếu cơ sở ấy chưa nối trục, chuyển bằng phiếu giấy của phần mềm bệnh viện.',
    en: 'Choose the receiver from the directory. If that facility has not joined the exchange, use the paper slip of your HIS.',
  },
})

export const ADDRESSEE_HUB = defineOutcome({
  code: 'addressee-hub',
  http: 422,
  severity: 'error',
  issue: 'code-invalid',
  vi: '{code} là mã của trục liên thông, không phải nơi khám chữa bệnh.',
  en: '{code} is the code of the exchange hub, which treats nobody.',
  cure: { vi: 'Chọn cơ sở nhận trong danh bạ.', en: 'Choose the receiving facility from the directory.' },
})

/** The facility as the directory names it; the name is empty where it knows none. */
export const addresseeOf = async (db: Sql, code: string): Promise<FacilityRef> => ({ code, name: code ? await issuerName(db, code) : '' })

/** Why a paper cannot go where it is addressed; a missing code is a gap of the paper itself and said there. */
export async function addresseeFaults(db: Sql, content: PaperContent): Promise<Finding[]> {
  if (content.kind !== 'referral' || !content.to.code || content.to.code === content.from.code) return []
  const { code } = content.to
  if (code === (await hubCode(db))) return [finding(ADDRESSEE_HUB, { code }, 'to')]
  return (await issuerName(db, code)) ? [] : [finding(ADDRESSEE_UNKNOWN, { code: code.slice(0, 10) }, 'to')]
}

/** A slip under its addressee's name of the directory; other papers answer a slip and go back where it came from. */
export const withAddressee = async <T extends PaperContent>(db: Sql, content: T): Promise<T> =>
  content.kind === 'referral' ? { ...content, to: await addresseeOf(db, content.to.code) } : content
