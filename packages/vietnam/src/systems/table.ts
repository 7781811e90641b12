/**
 * Every identifier system we write, what others write in its place, and the form of its numbers: one table (spec
 * fhir-vietnam 6.2). When an official guide appears, its addresses become lines here. The FSH aliases and the rules on
 * identifiers of our profiles are made from it.
 */
import { CANONICAL, facilitySystem, SYSTEM } from '@yba/fhir'

export interface IdentifierSystem {
  /** Also its alias in FSH: `$cccd`. */
  key: string
  /** What we write; of a system per facility what stands before the facility's code. */
  emit: string
  perFacility?: true
  /** What others write for the same numbers. */
  accept: readonly string[]
  /** The form of the numbers, as a pattern that JavaScript and FHIRPath read alike, and what it says. */
  form?: { pattern: string; vi: string; en: string; severity: 'error' | 'warning' }
  name: { vi: string; en: string }
}

/** The draft guide that was published in the name of the Ministry's department of information technology. */
const EHEALTH = 'http://fhir.ehealth.gov.vn/core/sid'

/** The case reporting project of OpenHIE; one of its files misspells the scheme. */
const BASESPECS = 'https://basespecs.vn/NamingSystem'

const perFacility = (key: string, system: (facility: string) => string, vi: string, en: string): IdentifierSystem => ({
  key,
  emit: system(''),
  perFacility: true,
  accept: [],
  name: { vi, en },
})

export const IDENTIFIER_SYSTEMS: readonly IdentifierSystem[] = [
  {
    key: 'cccd',
    emit: SYSTEM.cccd,
    accept: [`${EHEALTH}/national_id`, `${BASESPECS}/NationalID`],
    // NĐ 102/2025 Art. 6: no check digit is published, so the length is all that can be asked.
    form: {
      pattern: '^[0-9]{12}$',
      vi: 'Số định danh cá nhân gồm đúng 12 chữ số.',
      en: 'A personal id number has exactly 12 digits.',
      severity: 'error',
    },
    name: { vi: 'Số định danh cá nhân (CCCD)', en: 'Personal id number' },
  },
  {
    key: 'cmnd',
    emit: SYSTEM.cmnd,
    accept: [`${EHEALTH}/citizen_id`, `${BASESPECS}/NationalID9`, `h${BASESPECS}/NationalID9`],
    form: {
      pattern: '^[0-9]{9}$',
      vi: 'Số chứng minh nhân dân gồm đúng 9 chữ số.',
      en: 'An old identity card number has exactly 9 digits.',
      severity: 'error',
    },
    name: { vi: 'Chứng minh nhân dân 9 số', en: 'Old identity card' },
  },
  {
    key: 'passport',
    emit: SYSTEM.passport,
    accept: [`${EHEALTH}/passport_number`],
    form: {
      pattern: '^[A-Z0-9]{6,12}$',
      vi: 'Số hộ chiếu thường gồm 6 đến 12 chữ in hoa và chữ số.',
      en: 'A passport number mostly has 6 to 12 capitals and digits.',
      severity: 'warning',
    },
    name: { vi: 'Hộ chiếu', en: 'Passport' },
  },
  {
    key: 'bhyt',
    emit: SYSTEM.bhyt,
    accept: [`${EHEALTH}/insurance_number`, `${BASESPECS}/InsuranceNumbers`],
    // NĐ 188/2025: three forms at once. A card that was copied wrongly must not keep its patient out.
    form: {
      pattern: '^([A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12})$',
      vi: 'Số thẻ BHYT là 15 ký tự của thẻ, 10 chữ số mã BHXH hoặc 12 chữ số định danh.',
      en: 'An insurance number is a card of 15 characters, 10 digits of social insurance or 12 of the personal id.',
      severity: 'warning',
    },
    name: { vi: 'Thẻ bảo hiểm y tế', en: 'Health insurance number' },
  },
  {
    key: 'facility',
    emit: SYSTEM.facility,
    accept: [`${EHEALTH}/provider-code`],
    form: {
      pattern: '^[0-9]{2}[0-9A-Z]{3}$',
      vi: 'Mã cơ sở khám bệnh, chữa bệnh gồm 2 chữ số của tỉnh và 3 ký tự.',
      en: 'A facility code has two digits of the province and three characters.',
      severity: 'error',
    },
    name: { vi: 'Mã cơ sở khám bệnh, chữa bệnh', en: 'Facility code' },
  },
  {
    key: 'licence',
    emit: SYSTEM.licence,
    accept: [],
    name: { vi: 'Chứng chỉ, giấy phép hành nghề', en: 'Practitioner licence' },
  },
  {
    key: 'prescription',
    emit: `${CANONICAL}/sid/ma-don-thuoc`,
    accept: [],
    // TT 26/2025: facility, seven random characters, kind of prescription.
    form: {
      pattern: '^[0-9]{2}[0-9A-Z]{3}[0-9a-z]{7}-[NHC]$',
      vi: 'Mã đơn thuốc gồm mã cơ sở, 7 ký tự và -N, -H hoặc -C.',
      en: 'A prescription code is the facility code, 7 characters and -N, -H or -C.',
      severity: 'error',
    },
    name: { vi: 'Mã đơn thuốc điện tử', en: 'Electronic prescription code' },
  },
  perFacility('mrn', facilitySystem.mrn, 'Mã người bệnh tại cơ sở', 'Patient number of a facility'),
  perFacility('encounter', facilitySystem.encounter, 'Mã lần khám, điều trị (MA_LK)', 'Encounter number of a facility'),
  perFacility('referral', facilitySystem.referral, 'Số phiếu chuyển cơ sở', 'Referral slip number'),
  perFacility('referral-key', facilitySystem.referralKey, 'Số phiếu chuyển để tìm', 'Referral slip number as it is found by'),
  perFacility('document', facilitySystem.document, 'Số giấy tờ khác', 'Number of any other paper'),
]

const EMITTED = new Map(IDENTIFIER_SYSTEMS.flatMap((row) => row.accept.map((alias) => [alias, row.emit] as const)))

/** The system under which we keep numbers of this one; itself when it is no known alias. */
export const emittedSystem = (system: string): string => EMITTED.get(system) ?? system
