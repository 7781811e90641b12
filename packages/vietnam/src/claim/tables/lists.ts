/** Closed code lists and named patterns of the claim tables (QĐ 130 as amended by QĐ 4750, QĐ 3176). */

import { PROGRAMME_LISTS } from '../../codes/programmes.ts'
import { COST_GROUP, ENCOUNTER_KIND, ENTITLEMENT } from '../../codes/tables.ts'

const upTo = (from: number, to: number): Set<string> => new Set(Array.from({ length: to - from + 1 }, (_, i) => String(from + i)))

/** Lists written into the decision itself: another value is an error. */
export const CLOSED_LISTS: Readonly<Record<string, ReadonlySet<string>>> = {
  GIOI_TINH: upTo(1, 3),
  KET_QUA_DTRI: upTo(1, 8),
  MA_LOAI_RV: upTo(1, 5),
  MA_LYDO_CT: upTo(1, 3),
  PHAM_VI: upTo(1, 3),
  MA_PTTT: upTo(1, 3),
  NGUON_CTRA: upTo(1, 4),
  PP_VO_CAM: upTo(1, 4),
  MA_KHUVUC: new Set(['K1', 'K2', 'K3']),
  FLAG01: upTo(0, 1),
  FLAG1: upTo(1, 1),
  ...Object.fromEntries(Object.entries(PROGRAMME_LISTS).map(([name, codes]) => [name, new Set(Object.keys(codes))])),
}

/** Entitlement codes of QĐ 824/2023, still right for encounters before QĐ 3276/2025. */
const ENTITLEMENT_824 = ['1.8', '1.9', '1.10', '3.4', '3.5', '3.7', '7.1']

/** Catalogues that change by decree: an unknown value is a warning, because the list may be newer than ours. */
export const DATED_LISTS: Readonly<Record<string, ReadonlySet<string>>> = {
  MA_NHOM: new Set(Object.keys(COST_GROUP)),
  MA_LOAI_KCB: new Set(Object.keys(ENCOUNTER_KIND)),
  // QĐ 4750 leaves the regimens of XML6 to the ministry's catalogue; these are QĐ 130's.
  PHACDO_DTRI_LAO_6: upTo(1, 12),
  MA_DOITUONG_KCB: new Set([...Object.keys(ENTITLEMENT), ...ENTITLEMENT_824]),
}

export interface NamedPattern {
  test: RegExp
  vi: string
  en: string
}

/** Patterns the portal checks, by the name used in the table files, with the words that say them. */
export const PATTERNS: Readonly<Record<string, NamedPattern>> = {
  facility: {
    test: /^\d{2}[0-9A-Z]{3}$/,
    vi: 'mã cơ sở gồm 5 ký tự (2 số và 3 số hoặc chữ)',
    en: 'a facility code has 5 characters (2 digits, 3 digits or letters)',
  },
  facilities: {
    test: /^\d{2}[0-9A-Z]{3}(;\d{2}[0-9A-Z]{3})*$/,
    vi: 'các mã cơ sở 5 ký tự, cách nhau bằng dấu ";"',
    en: 'facility codes of 5 characters, separated by ";"',
  },
  paper: {
    test: /^(\d{9}|\d{12}|[A-Z]\d{7})$/,
    vi: 'CCCD 12 số, CMND 9 số, hoặc hộ chiếu gồm 1 chữ và 7 số',
    en: '12 digits, 9 digits, or a passport of 1 letter and 7 digits',
  },
  card: { test: /^[A-Z]{2}\d{13}$/, vi: 'thẻ BHYT gồm 2 chữ và 13 số', en: 'a card has 2 letters and 13 digits' },
  cards: {
    test: /^[A-Z]{2}\d{13}(;[A-Z]{2}\d{13})*$/,
    vi: 'mỗi thẻ BHYT gồm 2 chữ và 13 số, cách nhau bằng dấu ";"',
    en: 'each card has 2 letters and 13 digits, separated by ";"',
  },
  bhxh: { test: /^(?!0{10})\d{10}$/, vi: 'mã số BHXH gồm 10 số', en: 'a social-insurance number has 10 digits' },
  bed: { test: /^[HTCK]\d{3}(;[HTCK]\d{3})*$/, vi: 'mã giường gồm H, T, C hoặc K và 3 số', en: 'a bed code is H, T, C or K and 3 digits' },
  area: { test: /^K[123]$/, vi: 'K1, K2 hoặc K3', en: 'K1, K2 or K3' },
  package: { test: /^G[1-9]\d{0,2}$/, vi: 'G1 đến G999', en: 'G1 to G999' },
  ct07: { test: /^CT07$/, vi: 'CT07', en: 'CT07' },
}
