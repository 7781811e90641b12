/** Medicines of the pictures, invented prices; "THU" in a name marks a trade name that does not exist. */

import type { PictureMedicine } from './types.ts'

type Line = [
  code: string,
  name: string,
  strength: string,
  unit: string,
  route: string,
  dose: string,
  usage: string,
  perDay: number,
  price: number,
]

const make = ([code, name, strength, unit, route, dose, usage, perDay, price]: Line): PictureMedicine => ({
  code,
  name,
  strength,
  unit,
  route,
  dose,
  usage,
  perDay,
  price,
})

const IV = '2.04'
const DRIP = '2.14'
const ORAL = '1.01'

export const MEDICINES = {
  ceftriaxone: make(['40.154', 'Ceftriaxon THU 1g', '1g', 'Lọ', IV, '1 lọ/lần * 2 lần/ngày', 'Tiêm tĩnh mạch chậm', 2, 8450]),
  meropenem: make(['40.166', 'Meropenem THU 1g', '1g', 'Lọ', DRIP, '1 lọ/lần * 3 lần/ngày', 'Truyền tĩnh mạch 30 phút', 3, 58800]),
  levofloxacin: make([
    '40.229',
    'Levofloxacin THU 750mg',
    '750mg/150ml',
    'Chai',
    DRIP,
    '1 chai/lần * 1 lần/ngày',
    'Truyền tĩnh mạch 90 phút',
    1,
    96000,
  ]),
  saline: make([
    '40.1027',
    'Natri clorid THU 0,9%',
    '0,9% x 500ml',
    'Chai',
    DRIP,
    '500 ml/lần * 2 lần/ngày',
    'Truyền tĩnh mạch 30 giọt/phút',
    2,
    9135,
  ]),
  ringer: make(['40.1021', 'Ringer lactat THU', '500ml', 'Chai', DRIP, '500 ml/lần * 3 lần/ngày', 'Truyền tĩnh mạch', 3, 9870]),
  oxygen: make(['40.17', 'Oxy dược dụng', '99,5%', 'm3', '5.06', '3 lít/phút', 'Thở qua gọng kính', 2, 2950]),
  paracetamol: make([
    '40.48',
    'Paracetamol THU 1g',
    '10mg/ml x 100ml',
    'Lọ',
    DRIP,
    '1 lọ/lần khi sốt trên 38,5 độ',
    'Truyền tĩnh mạch 15 phút',
    1,
    14200,
  ]),
  methylpred: make(['40.775', 'Methylprednisolon THU 40mg', '40mg', 'Lọ', IV, '1 lọ/lần * 2 lần/ngày', 'Tiêm tĩnh mạch', 2, 18900]),
  salbutamol: make(['40.981', 'Salbutamol THU 5mg/2,5ml', '5mg/2,5ml', 'Ống', '5.05', '1 ống/lần * 3 lần/ngày', 'Khí dung', 3, 8400]),
  pantoprazole: make(['40.680', 'Pantoprazol THU 40mg', '40mg', 'Lọ', IV, '1 lọ/lần * 2 lần/ngày', 'Tiêm tĩnh mạch', 2, 9450]),
  octreotide: make(['40.722', 'Octreotid THU 0,1mg', '0,1mg/1ml', 'Ống', IV, '25 mcg/giờ', 'Bơm tiêm điện', 6, 81900]),
  aspirin: make(['40.538', 'Aspirin THU 81mg', '81mg', 'Viên', ORAL, '1 viên/lần * 1 lần/ngày', 'Uống sau ăn', 1, 340]),
  clopidogrel: make(['40.540', 'Clopidogrel THU 75mg', '75mg', 'Viên', ORAL, '1 viên/lần * 1 lần/ngày', 'Uống', 1, 1150]),
  enoxaparin: make([
    '40.443',
    'Enoxaparin THU 60mg',
    '60mg/0,6ml',
    'Bơm tiêm',
    '2.02',
    '1 bơm tiêm/lần * 2 lần/ngày',
    'Tiêm dưới da',
    2,
    82500,
  ]),
  atorvastatin: make(['40.549', 'Atorvastatin THU 20mg', '20mg', 'Viên', ORAL, '1 viên/lần * 1 lần/ngày', 'Uống tối', 1, 640]),
  amlodipine: make(['40.491', 'Amlodipin THU 5mg', '5mg', 'Viên', ORAL, '1 viên/lần * 1 lần/ngày', 'Uống sáng', 1, 310]),
  metformin: make(['40.807', 'Metformin THU 850mg', '850mg', 'Viên', ORAL, '1 viên/lần * 2 lần/ngày', 'Uống sau ăn', 2, 420]),
  insulin: make(['40.805', 'Insulin người tác dụng nhanh THU', '100UI/ml x 10ml', 'Lọ', DRIP, '0,1 UI/kg/giờ', 'Bơm tiêm điện', 1, 58000]),
  furosemide: make(['40.659', 'Furosemid THU 20mg', '20mg/2ml', 'Ống', IV, '2 ống/lần * 2 lần/ngày', 'Tiêm tĩnh mạch', 4, 1260]),
  noradrenaline: make(['40.119', 'Noradrenalin THU 4mg', '4mg/4ml', 'Ống', DRIP, '0,1-0,3 mcg/kg/phút', 'Bơm tiêm điện', 4, 28500]),
  calciumGluconate: make(['40.1016', 'Calci gluconat THU 10%', '10% x 10ml', 'Ống', IV, '1 ống/lần', 'Tiêm tĩnh mạch chậm', 1, 13300]),
  mannitol: make([
    '40.1020',
    'Manitol THU 20%',
    '20% x 250ml',
    'Chai',
    DRIP,
    '250 ml/lần * 2 lần/ngày',
    'Truyền tĩnh mạch nhanh',
    2,
    19900,
  ]),
  nicardipine: make(['40.501', 'Nicardipin THU 10mg', '10mg/10ml', 'Ống', DRIP, '5 mg/giờ', 'Bơm tiêm điện', 4, 124000]),
  hydroxychloroquine: make(['40.80', 'Hydroxycloroquin THU 200mg', '200mg', 'Viên', ORAL, '1 viên/lần * 2 lần/ngày', 'Uống', 2, 4480]),
} as const
