/** XML7, XML8, XML13 and XML14: where each column stands in FHIR (map of XML13 and XML14: spec exchange ii.2). */

import { extensionUrl, facilitySystem } from '@yba/fhir'
import { codeName, facilityName } from '../../../codes/display.ts'
import { concept, facilityReference } from '../plan.ts'
import type { Place } from './draft.ts'
import { PERSON, relativeName, relativeNumber } from './parties.ts'
import { authorised, doctors, head, headName, issuedOn, issuer, paperNumber, STAY } from './stay.ts'
import { dayOf, dayText, element, extra, isCode, timeOf, timeText, words } from './values.ts'

export interface ClaimForm {
  /** LOINC type of the document. */
  loinc: string
  title: string
  places: Record<string, Place>
}

const diagnosis = words('11535-2', 'Chẩn đoán ra viện')
const treatment = words('47519-4', 'Phương pháp điều trị')
const course = words('8648-8', 'Quá trình bệnh lý và diễn biến lâm sàng')
const results = words('30954-2', 'Tóm tắt kết quả cận lâm sàng')
const note = words('69730-0', 'Lời dặn, ghi chú')
const reserve = extra('claim-reserve', 'string')

const patientNumber = element(
  ({ patient, facility }, value) => {
    patient.identifier = [{ system: facilitySystem.mrn(facility), value }]
  },
  ({ patient }) => patient.identifier?.[0]?.value,
)

const DISCHARGE: ClaimForm = {
  loinc: '18842-5',
  title: 'Giấy ra viện',
  places: {
    ...STAY,
    SO_LUU_TRU: paperNumber(facilitySystem.document),
    MA_YTE: patientNumber,
    MA_DINH_CHI_THAI: extra('pregnancy-ended', 'flag'),
    NGUYENNHAN_DINHCHI: extra('pregnancy-ended-why', 'string'),
    THOIGIAN_DINHCHI: extra('pregnancy-ended-at', 'time'),
    TUOI_THAI: extra('gestational-weeks', 'integer'),
    CHAN_DOAN_RV: diagnosis,
    PP_DIEUTRI: treatment,
    GHI_CHU: note,
    MA_TTDV: authorised,
    MA_BS: head,
    TEN_BS: headName,
    NGAY_CT: issuedOn,
    MA_CHA: relativeNumber('FTH'),
    MA_ME: relativeNumber('MTH'),
    MA_THE_TAM: extra('temporary-card', 'string'),
    HO_TEN_CHA: relativeName('FTH'),
    HO_TEN_ME: relativeName('MTH'),
    SO_NGAY_NGHI: extra('leave-days', 'integer'),
    NGOAITRU_TUNGAY: extra('leave-from', 'date'),
    NGOAITRU_DENNGAY: extra('leave-to', 'date'),
    DU_PHONG: reserve,
  },
}

const SUMMARY: ClaimForm = {
  loinc: '34133-9',
  title: 'Tóm tắt hồ sơ bệnh án',
  places: {
    ...STAY,
    HO_TEN_CHA: relativeName('FTH'),
    HO_TEN_ME: relativeName('MTH'),
    NGUOI_GIAM_HO: relativeName('GUARD'),
    DON_VI: extra('workplace', 'string'),
    CHAN_DOAN_VAO: words('46241-6', 'Chẩn đoán vào viện'),
    CHAN_DOAN_RV: diagnosis,
    QT_BENHLY: course,
    TOMTAT_KQ: results,
    PP_DIEUTRI: treatment,
    NGAY_SINHCON: extra('child-born-on', 'date'),
    NGAY_CONCHET: extra('child-died-on', 'date'),
    SO_CONCHET: extra('children-died', 'integer'),
    GHI_CHU: note,
    MA_TTDV: authorised,
    NGAY_CT: issuedOn,
    MA_THE_TAM: extra('temporary-card', 'string'),
    DU_PHONG: reserve,
  },
}

