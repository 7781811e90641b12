/**
 * The one canonical base for our profiles, code systems and identifier systems. Chosen once (ADR 0001): it lives
 * inside signed documents for thirty years, so it is a permanent identifier and never a setting.
 */
export const CANONICAL = 'https://w3id.org/yba'

/** Identifier systems of the draft VN Core guide, emitted as they are (spec fhir-vietnam 6.2). */
const VN_CORE_SID = 'http://fhir.hl7.org.vn/core/sid'

/** Identifier systems that carry one value for the whole country. */
export const SYSTEM = {
  /** Personal id number (số định danh cá nhân, CCCD), 12 digits. */
  cccd: `${VN_CORE_SID}/cccd`,
  /** Old identity card, 9 digits. */
  cmnd: `${VN_CORE_SID}/cmnd`,
  passport: `${VN_CORE_SID}/passport`,
  /** Health insurance number: 15 characters, 10 digits or 12 digits. */
  bhyt: `${VN_CORE_SID}/bhyt`,
  /** Facility code (mã CSKCB), `^\d{2}[0-9A-Z]{3}$`. */
  facility: `${VN_CORE_SID}/ma-cskcb`,
  /** Practitioner licence (số CCHN / GPHN). */
  licence: `${VN_CORE_SID}/cchn`,
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
} as const

/** Identifier systems that are unique only inside one facility. */
export const facilitySystem = {
  /** Patient number (MA_BN). */
  mrn: (facility: string): string => `${CANONICAL}/sid/mrn/${facility}`,
  /** Encounter (MA_LK). */
  encounter: (facility: string): string => `${CANONICAL}/sid/ma-lk/${facility}`,
  /** Referral slip number (số giấy chuyển tuyến). */
  referral: (facility: string): string => `${CANONICAL}/sid/phieu-chuyen/${facility}`,
  /** The slip's number as it is found by, whichever way it was typed. */
  referralKey: (facility: string): string => `${CANONICAL}/sid/phieu-chuyen-khoa/${facility}`,
  /** Any other document number. */
  document: (facility: string): string => `${CANONICAL}/sid/van-ban/${facility}`,
}

/** URL of one of our extensions, code systems or profiles. */
export const extensionUrl = (name: string): string => `${CANONICAL}/StructureDefinition/${name}`
export const codeSystemUrl = (name: string): string => `${CANONICAL}/CodeSystem/${name}`
