/** XML2, XML3 and XML4 of a stay. */

import type { Row } from '@yba/vietnam'
import { type Course, valueOn } from './course.ts'
import { moneyColumns } from './money.ts'
import { type Indicator, PANELS, type Panel, SPECIAL_PANELS } from './pictures/panels.ts'

export interface Charges {
  medicines: Row[]
  services: Row[]
  results: Row[]
}

function medicineRows(course: Course): Row[] {
  const rows: Row[] = []
  // A clinic prescribes for four weeks at once; a ward orders every day until the last one.
  const orderDays = course.inpatient ? Math.max(1, course.days - 1) : 1
  for (let day = 0; day < orderDays; day++) {
    for (const m of course.picture.medicines) {
      const quantity = course.inpatient ? m.perDay : m.perDay * 28
      const at = course.inpatient ? course.clock.at(day, day === 0 ? 11 : 8, 30) : course.clock.at(0, 10, 15)
      rows.push({
        MA_LK: course.maLk,
        STT: String(rows.length + 1),
        MA_THUOC: m.code,
        MA_NHOM: '4',
        TEN_THUOC: m.name,
        DON_VI_TINH: m.unit,
        HAM_LUONG: m.strength,
        DUONG_DUNG: m.route,
        LIEU_DUNG: `${m.dose} * ${course.inpatient ? '01' : '28'} ngày [${m.perDay} ${m.unit.toLowerCase()}/ngày]`,
        CACH_DUNG: m.usage,
        SO_DANG_KY: m.code === '40.17' ? '' : 'VN-00000-00',
        TT_THAU: '1/QĐ-THU;G1;N1;2025',
        PHAM_VI: '1',
        TYLE_TT_BH: '100',
        SO_LUONG: quantity.toFixed(3),
        DON_GIA: m.price.toFixed(3),
        ...moneyColumns({ quantity, price: m.price, level: course.level }),
        MA_KHOA: course.picture.department,
        MA_BAC_SI: course.doctor,
        NGAY_YL: at,
        NGAY_TH_YL: at,
        MA_PTTT: '1',
        NGUON_CTRA: '1',
      })
    }
  }
  return rows
}

interface Service {
  code?: string
  name?: string
  supply?: { code: string; name: string }
  group: string
  unit: string
  price: number
  quantity?: number
  department?: string
  ordered: string
  done?: string
  result?: string
  machine?: string
  more?: Row
}

function serviceRow(course: Course, number: number, s: Service): Row {
  const quantity = s.quantity ?? 1
  return {
    MA_LK: course.maLk,
    STT: String(number),
    MA_DICH_VU: s.code ?? '',
    MA_VAT_TU: s.supply?.code ?? '',
    MA_NHOM: s.group,
    TEN_VAT_TU: s.supply?.name ?? '',
    TEN_DICH_VU: s.name ?? '',
    DON_VI_TINH: s.unit,
    PHAM_VI: '1',
    SO_LUONG: quantity.toFixed(3),
    DON_GIA_BV: s.price.toFixed(3),
    DON_GIA_BH: s.price.toFixed(3),
    TYLE_TT_DV: '100',
    TYLE_TT_BH: '100',
    ...moneyColumns({ quantity, price: s.price, level: course.level }),
    MA_KHOA: s.department ?? course.picture.department,
    MA_BAC_SI: course.doctor,
    NGUOI_THUC_HIEN: s.done ? course.technician : '',
    NGAY_YL: s.ordered,
    NGAY_TH_YL: s.done ?? '',
    NGAY_KQ: s.result ?? '',
    MA_PTTT: '1',
    MA_MAY: s.machine ? `${s.machine}.1.${course.facility.code}.SN0001` : '',
    ...s.more,
  }
}

const wanted = (panel: Panel, labs: Record<string, unknown>): boolean => panel.indicators.some((i) => i.name in labs)

function resultText(course: Course, indicator: Indicator, base: Map<string, number>, day: number): string {
  const trend = course.picture.labs[indicator.name]
  if (trend) return valueOn(course, trend, day).toFixed(indicator.decimals)
  const known = base.get(indicator.name) ?? indicator.low + course.random.next() * (indicator.high - indicator.low)
  base.set(indicator.name, known)
  const drift = known * (1 + (course.random.next() - 0.5) * 0.05)
  return Math.min(indicator.high, Math.max(indicator.low, drift)).toFixed(indicator.decimals)
}

/** Days on which blood is taken: the first, every second one, and the last. */
function labDays(course: Course): number[] {
  if (!course.inpatient) return [0]
  const days = Array.from({ length: course.days }, (_, d) => d).filter((d) => d % 2 === 0 || d === course.days - 1)
  return [...new Set(days)]
}

