/** Row arithmetic as QĐ 4750 writes it, in whole cents so that sums are exact. */

import type { Row } from '@yba/vietnam'

export interface Charge {
  quantity: number
  price: number
  /** MUC_HUONG: 80, 95 or 100. */
  level: number
}

const cents = (value: number): number => Math.round(value * 100)
const plain = (c: number): string => String(c / 100)

/** Money columns that XML2 and XML3 share. */
export function moneyColumns({ quantity, price, level }: Charge): Row {
  const total = cents(quantity * price)
  const fund = Math.round((total * level) / 100)
  return {
    THANH_TIEN_BV: plain(total),
    THANH_TIEN_BH: plain(total),
    T_NGUONKHAC_NSNN: '0',
    T_NGUONKHAC_VTNN: '0',
    T_NGUONKHAC_VTTN: '0',
    T_NGUONKHAC_CL: '0',
    T_NGUONKHAC: '0',
    MUC_HUONG: String(level),
    T_BNTT: '0',
    T_BNCCT: plain(total - fund),
    T_BHTT: plain(fund),
  }
}

const sum = (rows: Row[], column: string): number => rows.reduce((total, row) => total + cents(Number(row[column] ?? 0)), 0)

/** Totals of XML1 from the rows of XML2 and XML3. */
export function totals(medicines: Row[], services: Row[]): Row {
  const both = [...medicines, ...services]
  const supplies = services.filter((row) => (row.MA_VAT_TU ?? '') !== '')
  return {
    T_THUOC: plain(sum(medicines, 'THANH_TIEN_BV')),
    T_VTYT: plain(sum(supplies, 'THANH_TIEN_BV')),
    T_TONGCHI_BV: plain(sum(both, 'THANH_TIEN_BV')),
    T_TONGCHI_BH: plain(sum(both, 'THANH_TIEN_BH')),
    T_BNTT: '0',
    T_BNCCT: plain(sum(both, 'T_BNCCT')),
    T_BHTT: plain(sum(both, 'T_BHTT')),
    T_NGUONKHAC: '0',
    T_BHTT_GDV: plain(sum(both, 'T_BHTT')),
  }
}
