/** XML1, XML5, XML7, XML8, XML13 and XML14 of a stay. */

import type { Row } from '@yba/vietnam'
import type { Charges } from './charges.ts'
import { type Course, diagnosisText, vitalBlock } from './course.ts'
import { totals } from './money.ts'

const birth = (date: string): string => `${date.replaceAll('-', '').padEnd(8, '0')}0000`

/** Names of indicators as a doctor writes them in a text without abbreviations. */
const SPOKEN: Record<string, string> = {
  WBC: 'Bạch cầu',
  'NEUT%': 'Tỷ lệ bạch cầu trung tính',
  HGB: 'Huyết sắc tố',
  HCT: 'Hematocrit',
  PLT: 'Tiểu cầu',
  CRP: 'Protein phản ứng C',
  'PT%': 'Tỷ lệ prothrombin',
  AST: 'Men gan AST',
  ALT: 'Men gan ALT',
}

/** Last value of every indicator the disease moves, and the conclusions of imaging. */
export function resultSummary(course: Course, results: Row[]): string {
  const moved = Object.keys(course.picture.labs).flatMap((name) => {
    const last = results.findLast((row) => row.TEN_CHI_SO === name)
    const value = (last?.GIA_TRI ?? '').replace('.', ',')
    return last ? [`${SPOKEN[name] ?? name} ${value} ${last.DON_VI_DO ?? ''}`.trim()] : []
  })
  const seen = course.picture.imaging.map((image) => `${image.name.replace(/ \[.*\]$/, '')}: ${image.conclusion}`)
  return `${[...moved, ...seen].join('; ')}.`
}

function person(course: Course): Row {
  const p = course.person
  return {
    HO_TEN: p.name,
    NGAY_SINH: birth(p.birthDate),
    GIOI_TINH: p.sex,
    MA_QUOCTICH: '000',
    MA_DANTOC: p.ethnicity,
    MA_NGHE_NGHIEP: p.occupation,
    DIA_CHI: p.address,
    MA_THE_BHYT: p.card.number,
    GT_THE_DEN: p.card.to,
  }
}

function codes(course: Course): Row {
  const [main, ...others] = course.picture.diagnoses.map(([code]) => code)
  return { CHAN_DOAN_RV: diagnosisText(course.picture), MA_BENH_CHINH: main ?? '', MA_BENH_KT: others.join(';') }
}

const inpatientSince = (course: Course): string => (course.inpatient ? course.clock.at(0, 9, 30) : '')

/** Running number of the day a minute `yyyymmddHHMM` lies in. */
const dayOf = (minute: string): number =>
  Date.UTC(Number(minute.slice(0, 4)), Number(minute.slice(4, 6)) - 1, Number(minute.slice(6, 8))) / 86_400_000

export function xml1(course: Course, charges: Charges): Row {
  const p = course.person
  // Some hours around midnight are two days: NGAY_RA − NGAY_VAO + 1.
  const days = course.inpatient ? dayOf(course.ended) - dayOf(course.admitted) + 1 : 0
  const next = course.inpatient ? '' : course.clock.date(28)
  return {
    MA_LK: course.maLk,
    STT: '1',
    MA_BN: course.mrn,
    ...person(course),
    SO_CCCD: p.citizenId,
    MATINH_CU_TRU: p.province,
    MAXA_CU_TRU: p.commune,
    DIEN_THOAI: p.phone,
    MA_DKBD: p.card.registeredAt,
    GT_THE_TU: p.card.from,
    LY_DO_VV: course.picture.complaint,
    LY_DO_VNT: course.inpatient ? course.picture.admission : '',
    CHAN_DOAN_VAO: course.picture.admissionDiagnosis,
    ...codes(course),
    MA_DOITUONG_KCB: course.inpatient ? '1.15' : '1.1',
    MA_NOI_DI: course.cameWith?.issuer ?? '',
    GIAY_CHUYEN_TUYEN: course.cameWith?.number ?? '',
    MA_NOI_DEN: course.transfer ? course.to.code : '',
    NGAY_VAO: course.admitted,
    NGAY_VAO_NOI_TRU: inpatientSince(course),
    NGAY_RA: course.ended,
    SO_NGAY_DTRI: String(days),
    PP_DIEU_TRI: 'Nội khoa',
    KET_QUA_DTRI: course.transfer ? '4' : '2',
    MA_LOAI_RV: course.transfer ? '2' : '1',
    GHI_CHU: course.transfer ? 'Chuyển cơ sở khám bệnh, chữa bệnh' : '',
    NGAY_TTOAN: '',
    ...totals(charges.medicines, charges.services),
    NAM_QT: course.ended.slice(0, 4),
    THANG_QT: course.ended.slice(4, 6),
    MA_LOAI_KCB: course.inpatient ? '03' : '01',
    MA_KHOA: course.inpatient && course.picture.department !== 'K01' ? `K01;${course.picture.department}` : 'K01',
    MA_CSKCB: course.facility.code,
    CAN_NANG: p.weight,
    NGAY_TAI_KHAM: next,
    MA_HSBA: `${course.inpatient ? '' : 'PK'}${course.maLk.slice(6).replace('-', '')}`,
    MA_TTDV: course.signer,
  }
}

