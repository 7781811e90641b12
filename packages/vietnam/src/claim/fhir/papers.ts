/** XML13 → ReferralContent; XML7 with XML8 → SummaryContent. Nothing is typed again, nothing is invented. */

import { departmentName, ethnicName, facilityName, nationalityName, occupationName } from '../../codes/display.ts'
import { routeName } from '../../codes/routes.ts'
import { claimBirthToFhir, claimDateToFhir, claimTimeToFhir } from '../../dates/claim-date.ts'
import type {
  FacilityRef,
  InsuranceCard,
  PaperContent,
  PaperMedicine,
  PaperPatient,
  PaperProcedure,
  PaperResult,
  ReferralContent,
  SummaryContent,
} from '../../documents/content.ts'
import { isCccd } from '../../identifiers/citizen.ts'
import type { Row } from '../types.ts'
import { claimDiagnoses } from './diagnoses.ts'
import { claimCards } from './patient.ts'
import { type ClaimContext, filled, get } from './plan.ts'

/** A facility by code; the name is the code itself when we do not know it. */
export const facilityByCode = (code: string): FacilityRef => ({ code, name: facilityName(code) ?? code })

const coded = (code: string, nameOf: (code: string) => string | undefined): { code: string; text: string } | undefined =>
  code === '' ? undefined : { code, text: nameOf(code) ?? code }

const isSex = (text: string): text is PaperPatient['sex'] => text === '1' || text === '2' || text === '3'
const isReason = (text: string): text is ReferralContent['reason'] => text === '1' || text === '2' || text === '3'

/** Cards of a row; XML13 repeats numbers and ends of XML1, the rest comes from XML1's same card. */
function cards(row: Row, one: Row): InsuranceCard[] {
  const known = claimCards(one)
  const ends = get(row, 'GT_THE_DEN').split(';')
  const numbers = get(row, 'MA_THE_BHYT')
    .split(';')
    .map((n) => n.trim())
    .filter(Boolean)
  return numbers.map((number, i) => {
    const card = known.find((c) => c.number === number)
    return {
      number,
      validFrom: claimDateToFhir(card?.from ?? ''),
      validTo: claimDateToFhir((ends[i] ?? '').trim() || (card?.to ?? '')),
      registeredAt: filled(card?.registeredAt ?? ''),
    }
  })
}

/** The person of a paper from its row, completed from XML1 (`row` may be XML1 itself). */
export function paperPatient(row: Row, one: Row): PaperPatient {
  const pick = (column: string): string => get(row, column) || get(one, column)
  const sex = pick('GIOI_TINH')
  const paper = get(one, 'SO_CCCD')
  return {
    mrn: get(one, 'MA_BN'),
    name: pick('HO_TEN'),
    birthDate: claimBirthToFhir(pick('NGAY_SINH')) ?? '',
    sex: isSex(sex) ? sex : '3',
    address: pick('DIA_CHI'),
    ethnicity: coded(pick('MA_DANTOC'), ethnicName),
    nationality: coded(pick('MA_QUOCTICH'), nationalityName),
    occupation: coded(pick('MA_NGHE_NGHIEP'), occupationName),
    ...(isCccd(paper) ? { citizenId: paper } : { otherId: filled(paper) }),
    phone: filled(get(one, 'DIEN_THOAI')),
    cards: cards(get(row, 'MA_THE_BHYT') === '' ? one : row, one),
  }
}

function encounterOf(ctx: ClaimContext, row: Row): ReferralContent['encounter'] {
  const pick = (column: string): string => get(row, column) || get(ctx.one, column)
  const department = get(ctx.one, 'MA_KHOA').split(';').at(-1)?.trim() ?? ''
  return {
    id: ctx.maLk,
    admitted: claimTimeToFhir(pick('NGAY_VAO')) ?? '',
    inpatientSince: claimTimeToFhir(pick('NGAY_VAO_NOI_TRU')),
    ended: claimTimeToFhir(pick('NGAY_RA')),
    department: filled(departmentName(department) ?? department),
    dischargeKind: filled(pick('MA_LOAI_RV')),
  }
}

