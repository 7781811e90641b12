/**
 * What the papers say, apart from how they are carried (XML13, FHIR document, PDF, screen form).
 * One shape per paper; every field is text as it will be printed, or a coded value with its text.
 */

/** A facility as it stands on a paper: code of QĐ 384/2019 (5 characters) and name on that day. */
export interface FacilityRef {
  code: string
  name: string
}

/** FHIR dateTime with zone `+07:00`, or a partial date (`2026`, `2026-08`, `2026-08-05`). */
export type FhirDateTime = string

export interface InsuranceCard {
  number: string
  validFrom?: string
  validTo?: string
  /** MA_DKBD: facility of first registration. */
  registeredAt?: string
}

/** The person on the paper. */
export interface PaperPatient {
  /** MA_BN of the issuing facility. */
  mrn: string
  name: string
  /** FHIR date, partial allowed (`1958`). */
  birthDate: string
  /** 1 male, 2 female, 3 undetermined (BHYT coding). */
  sex: '1' | '2' | '3'
  address: string
  ethnicity?: { code: string; text: string }
  nationality?: { code: string; text: string }
  occupation?: { code: string; text: string }
  workplace?: string
  /** 12 digits; other papers of identity go to `otherId`. */
  citizenId?: string
  otherId?: string
  phone?: string
  cards: InsuranceCard[]
}

export interface PaperDiagnosis {
  code: string
  text: string
  /** 1 = main diagnosis. */
  rank: number
}

export interface PaperMedicine {
  name: string
  strength?: string
  quantity?: string
  unit?: string
  dose?: string
  usage?: string
  route?: string
}

export interface PaperResult {
  service?: string
  name: string
  value: string
  unit?: string
  conclusion?: string
  at?: FhirDateTime
}

export interface PaperProcedure {
  code?: string
  name: string
  at?: FhirDateTime
}

/** A person who signs: licence (CCHN) or the code the HIS writes in MA_TTDV, and the name when known. */
export interface PaperSigner {
  licence: string
  name?: string
  /** Line above the name: "GIÁM ĐỐC", "KT. GIÁM ĐỐC", "TL. GIÁM ĐỐC". */
  title?: string
}

/** Phiếu chuyển cơ sở KBCB, TT 01/2025 Annex VI; carrier XML13. */
export interface ReferralContent {
  kind: 'referral'
  numbers: {
    /** GIAY_CHUYEN_TUYEN: the slip number, reserved before the first signature. */
    slip: string
    /** SO_HOSO */
    file?: string
    /** SO_CHUYENTUYEN: entry in the register. */
    register?: string
    /** Who gave the number: the hospital's own HIS or our series. */
    source: 'his' | 'series'
  }
  managingBody?: string
  from: FacilityRef
  to: FacilityRef
  patient: PaperPatient
  encounter: {
    id: string
    admitted: FhirDateTime
    inpatientSince?: FhirDateTime
    ended?: FhirDateTime
    department?: string
    dischargeKind?: string
  }
  /** Earlier facilities of this illness (form item 4), the issuing one excluded. */
  earlier: { facility: FacilityRef; level?: string; from?: FhirDateTime; to?: FhirDateTime }[]
  signs: string
  history: string
  results: string
  diagnosisText: string
  diagnoses: PaperDiagnosis[]
  traditionalDiagnosis?: string
  /** Methods, procedures, techniques and medicines used, as text (PP_DIEUTRI, TEN_DICH_VU, TEN_THUOC, PP_DIEU_TRI). */
  treatment: { method: string; services?: string; medicines?: string; kind?: string }
  /** Tình trạng lúc chuyển; XML13 of 3176 only. */
  condition?: string
  /** MA_LYDO_CT: 1 = meets the rules (1a), 2 = beyond capacity (1b), 3 = on request (2). */
  reason: '1' | '2' | '3'
  direction: string
  departure: FhirDateTime
  oneYear: boolean
  /** Chuyển cấp cứu: the receiver is told before everybody else. */
  emergency?: boolean
  /** The slip with which the patient had come here: this one sends them back, or on. */
  basedOn?: { issuer: FacilityRef; number: string }
  transport?: string
  escort?: { name: string; title?: string }
  doctor: PaperSigner
  authorised: PaperSigner
  /** Structured facts of the stay that travel with the paper. */
  medicines: PaperMedicine[]
  resultList: PaperResult[]
  procedures: PaperProcedure[]
  /** Empty list = nothing recorded (absence is coded in the document). */
  allergies: { substance: string; reaction?: string }[]
}

/** Tóm tắt hồ sơ bệnh án, TT 25/2025 form 03; carriers XML7 and XML8. The sender's shared record. */
export interface SummaryContent {
  kind: 'summary'
  number: string
  from: FacilityRef
  managingBody?: string
  patient: PaperPatient
  encounter: ReferralContent['encounter']
  admissionDiagnosis?: string
  diagnosisText: string
  diagnoses: PaperDiagnosis[]
  history: string
  results: string
  treatment: string
  /** KET_QUA_DTRI 1 to 8. */
  outcome?: string
  note?: string
  medicines: PaperMedicine[]
  resultList: PaperResult[]
  procedures: PaperProcedure[]
  allergies: ReferralContent['allergies']
  authorised: PaperSigner
  issuedOn: FhirDateTime
}

/** Phiếu phản hồi: the receiver's answer to a referral (own form, no ministry form in force). */
export interface OutcomeContent {
  kind: 'outcome'
  number: string
  from: FacilityRef
  to: FacilityRef
  managingBody?: string
  /** The slip it answers. */
  answers: { issuer: FacilityRef; number: string; digest: string }
  patient: PaperPatient
  arrived: FhirDateTime
  ended?: FhirDateTime
  department?: string
  diagnosisText: string
  diagnoses: PaperDiagnosis[]
  course: string
  results: string
  treatment: string
  /** Condition at the end: KET_QUA_DTRI code. */
  outcome: string
  /** Further plan: what the sending facility is asked to continue. */
  plan: string
  medicines: PaperMedicine[]
  doctor: PaperSigner
  authorised?: PaperSigner
  issuedOn: FhirDateTime
  /** The record of the facility's own HIS it was composed from, by nobody's hand; absent: a doctor wrote it. */
  source?: PaperSource
  /** Why this version takes the one before back and says nothing in its place: it was composed from a mistaken record. */
  withdrawn?: string
}

/** One sending of one record of a HIS: which tables speak in the paper, and the sha-256 of what was sent. */
export interface PaperSource {
  /** MA_LK */
  record: string
  /** `XML7, XML8` */
  tables: string
  digest: string
}

export type PaperContent = ReferralContent | SummaryContent | OutcomeContent
export type PaperKind = PaperContent['kind']

/** Roles that sign, per paper, in order. `seal` is the facility's own signature. */
export type SigningRole = 'doctor' | 'authorised' | 'seal'

/** Who must sign (TT 01/2025 Đ12, TT 06/2026 Đ5.2; TT 25/2025 form 03). */
export const REQUIRED_SIGNATURES: Record<PaperKind, readonly SigningRole[]> = {
  referral: ['doctor', 'authorised', 'seal'],
  summary: ['seal'],
  outcome: ['doctor', 'seal'],
}

/**
 * Who must sign this very paper. One composed from the HIS's record bears the facility's seal alone: its doctor signed the
 * discharge paper there, and nobody here has read it before it goes.
 */
export const requiredSignatures = (kind: PaperKind, source: unknown): readonly SigningRole[] =>
  source === undefined ? REQUIRED_SIGNATURES[kind] : ['seal']
