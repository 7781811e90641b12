/** The check-in (XML0) a HIS sends while the stay of a person is still going on. */
import { type Row, writeTable } from '@yba/vietnam'
import type { Stay } from './stay.ts'

const SAME = [
  'MA_LK',
  'MA_BN',
  'HO_TEN',
  'SO_CCCD',
  'NGAY_SINH',
  'GIOI_TINH',
  'MA_THE_BHYT',
  'MA_DKBD',
  'GT_THE_TU',
  'GT_THE_DEN',
  'MA_DOITUONG_KCB',
  'NGAY_VAO',
  'MA_LOAI_KCB',
  'MA_CSKCB',
] as const

/** Rows of the check-in: at the first cost, and once more at the first cost in the ward. */
export function checkInRows(stay: Stay, options: { admitted?: boolean } = {}): Row[] {
  const one = stay.tables.XML1?.[0] ?? {}
  const services = stay.tables.XML3 ?? []
  const row = (number: number, service: Row | undefined, more: Row): Row => ({
    ...Object.fromEntries(SAME.map((name) => [name, one[name] ?? ''])),
    STT: String(number),
    MA_DICH_VU: service?.MA_DICH_VU ?? '',
    TEN_DICH_VU: service?.TEN_DICH_VU ?? '',
    NGAY_YL: service?.NGAY_YL ?? one.NGAY_VAO ?? '',
    ...more,
  })
  const first = row(1, services[0], {})
  if (!options.admitted) return [first]
  const ward = { NGAY_VAO_NOI_TRU: one.NGAY_VAO_NOI_TRU ?? '', LY_DO_VNT: one.LY_DO_VNT ?? '' }
  return [first, row(2, services.at(-1), ward)]
}

/** A check-in file of these stays: the XML0 document alone, as the insurer takes it. */
export function checkInFile(stays: readonly Stay[], options: { admitted?: boolean } = {}): Buffer {
  const rows = stays.flatMap((stay) => checkInRows(stay, options))
  const layout = stays[0]?.layout ?? '4750'
  return Buffer.from(`<?xml version="1.0" encoding="utf-8"?>\n${writeTable('XML0', rows, layout)}\n`, 'utf8')
}