function laboratory(course: Course, services: Row[], results: Row[]): void {
  const base = new Map<string, number>()
  const { labs } = course.picture
  const panels = course.inpatient
    ? [...PANELS, ...SPECIAL_PANELS.filter((p) => wanted(p, labs))]
    : [...PANELS, ...SPECIAL_PANELS].filter((p) => wanted(p, labs))
  for (const day of labDays(course)) {
    for (const panel of panels) {
      // After the first day only what the disease moves is repeated.
      if (day > 0 && !wanted(panel, labs)) continue
      const first = day === 0
      const [ordered, done, answered] = first
        ? [course.clock.at(0, 9, 40), course.clock.at(0, 9, 50), course.clock.at(0, 10, course.inpatient ? 50 : 10)]
        : [course.clock.at(day, 6, 0), course.clock.at(day, 6, 15), course.clock.at(day, 7, 40)]
      services.push(
        serviceRow(course, services.length + 1, {
          code: panel.code,
          name: panel.name,
          group: '1',
          unit: 'Lần',
          price: panel.price,
          ordered,
          done,
          result: answered,
          machine: panel.machine,
        }),
      )
      for (const indicator of panel.indicators) {
        results.push({
          MA_LK: course.maLk,
          STT: String(results.length + 1),
          MA_DICH_VU: panel.code,
          MA_CHI_SO: `${panel.code}.${String(panel.indicators.indexOf(indicator) + 1).padStart(2, '0')}`,
          TEN_CHI_SO: indicator.name,
          GIA_TRI: resultText(course, indicator, base, day),
          DON_VI_DO: indicator.unit,
          NGAY_KQ: answered,
          MA_BS_DOC_KQ: course.technician,
        })
      }
    }
  }
}

function imaging(course: Course, services: Row[], results: Row[]): void {
  course.picture.imaging.forEach((image, i) => {
    const [ordered, done, result] = [course.clock.at(0, 9, 45), course.clock.at(0, 10, 20 + i * 10), course.clock.at(0, 11, 10 + i * 10)]
    const group = image.machine === 'DC' || image.machine === 'NS' ? '3' : '2'
    services.push(
      serviceRow(course, services.length + 1, {
        code: image.code,
        name: image.name,
        group,
        unit: 'Lần',
        price: image.price,
        ordered,
        done,
        result,
        machine: image.machine,
      }),
    )
    results.push({
      MA_LK: course.maLk,
      STT: String(results.length + 1),
      MA_DICH_VU: image.code,
      MO_TA: image.description,
      KET_LUAN: image.conclusion,
      NGAY_KQ: result,
      MA_BS_DOC_KQ: course.reader,
    })
  })
}

function stayServices(course: Course, services: Row[]): void {
  const add = (s: Service): void => {
    services.push(serviceRow(course, services.length + 1, s))
  }
  for (const p of course.picture.procedures) {
    const at = course.clock.at(0, 13, 30)
    const more: Row = p.group === '8' ? { PP_VO_CAM: '1' } : {}
    add({
      code: p.code,
      name: p.name,
      group: p.group,
      unit: 'Lần',
      price: p.price,
      ordered: course.clock.at(0, 13, 0),
      done: at,
      result: course.clock.at(0, 14, 15),
      more,
    })
  }
  if (!course.inpatient) return
  const department = course.picture.department
  add({
    code: `${department}.1918`,
    name: 'Giường Nội khoa loại 1',
    group: '15',
    unit: 'Ngày',
    price: 212600,
    quantity: course.days - 1,
    ordered: course.clock.at(0, 11, 0),
    result: course.ended,
    more: { MA_GIUONG: `H${String(course.random.int(1, 60)).padStart(3, '0')}` },
  })
  add({
    supply: { code: 'N03.02.020.0001.000.0001', name: 'Bơm tiêm nhựa THU 10ml' },
    group: '10',
    unit: 'Cái',
    price: 1150,
    quantity: course.days * 4,
    ordered: course.clock.at(0, 11, 30),
    more: { TT_THAU: '2.24;G1;N0;2025' },
  })
  if (course.transfer) {
    add({
      code: `VC.${course.to.code}`,
      name: `Vận chuyển người bệnh đến ${course.to.name}`,
      group: '12',
      unit: 'Lít',
      price: 21500,
      quantity: 12,
      ordered: course.ended,
      more: { MA_XANG_DAU: 'A95' },
    })
  }
}

/** All rows that cost something, and their results. */
export function charges(course: Course): Charges {
  const services: Row[] = []
  const results: Row[] = []
  services.push(
    serviceRow(course, 1, {
      code: '02.1897',
      name: 'Khám Nội',
      group: '13',
      unit: 'Lần',
      price: 45000,
      department: 'K01',
      ordered: course.admitted,
      result: course.clock.at(0, 9, 35),
    }),
  )
  laboratory(course, services, results)
  imaging(course, services, results)
  stayServices(course, services)
  return { medicines: medicineRows(course), services, results }
}
