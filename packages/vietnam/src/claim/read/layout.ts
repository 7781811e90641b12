import type { Layout } from '../tables/index.ts'
import type { Row } from '../types.ts'

const ONLY_3176 = ['MA_CSKCB_DI', 'MA_CSKCB_DEN', 'TINH_TRANG_CT']
const ONLY_4750 = ['MA_NOI_DI', 'MA_NOI_DEN', 'TEN_DICH_VU', 'TEN_THUOC', 'PP_DIEU_TRI']

/** QĐ 3176 names the signer by licence; before, by the ten digits of social insurance. */
function signerLayout(value: string): Layout | null {
  if (/^\d{10}$/.test(value)) return '4750'
  return value.includes('/') ? '3176' : null
}

/**
 * Tells the two layouts apart. Columns of XML13 decide, then the length of XML14.NGAY_HEN_KL (8 in 3176, 12 in
 * 4750), then the form of MA_TTDV; null when the record shows none of these signs.
 */
export function detectLayout(tables: Record<string, Row[]>): Layout | null {
  const slip = tables.XML13?.[0]
  if (slip && ONLY_3176.some((name) => name in slip)) return '3176'
  if (slip && ONLY_4750.some((name) => name in slip)) return '4750'
  const next = tables.XML14?.[0]?.NGAY_HEN_KL ?? ''
  if (next.length === 8) return '3176'
  if (next.length === 12) return '4750'
  return signerLayout(tables.XML1?.[0]?.MA_TTDV ?? '')
}
