/**
 * The official lists this country codes with: which code system each is, who issued it and from when to when it holds.
 * The lists themselves are imported (`yba catalogue import`); none of them lies in this repository.
 */
import { codeSystemUrl, SYSTEM } from '@yba/fhir'

export interface CatalogueFacts {
  system: string
  /** The decision that issued it, or the day of the list where no decision did. */
  version: string
  title: string
  titleEn: string
  /** First and last day, both included. */
  from: string
  until?: string
  publisher: string
  /** What who uses the list must be told. */
  copyright?: string
  /** The list leaves codes of its system out. */
  fragment?: true
}

const MINISTRY = 'Bộ Y tế'
const STATISTICS = 'Cục Thống kê'

/** NQ 202/2025/QH15 and QĐ 19/2025/QĐ-TTg: 34 provinces, no districts, 3,321 communes from this day. */
const REFORM = '2025-07-01'
const LAST_DAY_OF_DISTRICTS = '2025-06-30'

const newUnits = 'MIT License, Copyright (c) thanglequoc/vietnamese-provinces-database'

export const CATALOGUES = {
  icd10: {
    system: SYSTEM.icd10,
    version: 'QĐ 4469/QĐ-BYT',
    title: 'ICD-10 (QĐ 4469/QĐ-BYT ngày 28/10/2020)',
    titleEn: 'ICD-10, Vietnamese (QĐ 4469/QĐ-BYT of 28/10/2020)',
    // For encounters that end from 01/07/2026 on, TT 06/2026/TT-BYT holds.
    from: '2020-10-28',
    until: '2026-06-30',
    publisher: MINISTRY,
  },
  icd9cm: {
    system: 'http://hl7.org/fhir/sid/icd-9-cm',
    version: 'QĐ 4440/QĐ-BYT',
    title: 'ICD-9-CM tập 3, phần có mã tương đương (QĐ 4440/QĐ-BYT ngày 27/10/2020)',
    titleEn: 'ICD-9-CM volume 3, the codes services are mapped to (QĐ 4440/QĐ-BYT of 27/10/2020)',
    from: '2020-10-27',
    publisher: MINISTRY,
    fragment: true,
  },
  services: {
    system: codeSystemUrl('ma-dich-vu'),
    version: 'QĐ 4440/QĐ-BYT',
    title: 'Dịch vụ kỹ thuật, mã tương đương (QĐ 4440/QĐ-BYT ngày 27/10/2020)',
    titleEn: 'Technical services (QĐ 4440/QĐ-BYT of 27/10/2020)',
    from: '2020-10-27',
    publisher: MINISTRY,
    fragment: true,
  },
  'communes-2024': {
    system: codeSystemUrl('address-commune'),
    version: '2024-06-11',
    title: 'Xã, phường, thị trấn (danh mục ngày 11/06/2024)',
    titleEn: 'Communes (list of 11/06/2024)',
    from: '2024-06-11',
    until: LAST_DAY_OF_DISTRICTS,
    publisher: STATISTICS,
  },
  'districts-2024': {
    system: codeSystemUrl('address-district'),
    version: '2024-06-11',
    title: 'Quận, huyện, thị xã (danh mục ngày 11/06/2024)',
    titleEn: 'Districts (list of 11/06/2024)',
    from: '2024-06-11',
    until: LAST_DAY_OF_DISTRICTS,
    publisher: STATISTICS,
  },
  'provinces-2024': {
    system: codeSystemUrl('address-province'),
    version: '2024-06-11',
    title: 'Tỉnh, thành phố (danh mục ngày 11/06/2024)',
    titleEn: 'Provinces (list of 11/06/2024)',
    from: '2024-06-11',
    until: LAST_DAY_OF_DISTRICTS,
    publisher: STATISTICS,
  },
  communes: {
    system: codeSystemUrl('address-commune'),
    version: '2026-07-25',
    title: 'Xã, phường, đặc khu (từ 01/07/2025)',
    titleEn: 'Communes (from 01/07/2025)',
    from: REFORM,
    publisher: STATISTICS,
    copyright: newUnits,
  },
  provinces: {
    system: codeSystemUrl('address-province'),
    version: '2026-07-25',
    title: 'Tỉnh, thành phố (từ 01/07/2025)',
    titleEn: 'Provinces (from 01/07/2025)',
    from: REFORM,
    publisher: STATISTICS,
    copyright: newUnits,
  },
  departments: {
    system: codeSystemUrl('ma-khoa'),
    version: 'QĐ 5937/QĐ-BYT',
    title: 'Mã khoa (phụ lục 5 QĐ 5937/QĐ-BYT ngày 30/12/2021)',
    titleEn: 'Departments (QĐ 5937/QĐ-BYT of 30/12/2021, annex 5)',
    from: '2021-12-30',
    publisher: MINISTRY,
    fragment: true,
  },
  occupations: {
    system: codeSystemUrl('ma-nghe-nghiep'),
    version: 'QĐ 34/2020/QĐ-TTg',
    title: 'Nghề nghiệp, cấp 2 (QĐ 34/2020/QĐ-TTg)',
    titleEn: 'Occupations, level 2 (QĐ 34/2020/QĐ-TTg)',
    from: '2021-01-15',
    publisher: 'Thủ tướng Chính phủ',
    fragment: true,
  },
  'occupations-4069': {
    system: codeSystemUrl('nghe-nghiep-4069'),
    version: 'QĐ 4069/2001/QĐ-BYT',
    title: 'Nghề nghiệp trên hồ sơ bệnh án giấy (QĐ 4069/2001/QĐ-BYT)',
    titleEn: 'Occupations of the paper medical record (QĐ 4069/2001/QĐ-BYT)',
    from: '2001-09-28',
    publisher: MINISTRY,
  },
  ethnic: {
    system: codeSystemUrl('ma-dantoc'),
    version: 'QĐ 121-TCTK/PPCĐ',
    title: 'Dân tộc (QĐ 121-TCTK/PPCĐ ngày 02/03/1979)',
    titleEn: 'Ethnic groups (QĐ 121-TCTK/PPCĐ of 02/03/1979)',
    from: '1979-03-02',
    publisher: STATISTICS,
  },
} as const satisfies Record<string, CatalogueFacts>

export type CatalogueName = keyof typeof CATALOGUES

/** The notice that the data of `vn-ward-old-to-new` asks for (VietMap Administrative Data License, section 2). */
export const COMMUNE_MAP_NOTICE = 'Administrative data provided by VietMap (VietMap Administrative Data License)'
