import { MEDICINES as M } from './medicines.ts'
import type { Picture } from './types.ts'

const CHEST = { code: '18.0119.0028', name: 'Chụp X-quang ngực thẳng [số hóa 1 phim]', price: 73300, machine: 'XQ' }
const ECG = { code: '02.0085.1778', name: 'Điện tim thường', price: 39900, machine: 'DC' }
const ECHO = { code: '18.0052.0004', name: 'Siêu âm Doppler tim', price: 252300, machine: 'SA' }

export const LUNGS_AND_HEART: readonly Picture[] = [
  {
    name: 'pneumonia with respiratory failure',
    diagnoses: [
      ['J15.9', 'Viêm phổi do vi khuẩn, không đặc hiệu'],
      ['J96.0', 'Suy hô hấp cấp'],
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
    ],
    age: [58, 88],
    department: 'K03',
    complaint: 'Sốt, ho, khó thở',
    admission: 'Viêm phổi cần điều trị nội trú',
    admissionDiagnosis: 'Theo dõi viêm phổi',
    history:
      'Sốt cao 3 ngày, ho khạc đờm vàng, khó thở tăng dần; đã tự dùng kháng sinh uống ở nhà không đỡ. Tiền sử tăng huyết áp nhiều năm.',
    vitals: {
      pulse: [98, 118, 82],
      temperature: [38.7, 38.9, 37],
      systolic: [130, 100, 125],
      diastolic: [75, 60, 75],
      breathing: [26, 32, 20],
      saturation: [92, 88, 97],
    },
    labs: {
      WBC: [15.8, 19.4, 8.9],
      'NEUT%': [86.2, 91.5, 68],
      CRP: [128.4, 186.2, 22.6],
      Procalcitonin: [2.35, 6.8, 0.4],
      pH: [7.41, 7.31, 7.42],
      pCO2: [36, 52, 40],
      pO2: [64, 52, 84],
      Lactat: [1.9, 3.1, 1.1],
    },
    imaging: [
      {
        ...CHEST,
        description: 'Đám mờ không đồng nhất thùy dưới phổi phải, góc sườn hoành phải tù nhẹ',
        conclusion: 'Hình ảnh viêm phổi thùy dưới phổi phải',
      },
    ],
    procedures: [],
    medicines: [M.ceftriaxone, M.levofloxacin, M.saline, M.oxygen, M.paracetamol],
    notes: {
      days: [
        'Người bệnh tỉnh, sốt, ho đờm vàng, phổi phải có ran nổ vùng đáy.',
        'Còn sốt, khó thở khi gắng sức, ran nổ phổi phải nhiều hơn.',
        'Ho đờm đặc, ăn kém, thở oxy gọng kính.',
      ],
      worse:
        'Khó thở tăng, co kéo cơ hô hấp phụ, thở oxy mặt nạ có túi không cải thiện. Hội chẩn chỉ định chuyển cơ sở khám bệnh, chữa bệnh.',
      better: 'Hết sốt, thở êm, phổi còn ít ran nổ, ăn uống tốt.',
    },
    transfer: {
      signs: 'Khó thở, SpO2 88% khi thở khí phòng, ran nổ hai phổi, mạch nhanh',
      condition: 'Người bệnh tỉnh, mạch 118 lần/phút, huyết áp 100/60 mmHg, thở oxy mặt nạ 10 lít/phút',
      direction: 'Hồi sức hô hấp, kháng sinh theo kháng sinh đồ',
    },
  },
  {
    name: 'acute myocardial infarction',
    diagnoses: [
      ['I21.0', 'Nhồi máu cơ tim cấp xuyên thành thành trước'],
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
      ['E78.5', 'Tăng lipid máu, không đặc hiệu'],
    ],
    age: [48, 82],
    department: 'K04',
    complaint: 'Đau ngực trái',
    admission: 'Nhồi máu cơ tim cấp',
    admissionDiagnosis: 'Theo dõi nhồi máu cơ tim cấp',
    history: 'Đau thắt ngực trái sau xương ức giờ thứ 5, lan lên vai trái, vã mồ hôi. Tiền sử tăng huyết áp điều trị không đều.',
    vitals: {
      pulse: [96, 112, 76],
      temperature: [36.8, 37, 36.7],
      systolic: [140, 95, 120],
      diastolic: [85, 60, 75],
      breathing: [22, 26, 18],
      saturation: [95, 92, 98],
    },
    labs: { 'Troponin T hs': [186, 2480, 640], 'NT-proBNP': [1240, 4860, 820], Glucose: [9.8, 11.2, 6.4], WBC: [12.1, 14.6, 8.8] },
    imaging: [
      { ...ECG, description: 'ST chênh lên 3 mm từ V1 đến V4, soi gương ở DII, DIII, aVF', conclusion: 'Nhồi máu cơ tim cấp thành trước' },
      {
        ...ECHO,
        description: 'Giảm vận động vùng mỏm và thành trước, phân suất tống máu 38%',
        conclusion: 'Rối loạn vận động vùng, chức năng tâm thu thất trái giảm',
      },
    ],
    procedures: [],
    medicines: [M.aspirin, M.clopidogrel, M.enoxaparin, M.atorvastatin, M.oxygen],
    notes: {
      days: ['Đau ngực trái, vã mồ hôi, tim đều, phổi không ran.', 'Còn đau ngực nhẹ, điện tim còn chênh ST.'],
      worse: 'Đau ngực tái phát, phổi có ran ẩm hai đáy, huyết áp giảm. Hội chẩn chỉ định chuyển can thiệp mạch vành.',
      better: 'Hết đau ngực, huyết áp ổn định, đi lại nhẹ tại giường.',
    },
    transfer: {
      signs: 'Đau thắt ngực tái phát, ran ẩm hai đáy phổi, huyết áp 95/60 mmHg',
      condition: 'Người bệnh tỉnh, đau ngực mức độ vừa, mạch 112 lần/phút',
      direction: 'Chụp và can thiệp động mạch vành qua da cấp cứu',
    },
  },
  {
    name: 'exacerbation of COPD',
    diagnoses: [
      ['J44.1', 'Bệnh phổi tắc nghẽn mạn tính đợt cấp, không đặc hiệu'],
      ['J96.0', 'Suy hô hấp cấp'],
    ],
    age: [60, 86],
    sex: '1',
    department: 'K03',
    complaint: 'Khó thở tăng',
    admission: 'Đợt cấp bệnh phổi tắc nghẽn mạn tính',
    admissionDiagnosis: 'Đợt cấp bệnh phổi tắc nghẽn mạn tính',
    history: 'Khó thở tăng dần 4 ngày, khạc đờm đục nhiều, dùng thuốc xịt tại nhà không đỡ. Hút thuốc lá 30 bao-năm.',
    vitals: {
      pulse: [104, 122, 88],
      temperature: [37.6, 37.9, 36.9],
      systolic: [135, 145, 125],
      diastolic: [80, 90, 75],
      breathing: [28, 34, 21],
      saturation: [88, 84, 94],
    },
    labs: {
      pH: [7.34, 7.24, 7.38],
      pCO2: [58, 78, 47],
      pO2: [56, 50, 70],
      'HCO3-': [30.2, 32.4, 27.1],
      WBC: [12.8, 15.1, 9.2],
      CRP: [46.3, 72.8, 12.4],
    },
    imaging: [
      { ...CHEST, description: 'Hai phổi tăng sáng, vòm hoành dẹt, rốn phổi đậm', conclusion: 'Hình ảnh khí phế thũng, viêm phế quản' },
    ],
    procedures: [{ code: '01.0128.0209', name: 'Thông khí nhân tạo không xâm nhập', price: 559000, group: '18' }],
    medicines: [M.salbutamol, M.methylpred, M.levofloxacin, M.oxygen],
    notes: {
      days: [
        'Khó thở cả khi nghỉ, phổi rì rào phế nang giảm, ran rít ran ngáy hai bên.',
        'Đỡ khó thở sau khí dung, còn ran rít.',
        'Khạc đờm đục, ngủ ngồi.',
      ],
      worse: 'Khó thở nhiều, ngủ gà, khí máu toan hô hấp tăng. Hội chẩn chỉ định chuyển cơ sở khám bệnh, chữa bệnh.',
      better: 'Hết khó thở khi nghỉ, phổi còn ít ran rít, tự đi lại được.',
    },
    transfer: {
      signs: 'Ngủ gà, thở nhanh nông, ran rít ran ngáy hai phổi, SpO2 84%',
      condition: 'Người bệnh ngủ gà, gọi mở mắt, thở máy không xâm nhập',
      direction: 'Thông khí nhân tạo, điều trị đợt cấp tại đơn vị hồi sức',
    },
  },
  {
    name: 'congestive heart failure',
    diagnoses: [
      ['I50.0', 'Suy tim sung huyết'],
      ['I48.9', 'Rung nhĩ và cuồng nhĩ, không đặc hiệu'],
    ],
    age: [60, 90],
    department: 'K04',
    complaint: 'Khó thở, phù hai chân',
    admission: 'Suy tim mất bù',
    admissionDiagnosis: 'Suy tim mất bù cấp',
    history: 'Khó thở khi gắng sức nhiều tháng, một tuần nay khó thở về đêm, phù hai chân, tiểu ít.',
    vitals: {
      pulse: [112, 128, 84],
      temperature: [36.7, 36.9, 36.6],
      systolic: [125, 90, 120],
      diastolic: [80, 55, 70],
      breathing: [26, 30, 19],
      saturation: [91, 88, 97],
    },
    labs: { 'NT-proBNP': [6820, 9450, 2140], Creatinin: [124, 186, 98], 'K+': [4.1, 5.2, 4.3], 'Na+': [131, 128, 137] },
    imaging: [
      {
        ...CHEST,
        description: 'Bóng tim to, tái phân bố mạch máu đỉnh phổi, mờ góc sườn hoành hai bên',
        conclusion: 'Tim to, ứ huyết phổi',
      },
      {
        ...ECHO,
        description: 'Giãn buồng thất trái, phân suất tống máu 29%, hở van hai lá nhiều',
        conclusion: 'Suy chức năng tâm thu thất trái nặng',
      },
    ],
    procedures: [],
    medicines: [M.furosemide, M.enoxaparin, M.oxygen],
    notes: {
      days: ['Khó thở, tĩnh mạch cổ nổi, phù hai chân, phổi ran ẩm hai đáy.', 'Tiểu 1,8 lít/24 giờ, đỡ phù, còn ran ẩm.'],
      worse: 'Huyết áp giảm, tiểu ít, chân tay lạnh. Hội chẩn chỉ định chuyển cơ sở khám bệnh, chữa bệnh.',
      better: 'Hết khó thở khi nằm, hết phù, tiểu tốt.',
    },
    transfer: {
      signs: 'Khó thở khi nằm, huyết áp 90/55 mmHg, chân tay lạnh, tiểu ít',
      condition: 'Người bệnh tỉnh, mệt, thở oxy mặt nạ 6 lít/phút',
      direction: 'Hồi sức tim mạch, đánh giá van hai lá và nguyên nhân suy tim',
    },
  },
]