export function xml5(course: Course): Row[] {
  const { notes } = course.picture
  const days = course.inpatient ? course.days : 1
  return Array.from({ length: days }, (_, day) => {
    const last = course.inpatient && day === days - 1
    const text = last ? (course.transfer ? notes.worse : notes.better) : (notes.days[Math.min(day, notes.days.length - 1)] ?? '')
    const consult = last && course.transfer ? 'Hội chẩn khoa: chỉ định chuyển cơ sở khám bệnh, chữa bệnh' : ''
    return {
      MA_LK: course.maLk,
      STT: String(day + 1),
      DIEN_BIEN_LS: `${text} ${vitalBlock(course, day)}`,
      HOI_CHAN: consult,
      THOI_DIEM_DBLS: day === 0 ? course.clock.at(0, 9, 50) : course.clock.at(day, 8, 0),
      NGUOI_THUC_HIEN: course.doctor,
    }
  })
}

export function xml7(course: Course): Row {
  return {
    MA_LK: course.maLk,
    SO_LUU_TRU: course.maLk.slice(6).replace('-', ''),
    MA_YTE: course.mrn,
    MA_KHOA_RV: course.picture.department,
    NGAY_VAO: course.admitted,
    NGAY_RA: course.ended,
    CHAN_DOAN_RV: diagnosisText(course.picture),
    PP_DIEUTRI: 'Nội khoa',
    MA_TTDV: course.signer,
    MA_BS: course.layout === '3176' ? course.doctor : '0000000102',
    TEN_BS: 'TRẦN VĂN TRƯỞNG KHOA MẪU',
    NGAY_CT: course.ended.slice(0, 8),
  }
}

const story = (course: Course): string =>
  `${course.picture.history} ${course.transfer ? course.picture.notes.worse : course.picture.notes.better}`

export function xml8(course: Course, charges: Charges): Row {
  return {
    MA_LK: course.maLk,
    MA_LOAI_KCB: '03',
    NGAY_VAO: course.admitted,
    NGAY_RA: course.ended,
    CHAN_DOAN_VAO: course.picture.admissionDiagnosis,
    CHAN_DOAN_RV: diagnosisText(course.picture),
    QT_BENHLY: story(course),
    TOMTAT_KQ: resultSummary(course, charges.results),
    PP_DIEUTRI: 'Nội khoa',
    KET_QUA_DTRI: course.transfer ? '4' : '2',
    MA_TTDV: course.signer,
    NGAY_CT: course.ended.slice(0, 8),
  }
}

export function xml13(course: Course, charges: Charges): Row {
  const number = course.maLk.slice(-6).replace(/^0+/, '') || '0'
  const distinct = (rows: Row[], column: string): string =>
    [...new Set(rows.map((row) => row[column] ?? '').filter(Boolean))].join('; ').slice(0, 1000)
  const done = charges.services.filter((row) => ['1', '2', '3', '8', '18'].includes(row.MA_NHOM ?? ''))
  const late = course.layout === '3176'
  const medicines = distinct(charges.medicines, 'TEN_THUOC')
  const { transfer } = course.picture
  return {
    MA_LK: course.maLk,
    SO_HOSO: `HS-${course.facility.code}-26-${number}`,
    SO_CHUYENTUYEN: number.padStart(4, '0'),
    GIAY_CHUYEN_TUYEN: `${number}/2026/GCT`,
    MA_CSKCB: course.facility.code,
    [late ? 'MA_CSKCB_DEN' : 'MA_NOI_DEN']: course.to.code,
    ...person(course),
    NGAY_VAO: course.admitted,
    NGAY_VAO_NOI_TRU: inpatientSince(course),
    NGAY_RA: course.ended,
    DAU_HIEU_LS: transfer.signs,
    QT_BENHLY: story(course),
    TOMTAT_KQ: resultSummary(course, charges.results),
    PP_DIEUTRI: late ? `Nội khoa: ${medicines}` : 'Nội khoa',
    ...codes(course),
    ...(late
      ? { TINH_TRANG_CT: transfer.condition }
      : { TEN_DICH_VU: distinct(done, 'TEN_DICH_VU'), TEN_THUOC: medicines, PP_DIEU_TRI: 'Nội khoa' }),
    MA_LOAI_RV: '2',
    MA_LYDO_CT: '1',
    HUONG_DIEU_TRI: transfer.direction,
    PHUONGTIEN_VC: 'Xe cứu thương',
    HOTEN_NGUOI_HT: 'LÊ THỊ ĐIỀU DƯỠNG MẪU',
    CHUCDANH_NGUOI_HT: 'Điều dưỡng, cử nhân',
    MA_BAC_SI: course.doctor,
    MA_TTDV: course.signer,
  }
}

export function xml14(course: Course): Row {
  const { MA_QUOCTICH: _nation, MA_DANTOC: _ethnic, MA_NGHE_NGHIEP: _work, ...identity } = person(course)
  const next = course.clock.date(28)
  return {
    MA_LK: course.maLk,
    SO_GIAYHEN_KL: `${course.maLk.slice(-6).replace(/^0+/, '')}/2026/GHKL`,
    MA_CSKCB: course.facility.code,
    ...identity,
    NGAY_VAO: course.admitted,
    NGAY_RA: course.ended,
    NGAY_HEN_KL: course.layout === '3176' ? next : `${next}0800`,
    ...codes(course),
    MA_DOITUONG_KCB: '1.1',
    MA_BAC_SI: course.doctor,
    MA_TTDV: course.signer,
    NGAY_CT: course.ended.slice(0, 8),
  }
}
