/**
 * To whom a slip goes: a facility of the directory, by its code and under the name it has there. What a screen or a HIS
 * writes beside the code is not believed, and a code nobody answers for makes no paper that could be signed.
 */
import { defineOutcome, type Finding, finding } from '@yba/fhir'
import type { FacilityRef, PaperContent, ReferralContent } from '@yba/vietnam'
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
    vi: 'Chọn nơi chuyển đến trong danh bạ. Mã đúng mà danh bạ chưa có: quản trị viên cập nhật danh bạ. Nếu cơ sở ấy chưa nối trục, chuyển bằng phiếu giấy của phần mềm bệnh viện.',
    en: 'Choose the receiver from the directory. If the code is right, the administrator brings the directory up to date. If that facility has not joined the exchange, use the paper slip of your HIS.',
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

export const FILE_ADDRESSEE_UNKNOWN = defineOutcome({
  code: 'slip-file-addressee-unknown',
  http: 200,
  severity: 'warning',
  issue: 'code-invalid',
  vi: 'Giấy chuyển {number} ghi nơi chuyển đến {code}, danh bạ liên thông không có nơi khám chữa bệnh mã ấy; phiếu đã nhận nhưng chưa ký được.',
  en: 'Slip {number} is addressed to {code}, and the directory of the exchange has no such place of care; the slip is taken, but cannot be signed.',
  cure: {
    vi: 'Mã sai: sửa nơi chuyển đến trong HIS (MA_NOI_DEN; theo QĐ 3176: MA_CSKCB_DEN) rồi gửi lại, hoặc chọn lại trên phiếu. Mã đúng: quản trị viên cập nhật danh bạ. Cơ sở chưa nối trục: chuyển bằng phiếu giấy của HIS.',
    en: 'If the code is wrong, correct the receiver in the HIS (MA_NOI_DEN; in the layout of Decision 3176 MA_CSKCB_DEN) and send again, or choose it on the slip. If it is right, the administrator brings the directory up to date. If that facility has not joined the exchange, use the paper slip of the HIS.',
  },
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

/** The same, told to the HIS that wrote the slip. */
export async function fileAddresseeFaults(db: Sql, content: ReferralContent): Promise<Finding[]> {
  const about = { number: content.numbers.slip, code: content.to.code.slice(0, 10) }
  return (await addresseeFaults(db, content)).map(() => finding(FILE_ADDRESSEE_UNKNOWN, about, 'XML13[1].MA_NOI_DEN'))
}
