/** The demo province: which sites it has, on which ports, who works there. All persons are invented. */

import type { SigningForm } from '@yba/vietnam'
import type { Role } from '../access/permissions.ts'
import type { GivenSettings } from '../settings.ts'

export interface DemoUser {
  login: string
  name: string
  role: Role
  departments: string[]
  /** Practising licence; the claim files of the demo hospital's own system carry the same. */
  licence?: string
  title?: string
  /** Has a signing key issued by the demo authority. */
  signs?: boolean
  /** What the register of signing authority says of the person from the start of the year of founding. */
  authority?: { form: SigningForm; decision: string; head?: string; title: string; years?: number }
}

export interface DemoSite {
  name: string
  role: 'facility' | 'hub'
  facility: GivenSettings['facility']
  /** Added to the base port. */
  port: number
  users: DemoUser[]
}

/** One password for all demo accounts; a production site refuses it, as it refuses demo keys. */
export const DEMO_PASSWORD = 'yba-demo-2026'

export const POSTGRES_PORT = 9

/** OCSP, revocation list and timestamps of the demo authority. */
export const AUTHORITY_PORT = 5

const doctor = (login: string, name: string, licence: string, departments: string[]): DemoUser => ({
  login,
  name,
  role: 'doctor',
  departments,
  licence,
  title: 'Bác sĩ',
  signs: true,
})

const signer = (login: string, name: string, licence: string, title: string, authority: DemoUser['authority']): DemoUser => ({
  login,
  name,
  role: 'signer',
  departments: [],
  licence,
  title,
  signs: true,
  ...(authority ? { authority } : {}),
})

/** The desk people every facility has. */
function desks(reception: string, desk: string, auditor: string, administrator: string): DemoUser[] {
  return [
    { login: 'tiepdon', name: reception, role: 'reception', departments: ['K01'], title: 'Nhân viên tiếp đón' },
    { login: 'chuyenvien', name: desk, role: 'referral-desk', departments: [], title: 'Chuyên viên phòng Kế hoạch tổng hợp' },
    { login: 'kiemsoat', name: auditor, role: 'auditor', departments: [], title: 'Cán bộ kiểm soát truy cập' },
    { login: 'quantri', name: administrator, role: 'administrator', departments: [], title: 'Quản trị hệ thống' },
  ]
}

export const DEMO_SITES: readonly DemoSite[] = [
  {
    name: 'hub',
    role: 'hub',
    // The hub is run by the health department; it has no facility code of its own.
    facility: { code: '24000', name: 'Trục liên thông y tế tỉnh', managingBody: 'Sở Y tế' },
    port: 1,
    users: [
      { login: 'vanhanh', name: 'Đinh Quốc Liên', role: 'hub-operator', departments: [], title: 'Cán bộ vận hành trục' },
      { login: 'soyte', name: 'Trịnh Thị Tổng', role: 'health-department', departments: [], title: 'Chuyên viên Sở Y tế' },
      { login: 'kiemsoat', name: 'Lý Thu Vết', role: 'auditor', departments: [], title: 'Cán bộ kiểm soát truy cập' },
      { login: 'quantri', name: 'Mai Văn Trụ', role: 'administrator', departments: [], title: 'Quản trị hệ thống' },
    ],
  },
  {
    name: 'bac-giang',
    role: 'facility',
    facility: { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang', managingBody: 'Sở Y tế Bắc Ninh' },
    port: 2,
    users: [
      doctor('bs.an', 'Nguyễn Bình An', '000001/BG-CCHN', ['K01', 'K03']),
      doctor('bs.yen', 'Lê Hải Yến', '000002/BG-CCHN', ['K03']),
      signer('gd.truong', 'Trần Văn Trường', '000003/BG-CCHN', 'Phó giám đốc chuyên môn', {
        form: 'KT',
        decision: '15/QĐ-BV',
        title: 'Phó Giám đốc',
      }),
      ...desks('Vũ Thị Đón', 'Hoàng Minh Chuyển', 'Phạm Thị Soát', 'Đỗ Văn Trị'),
    ],
  },
  {
    name: 'luc-nam',
    role: 'facility',
    facility: { code: '24998', name: 'Trung tâm Y tế Lục Nam', managingBody: 'Sở Y tế Bắc Ninh' },
    port: 3,
    users: [
      doctor('bs.nam', 'Giáp Văn Nam', '000011/BG-CCHN', ['K01', 'K03']),
      signer('gd.luc', 'Thân Thị Lục', '000012/BG-CCHN', 'Giám đốc', { form: 'head', decision: '208/QĐ-SYT', title: 'Giám đốc' }),
      ...desks('Nông Thị Mến', 'Chu Văn Tuyến', 'Hà Thị Xét', 'Lương Văn Máy'),
    ],
  },
  {
    name: 'bach-mai',
    role: 'facility',
    facility: { code: '01929', name: 'Bệnh viện Bạch Mai', managingBody: 'Bộ Y tế' },
    port: 4,
    users: [
      doctor('bs.mai', 'Đặng Ngọc Mai', '000021/HNO-CCHN', ['K02', 'K03', 'K48']),
      doctor('bs.son', 'Bùi Thái Sơn', '000022/HNO-CCHN', ['K02']),
      signer('gd.bach', 'Ngô Xuân Bách', '000023/HNO-CCHN', 'Trưởng phòng Kế hoạch tổng hợp', {
        form: 'TUQ',
        decision: '34/UQ-BM',
        title: 'Trưởng phòng Kế hoạch tổng hợp',
        years: 1,
      }),
      ...desks('Tạ Thị Mời', 'Phan Thu Nhận', 'Dương Văn Kiểm', 'Cao Thị Mạng'),
    ],
  },
]

/** Stable id of a demo user, so that seeding twice makes nobody twice and signing keys find their person. */
export function demoUserId(site: string, login: string): string {
  return `${site}-${login}`.replaceAll('.', '-')
}

/** Role names for people. */
export const ROLE_NAMES: Partial<Record<Role, { vi: string; en: string }>> = {
  reception: { vi: 'Tiếp đón', en: 'Reception' },
  doctor: { vi: 'Bác sĩ', en: 'Doctor' },
  signer: { vi: 'Người ký được ủy quyền', en: 'Authorised signer' },
  'referral-desk': { vi: 'Bộ phận chuyển tuyến, văn thư', en: 'Referral desk' },
  auditor: { vi: 'Kiểm soát truy cập', en: 'Auditor' },
  administrator: { vi: 'Quản trị', en: 'Administrator' },
  'hub-operator': { vi: 'Vận hành trục', en: 'Hub operator' },
  'health-department': { vi: 'Sở Y tế', en: 'Health department' },
}
