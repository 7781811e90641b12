/** An invented person. Citizen ids start with 000, a prefix no province has. */

import { random } from './random.ts'

export interface Person {
  name: string
  /** BHYT coding: 1 male, 2 female. */
  sex: '1' | '2'
  /** yyyy-mm-dd, or yyyy when only the year is known. */
  birthDate: string
  citizenId: string
  card: { number: string; registeredAt: string; from: string; to: string }
  address: string
  province: string
  commune: string
  ethnicity: string
  occupation: string
  phone: string
  weight: string
}

const FAMILY = [
  ['NGUYỄN', 384],
  ['TRẦN', 121],
  ['LÊ', 95],
  ['PHẠM', 70],
  ['HOÀNG', 51],
  ['VŨ', 39],
  ['PHAN', 28],
  ['BÙI', 26],
  ['ĐỖ', 24],
  ['ĐẶNG', 21],
  ['NGÔ', 13],
  ['DƯƠNG', 11],
  ['LÝ', 9],
  ['THÂN', 8],
  ['GIÁP', 7],
  ['VI', 7],
  ['NÔNG', 6],
  ['LƯƠNG', 6],
  ['HÀ', 6],
] as const
const MIDDLE = {
  1: ['VĂN', 'VĂN', 'VĂN', 'ĐỨC', 'QUỐC', 'MINH', 'HỮU', 'XUÂN', 'CÔNG', 'TRỌNG', 'NGỌC'],
  2: ['THỊ', 'THỊ', 'THỊ', 'THỊ', 'THU', 'NGỌC', 'MINH', 'HỒNG', 'THANH', 'BÍCH', 'KIM'],
} as const
const GIVEN = {
  1: [
    'HÙNG',
    'DŨNG',
    'TUẤN',
    'CƯỜNG',
    'THẮNG',
    'HOÀ',
    'BÌNH',
    'SƠN',
    'TOÀN',
    'QUANG',
    'HẢI',
    'LONG',
    'ĐẠT',
    'KHÁNH',
    'THÀNH',
    'NAM',
    'HƯNG',
    'PHÚC',
    'VINH',
    'ĐOÀN',
  ],
  2: [
    'HƯƠNG',
    'LAN',
    'HOA',
    'THUỶ',
    'NGA',
    'HẰNG',
    'MAI',
    'LINH',
    'TRANG',
    'HIỀN',
    'PHƯƠNG',
    'OANH',
    'YẾN',
    'THẢO',
    'NHUNG',
    'DUNG',
    'LOAN',
    'TUYẾT',
    'HUỆ',
    'ĐÀO',
  ],
} as const
const COMMUNES = [
  ['07210', 'phường Bắc Giang', 'Tổ dân phố'],
  ['07339', 'xã Tân Yên', 'Thôn'],
  ['07582', 'xã Lục Ngạn', 'Thôn'],
  ['07615', 'xã Sơn Động', 'Bản'],
  ['07375', 'xã Lạng Giang', 'Thôn'],
  ['07444', 'xã Lục Nam', 'Thôn'],
  ['07777', 'phường Việt Yên', 'Tổ dân phố'],
  ['07840', 'xã Hiệp Hoà', 'Thôn'],
  ['07288', 'xã Yên Thế', 'Bản'],
] as const
const VILLAGES = ['Đồng Mẫu', 'Trại Cầu', 'Tân Thử', 'Hòa Mẫu', 'Bến Thử', 'Cầu Mẫu', 'Núi Thử', 'Giếng Mẫu']
const ETHNIC = [
  ['01', 80],
  ['07', 8],
  ['02', 5],
  ['15', 3],
  ['18', 3],
  ['09', 1],
] as const

const pad = (n: number, size = 2): string => String(n).padStart(size, '0')

/**
 * @param seed any whole number ≥ 0
 * @param options age in whole years at 2026, sex; else drawn
 */
export function person(seed: number, options: { age?: readonly [number, number]; sex?: '1' | '2' } = {}): Person {
  const r = random(seed, 'person')
  const sex = options.sex ?? r.pick(['1', '2'] as const)
  const [youngest, oldest] = options.age ?? [18, 92]
  const year = 2026 - r.int(youngest, oldest)
  const full = `${year}-${pad(r.int(1, 12))}-${pad(r.int(1, 28))}`
  const birthDate = year < 1962 && r.chance(0.25) ? String(year) : full
  const [commune, communeName, unit] = r.pick(COMMUNES)
  const century = (year >= 2000 ? 2 : 0) + (sex === '2' ? 1 : 0)
  const registeredAt = commune === '07444' ? '24998' : '24997'
  const level = r.weighted([
    ['4', 70],
    ['3', 15],
    ['2', 15],
  ] as const)
  const prefix = level === '2' ? 'CN' : level === '3' ? 'HT' : 'GD'
  return {
    name: `${r.weighted(FAMILY)} ${r.pick(MIDDLE[sex])} ${r.pick(GIVEN[sex])}`,
    sex,
    birthDate,
    citizenId: `000${century}${pad(year % 100)}${pad(seed % 1_000_000, 6)}`,
    card: { number: `${prefix}${level}24000${pad(seed % 10_000_000, 7)}`, registeredAt, from: '20260101', to: '20261231' },
    address: `${unit} ${r.pick(VILLAGES)}, ${communeName}, tỉnh Bắc Ninh`,
    province: '24',
    commune,
    ethnicity: r.weighted(ETHNIC),
    occupation: '00000',
    phone: `0900${r.digits(6)}`,
    weight: `${r.int(sex === '1' ? 48 : 40, sex === '1' ? 78 : 66)}.${pad(r.int(0, 9) * 10)}`,
  }
}