/** Rows of XML2 as a paper lists them: rows of one name, strength, dose and route are one line with the quantities added up. */
function medicineLines(rows: readonly Row[]): PaperMedicine[] {
  const lines = new Map<string, PaperMedicine & { total: number }>()
  for (const row of rows) {
    const line: PaperMedicine = {
      name: get(row, 'TEN_THUOC'),
      strength: filled(get(row, 'HAM_LUONG')),
      unit: filled(get(row, 'DON_VI_TINH')),
      dose: filled(get(row, 'LIEU_DUNG')),
      usage: filled(get(row, 'CACH_DUNG')),
      route: filled(routeName(get(row, 'DUONG_DUNG')) ?? get(row, 'DUONG_DUNG')),
    }
    const key = JSON.stringify(Object.values(line))
    const known = lines.get(key)
    const total = Number(get(row, 'SO_LUONG')) + (known?.total ?? 0)
    lines.set(key, { ...line, total })
  }
  return [...lines.values()].map(({ total, ...line }) => ({
    ...line,
    ...(total > 0 ? { quantity: String(Math.round(total * 1000) / 1000) } : {}),
  }))
}

const medicines = (ctx: ClaimContext): PaperMedicine[] => medicineLines(ctx.record.tables.XML2 ?? [])

function resultList(ctx: ClaimContext): PaperResult[] {
  const names = new Map((ctx.record.tables.XML3 ?? []).map((row) => [get(row, 'MA_DICH_VU'), get(row, 'TEN_DICH_VU')]))
  return (ctx.record.tables.XML4 ?? []).map((row) => {
    const service = filled(names.get(get(row, 'MA_DICH_VU')) ?? '')
    return {
      service,
      name: get(row, 'TEN_CHI_SO') || service || get(row, 'MA_CHI_SO') || get(row, 'MA_DICH_VU'),
      value: get(row, 'GIA_TRI') || get(row, 'MO_TA'),
      unit: filled(get(row, 'DON_VI_DO')),
      conclusion: filled(get(row, 'KET_LUAN')),
      at: claimTimeToFhir(get(row, 'NGAY_KQ')),
    }
  })
}

function procedures(ctx: ClaimContext): PaperProcedure[] {
  return (ctx.record.tables.XML3 ?? [])
    .filter((row) => ['8', '9', '18'].includes(get(row, 'MA_NHOM')))
    .map((row) => ({
      code: filled(get(row, 'MA_DICH_VU')),
      name: get(row, 'TEN_DICH_VU'),
      at: claimTimeToFhir(get(row, 'NGAY_TH_YL') || get(row, 'NGAY_YL')),
    }))
}

/** Facilities the patient came from: one code in 4750, several with ";" in 3176. */
const earlier = (codes: string): ReferralContent['earlier'] =>
  codes
    .split(';')
    .map((code) => code.trim())
    .filter(Boolean)
    .map((code) => ({ facility: facilityByCode(code) }))

/** Codes and words of the diagnosis: XML13 may leave them to XML1, which must hold the same. */
function diagnosed(row: Row, one: Row): Row {
  const from = get(row, 'MA_BENH_CHINH') === '' ? one : row
  return { ...from, CHAN_DOAN_RV: get(row, 'CHAN_DOAN_RV') || get(one, 'CHAN_DOAN_RV') }
}

const DAY_MINUTES = 24 * 60

/** Minutes of a claim time since some fixed day; NaN where it is none. */
const claimMinutes = (time: string): number => Date.parse(claimTimeToFhir(time) ?? '') / 60_000

/**
 * The claim file has no field for an emergency transfer. It says that the patient came as an emergency
 * (MA_DOITUONG_KCB 2, QĐ 3276/QĐ-BYT 2025); sent on within a day, and not on request (MA_LYDO_CT 3), it still is one.
 * The doctor may say otherwise before signing.
 */
function isEmergencyTransfer(one: Row, reason: string): boolean {
  if (get(one, 'MA_DOITUONG_KCB') !== '2' || reason === '3') return false
  const stayed = claimMinutes(get(one, 'NGAY_RA')) - claimMinutes(get(one, 'NGAY_VAO'))
  return stayed >= 0 && stayed <= DAY_MINUTES
}

