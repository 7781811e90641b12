import { MEDICINES as M } from './medicines.ts'
import type { Picture, Vitals } from './types.ts'

const calm = (systolic: number, diastolic: number): Vitals => ({
  pulse: [78, 78, 78],
  temperature: [36.6, 36.6, 36.6],
  systolic: [systolic, systolic, systolic],
  diastolic: [diastolic, diastolic, diastolic],
  breathing: [18, 18, 18],
  saturation: [98, 98, 98],
})
const none = { signs: '', condition: '', direction: '' }

/** Visits of one day: examination, a few results, a prescription for 28 days. */
export const CLINIC: readonly Picture[] = [
  {
    name: 'hypertension, follow-up',
    diagnoses: [
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
      ['E78.5', 'Tăng lipid máu, không đặc hiệu'],
    ],
    age: [45, 85],
    department: 'K01',
    complaint: 'Khám lại theo hẹn',
    admission: '',
    admissionDiagnosis: 'Tăng huyết áp',
    history: 'Tăng huyết áp điều trị thường xuyên, hiện không đau đầu, không chóng mặt.',
    vitals: calm(142, 84),
    labs: { Glucose: [5.9, 5.9, 5.9] },
    imaging: [],
    procedures: [],
    medicines: [M.amlodipine, M.atorvastatin],
    notes: { days: ['Người bệnh tỉnh, không đau đầu, không đau ngực, tim đều.'], worse: '', better: '' },
    transfer: none,
  },
  {
    name: 'type 2 diabetes, follow-up',
    diagnoses: [
      ['E11.9', 'Đái tháo đường týp 2 chưa có biến chứng'],
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
    ],
    age: [40, 80],
    department: 'K01',
    complaint: 'Khám lại theo hẹn',
    admission: '',
    admissionDiagnosis: 'Đái tháo đường týp 2',
    history: 'Đái tháo đường týp 2 năm thứ 6, tuân thủ điều trị, không tê chân tay.',
    vitals: calm(136, 82),
    labs: { Glucose: [8.4, 8.4, 8.4], HbA1c: [7.6, 7.6, 7.6] },
    imaging: [],
    procedures: [],
    medicines: [M.metformin, M.amlodipine],
    notes: { days: ['Người bệnh tỉnh, không khát nhiều, bàn chân không loét.'], worse: '', better: '' },
    transfer: none,
  },
]