const FILE_NUMBER = 'SO_HOSO'
const slipNumber = element(
  ({ composition, request, facility }, value) => {
    const identifier = { system: facilitySystem.referral(facility), value }
    composition.identifier = identifier
    if (request) request.identifier = [identifier, ...(request.identifier ?? [])]
  },
  ({ composition }) => composition.identifier?.value,
)
const fileNumber = element(
  ({ request }, value) => {
    if (request) request.identifier = [...(request.identifier ?? []), { use: 'secondary', type: { text: FILE_NUMBER }, value }]
  },
  ({ request }) => request?.identifier?.find((i) => i.type?.text === FILE_NUMBER)?.value,
)
const registerEntry = element(
  ({ request }, value) => {
    if (request) request.requisition = { value }
  },
  ({ request }) => request?.requisition?.value,
)
const receiver = element(
  ({ request }, value) => {
    if (request) request.performer = [facilityReference(value, facilityName(value))]
  },
  ({ request }) => request?.performer?.[0]?.identifier?.value,
)
const reason = element(
  ({ request }, value) => {
    if (request && isCode(value)) request.reasonCode = [concept('ma-lydo-ct', value, codeName('MA_LYDO_CT', value) ?? '')]
  },
  ({ request }) => request?.reasonCode?.[0]?.coding?.[0]?.code,
)
const TRANSPORT = extensionUrl('transport-mode')
const transport = element(
  ({ request }, value) => {
    if (request) request.extension = [...(request.extension ?? []), { url: TRANSPORT, valueString: value }]
  },
  ({ request }) => request?.extension?.find((e) => e.url === TRANSPORT)?.valueString,
)

const REFERRAL: ClaimForm = {
  loinc: '57133-1',
  title: 'Giấy chuyển cơ sở khám bệnh, chữa bệnh',
  places: {
    ...STAY,
    ...PERSON,
    SO_HOSO: fileNumber,
    SO_CHUYENTUYEN: registerEntry,
    GIAY_CHUYEN_TUYEN: slipNumber,
    MA_CSKCB: issuer,
    MA_NOI_DEN: receiver,
    MA_CSKCB_DEN: receiver,
    DAU_HIEU_LS: words('29545-1', 'Dấu hiệu lâm sàng'),
    CHAN_DOAN_RV: diagnosis,
    QT_BENHLY: course,
    TOMTAT_KQ: results,
    PP_DIEUTRI: treatment,
    TEN_DICH_VU: words('47519-4', 'Dịch vụ kỹ thuật đã làm'),
    TEN_THUOC: words('10160-0', 'Thuốc đã dùng'),
    PP_DIEU_TRI: extra('treatment-method', 'string'),
    TINH_TRANG_CT: words('10210-3', 'Tình trạng lúc chuyển'),
    MA_LYDO_CT: reason,
    HUONG_DIEU_TRI: words('18776-5', 'Hướng điều trị'),
    PHUONGTIEN_VC: transport,
    HOTEN_NGUOI_HT: extra('escort-name', 'string'),
    CHUCDANH_NGUOI_HT: extra('escort-title', 'string'),
    MA_BAC_SI: doctors,
    MA_TTDV: authorised,
    DU_PHONG: reserve,
  },
}

const appointmentNumber = element(
  ({ composition, appointment, facility }, value) => {
    const identifier = { system: facilitySystem.document(facility), value }
    composition.identifier = identifier
    if (appointment) appointment.identifier = [identifier, ...(appointment.identifier ?? [])]
  },
  ({ composition }) => composition.identifier?.value,
)

/** Twelve digits in QĐ 4750, a day in QĐ 3176: the precision written is the precision kept. */
const appointed = element(
  ({ appointment }, value) => {
    const at = timeOf(value) ?? dayOf(value)
    if (appointment && at) appointment.requestedPeriod = [{ start: at }]
  },
  ({ appointment }) => {
    const at = appointment?.requestedPeriod?.[0]?.start
    return timeText(at) ?? dayText(at)
  },
)

const REEXAMINATION: ClaimForm = {
  loinc: '56446-8',
  title: 'Giấy hẹn khám lại',
  places: {
    ...STAY,
    ...PERSON,
    SO_GIAYHEN_KL: appointmentNumber,
    MA_CSKCB: issuer,
    NGAY_HEN_KL: appointed,
    CHAN_DOAN_RV: diagnosis,
    MA_BAC_SI: doctors,
    MA_TTDV: authorised,
    NGAY_CT: issuedOn,
    DU_PHONG: reserve,
  },
}

/** Tables that are papers. */
export const CLAIM_FORMS: Readonly<Record<string, ClaimForm>> = {
  XML7: DISCHARGE,
  XML8: SUMMARY,
  XML13: REFERRAL,
  XML14: REEXAMINATION,
}
