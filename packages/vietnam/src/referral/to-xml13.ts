/** ReferralContent → XML13 row: what was taken from XML13 goes back word for word. */

import { claimTable, type Layout } from '../claim/tables/index.ts'
import type { Row } from '../claim/types.ts'
import { fhirToClaimDate, fhirToClaimTime } from '../dates/claim-date.ts'
import type { ReferralContent } from '../documents/content.ts'

/** Birth date as the claim writes it: unknown day and month are zeros, the hour is unknown here. */
const birth = (date: string): string => (date === '' ? '' : `${fhirToClaimDate(date)}0000`)
const time = (at: string | undefined): string => (at ? fhirToClaimTime(at) : '')

function values(c: ReferralContent): Row {
  const codes = c.diagnoses.toSorted((a, b) => a.rank - b.rank).map((d) => d.code)
  const before = c.earlier.map((e) => e.facility.code).join(';')
  const ends = c.patient.cards.map((card) => (card.validTo ? fhirToClaimDate(card.validTo) : ''))
  return {
    MA_LK: c.encounter.id,
    SO_HOSO: c.numbers.file ?? '',
    SO_CHUYENTUYEN: c.numbers.register ?? '',
    GIAY_CHUYEN_TUYEN: c.numbers.slip,
    MA_CSKCB: c.from.code,
    MA_NOI_DI: before,
    MA_CSKCB_DI: before,
    MA_NOI_DEN: c.to.code,
    MA_CSKCB_DEN: c.to.code,
    HO_TEN: c.patient.name,
    NGAY_SINH: birth(c.patient.birthDate),
    GIOI_TINH: c.patient.sex,
    MA_QUOCTICH: c.patient.nationality?.code ?? '',
    MA_DANTOC: c.patient.ethnicity?.code ?? '',
    MA_NGHE_NGHIEP: c.patient.occupation?.code ?? '',
    DIA_CHI: c.patient.address,
    MA_THE_BHYT: c.patient.cards.map((card) => card.number).join(';'),
    GT_THE_DEN: ends.every((end) => end === '') ? '' : ends.join(';'),
    NGAY_VAO: time(c.encounter.admitted),
    NGAY_VAO_NOI_TRU: time(c.encounter.inpatientSince),
    NGAY_RA: time(c.encounter.ended ?? c.departure),
    DAU_HIEU_LS: c.signs,
    CHAN_DOAN_RV: c.diagnosisText,
    QT_BENHLY: c.history,
    TOMTAT_KQ: c.results,
    PP_DIEUTRI: c.treatment.method,
    MA_BENH_CHINH: codes[0] ?? '',
    MA_BENH_KT: codes.slice(1).join(';'),
    MA_BENH_YHCT: c.traditionalDiagnosis ?? '',
    TEN_DICH_VU: c.treatment.services ?? '',
    TEN_THUOC: c.treatment.medicines ?? '',
    PP_DIEU_TRI: c.treatment.kind ?? '',
    TINH_TRANG_CT: c.condition ?? '',
    MA_LOAI_RV: c.encounter.dischargeKind ?? '',
    MA_LYDO_CT: c.reason,
    HUONG_DIEU_TRI: c.direction,
    PHUONGTIEN_VC: c.transport ?? '',
    HOTEN_NGUOI_HT: c.escort?.name ?? '',
    CHUCDANH_NGUOI_HT: c.escort?.title ?? '',
    MA_BAC_SI: c.doctor.licence,
    MA_TTDV: c.authorised.licence,
    DU_PHONG: '',
  }
}

/**
 * The XML13 row of a referral, columns of the layout in order. Loss-free for what a referral takes from XML13; an
 * hour of birth and DU_PHONG are not on the paper and come back empty.
 */
export function claimFromReferral(content: ReferralContent, layout: Layout): Row {
  const all = values(content)
  const fields = claimTable('XML13')?.layouts[layout] ?? []
  return Object.fromEntries(fields.map((f) => [f.name, all[f.name] ?? '']))
}
