/** Laboratory services with the indicators they answer; normal range and decimals per indicator. */

export interface Indicator {
  name: string
  unit: string
  low: number
  high: number
  decimals: number
}

export interface Panel {
  code: string
  name: string
  price: number
  machine: string
  indicators: readonly Indicator[]
}

const i = (name: string, unit: string, low: number, high: number, decimals: number): Indicator => ({ name, unit, low, high, decimals })
const bio = (code: string, name: string, price: number, ...indicators: Indicator[]): Panel => ({
  code,
  name,
  price,
  machine: 'SH',
  indicators,
})

export const PANELS: readonly Panel[] = [
  {
    code: '22.0121.1369',
    name: 'Tổng phân tích tế bào máu ngoại vi (bằng máy đếm laser)',
    price: 49700,
    machine: 'HH',
    indicators: [
      i('WBC', 'G/L', 4.5, 9.5, 1),
      i('NEUT%', '%', 50, 70, 1),
      i('RBC', 'T/L', 4, 5.2, 2),
      i('HGB', 'g/L', 122, 155, 0),
      i('HCT', '%', 37, 46, 1),
      i('PLT', 'G/L', 160, 380, 0),
    ],
  },
  bio('23.0166.1494', 'Định lượng Urê máu', 22400, i('Urê', 'mmol/L', 2.8, 7.2, 1)),
  bio('23.0051.1494', 'Định lượng Creatinin', 22400, i('Creatinin', 'µmol/L', 55, 100, 0)),
  bio('23.0075.1494', 'Định lượng Glucose', 22400, i('Glucose', 'mmol/L', 4.2, 6.2, 1)),
  bio(
    '23.0058.1487',
    'Điện giải đồ (Na, K, Cl)',
    30200,
    i('Na+', 'mmol/L', 136, 144, 0),
    i('K+', 'mmol/L', 3.6, 4.8, 1),
    i('Cl-', 'mmol/L', 98, 106, 0),
  ),
  bio('23.0020.1493', 'Đo hoạt độ AST (GOT)', 22400, i('AST', 'U/L', 15, 36, 0)),
  bio('23.0019.1493', 'Đo hoạt độ ALT (GPT)', 22400, i('ALT', 'U/L', 12, 38, 0)),
  bio('23.0228.1483', 'Định lượng CRP', 56100, i('CRP', 'mg/L', 0.5, 5, 1)),
]

/** Done only when the picture names one of their indicators. */
export const SPECIAL_PANELS: readonly Panel[] = [
  bio('23.0130.1549', 'Định lượng Pro-calcitonin', 414700, i('Procalcitonin', 'ng/mL', 0.02, 0.08, 2)),
  bio('23.0161.1569', 'Định lượng Troponin T hs', 78500, i('Troponin T hs', 'ng/L', 4, 13, 0)),
  bio('23.0121.1548', 'Định lượng NT-proBNP', 425400, i('NT-proBNP', 'pg/mL', 40, 120, 0)),
  bio(
    '23.0103.1531',
    'Xét nghiệm Khí máu',
    224400,
    i('pH', '', 7.36, 7.44, 2),
    i('pCO2', 'mmHg', 36, 44, 0),
    i('pO2', 'mmHg', 82, 98, 0),
    i('HCO3-', 'mmol/L', 22, 26, 1),
  ),
  bio('23.0104.1532', 'Định lượng Lactat (Acid lactic)', 100900, i('Lactat', 'mmol/L', 0.6, 1.6, 1)),
  bio('23.0027.1493', 'Định lượng Bilirubin toàn phần', 22400, i('Bilirubin TP', 'µmol/L', 6, 17, 1)),
  bio('23.0007.1494', 'Định lượng Albumin', 22400, i('Albumin', 'g/L', 36, 45, 1)),
  bio('23.0010.1494', 'Đo hoạt độ Amylase', 22400, i('Amylase', 'U/L', 30, 90, 0)),
  bio('23.0083.1523', 'Định lượng HbA1c', 104900, i('HbA1c', '%', 5, 5.8, 1)),
  bio('23.0024.1464', 'Định lượng AFP', 94900, i('AFP', 'ng/mL', 2, 8, 1)),
  bio('23.0187.1593', 'Định lượng Protein niệu', 14400, i('Protein niệu', 'g/L', 0.02, 0.12, 2)),
  {
    code: '22.0001.1352',
    name: 'Thời gian prothrombin (PT) bằng máy tự động',
    price: 68400,
    machine: 'HH',
    indicators: [i('PT%', '%', 80, 110, 0), i('INR', '', 0.9, 1.1, 2)],
  },
]