/** One XML13 row as a referral, numbers of the HIS kept. */
export function referralFromXml13(ctx: ClaimContext, row: Row): ReferralContent {
  const reason = get(row, 'MA_LYDO_CT')
  const escort = get(row, 'HOTEN_NGUOI_HT')
  const stay = encounterOf(ctx, row)
  return {
    kind: 'referral',
    numbers: {
      slip: get(row, 'GIAY_CHUYEN_TUYEN'),
      file: filled(get(row, 'SO_HOSO')),
      register: filled(get(row, 'SO_CHUYENTUYEN')),
      source: 'his',
    },
    from: { code: ctx.facility.code, name: ctx.facility.name },
    to: facilityByCode(get(row, 'MA_CSKCB_DEN') || get(row, 'MA_NOI_DEN') || get(ctx.one, 'MA_NOI_DEN')),
    patient: paperPatient(row, ctx.one),
    encounter: stay,
    earlier: earlier(get(row, 'MA_CSKCB_DI') || get(row, 'MA_NOI_DI') || get(ctx.one, 'MA_NOI_DI')),
    signs: get(row, 'DAU_HIEU_LS'),
    history: get(row, 'QT_BENHLY'),
    results: get(row, 'TOMTAT_KQ'),
    diagnosisText: get(row, 'CHAN_DOAN_RV') || get(ctx.one, 'CHAN_DOAN_RV'),
    diagnoses: claimDiagnoses(diagnosed(row, ctx.one)),
    traditionalDiagnosis: filled(get(row, 'MA_BENH_YHCT')),
    treatment: {
      method: get(row, 'PP_DIEUTRI'),
      services: filled(get(row, 'TEN_DICH_VU')),
      medicines: filled(get(row, 'TEN_THUOC')),
      kind: filled(get(row, 'PP_DIEU_TRI')),
    },
    condition: filled(get(row, 'TINH_TRANG_CT')),
    reason: isReason(reason) ? reason : '1',
    direction: get(row, 'HUONG_DIEU_TRI'),
    departure: stay.ended ?? stay.admitted,
    oneYear: false,
    ...(isEmergencyTransfer(ctx.one, reason) ? { emergency: true } : {}),
    transport: filled(get(row, 'PHUONGTIEN_VC')),
    escort: escort === '' ? undefined : { name: escort, title: filled(get(row, 'CHUCDANH_NGUOI_HT')) },
    doctor: { licence: get(row, 'MA_BAC_SI') },
    authorised: { licence: get(row, 'MA_TTDV') },
    medicines: medicines(ctx),
    resultList: resultList(ctx),
    procedures: procedures(ctx),
    allergies: [],
  }
}

/** XML8 with XML7 beside it as a record summary; null without XML8, which holds the course. */
function summary(ctx: ClaimContext): SummaryContent | null {
  const row = ctx.record.tables.XML8?.[0]
  if (!row) return null
  const leave = ctx.record.tables.XML7?.[0]
  const stay = encounterOf(ctx, row)
  return {
    kind: 'summary',
    number: get(leave, 'SO_LUU_TRU') || get(ctx.one, 'MA_HSBA') || ctx.maLk,
    from: { code: ctx.facility.code, name: ctx.facility.name },
    patient: { ...paperPatient(ctx.one, ctx.one), workplace: filled(get(row, 'DON_VI')) },
    encounter: {
      ...stay,
      department:
        leave && get(leave, 'MA_KHOA_RV') !== '' ? (departmentName(get(leave, 'MA_KHOA_RV')) ?? get(leave, 'MA_KHOA_RV')) : stay.department,
      dischargeKind: filled(get(ctx.one, 'MA_LOAI_RV')),
    },
    admissionDiagnosis: filled(get(row, 'CHAN_DOAN_VAO')),
    diagnosisText: get(row, 'CHAN_DOAN_RV'),
    diagnoses: claimDiagnoses(ctx.one),
    history: get(row, 'QT_BENHLY'),
    results: get(row, 'TOMTAT_KQ'),
    treatment: get(row, 'PP_DIEUTRI'),
    outcome: filled(get(row, 'KET_QUA_DTRI')),
    note: filled(get(row, 'GHI_CHU')),
    medicines: medicines(ctx),
    resultList: resultList(ctx),
    procedures: procedures(ctx),
    allergies: [],
    authorised: { licence: get(row, 'MA_TTDV') },
    issuedOn: claimDateToFhir(get(row, 'NGAY_CT')) ?? stay.ended ?? '',
  }
}

/** Papers the record carries, ready to be signed. */
export function claimPapers(ctx: ClaimContext): PaperContent[] {
  const referrals = (ctx.record.tables.XML13 ?? []).map((row) => referralFromXml13(ctx, row))
  const found = summary(ctx)
  return found ? [...referrals, found] : referrals
}
