import { MEDICINES as M } from './medicines.ts'
import type { Picture } from './types.ts'

const CT_HEAD = { code: '18.0149.0040', name: 'Chụp cắt lớp vi tính sọ não không tiêm thuốc cản quang', price: 532000, machine: 'CL' }

export const BRAIN: readonly Picture[] = [
  {
    name: 'ischaemic stroke',
    diagnoses: [
      ['I63.9', 'Nhồi máu não, không đặc hiệu'],
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
    ],
    age: [55, 88],
    department: 'K14',
    complaint: 'Yếu nửa người phải',
    admission: 'Nhồi máu não',
    admissionDiagnosis: 'Theo dõi đột quỵ não',
    history: 'Đột ngột yếu nửa người phải, nói khó giờ thứ 8, không mất ý thức. Tiền sử tăng huyết áp.',
    vitals: {
      pulse: [84, 96, 78],
      temperature: [36.8, 37.6, 36.7],
      systolic: [170, 190, 140],
      diastolic: [95, 105, 80],
      breathing: [19, 22, 18],
      saturation: [97, 95, 98],
    },
    labs: { Glucose: [8.9, 10.4, 6.8], 'PT%': [98, 92, 101], INR: [1.02, 1.05, 1] },
    imaging: [
      {
        ...CT_HEAD,
        description: 'Vùng giảm tỷ trọng bán cầu não trái thuộc vùng cấp máu động mạch não giữa',
        conclusion: 'Nhồi máu não vùng động mạch não giữa trái',
      },
    ],
    procedures: [],
    medicines: [M.aspirin, M.atorvastatin, M.amlodipine, M.saline],
    notes: {
      days: ['Tỉnh, liệt nửa người phải cơ lực 3/5, nói khó.', 'Cơ lực tay phải 2/5, nuốt sặc, huyết áp dao động.'],
      worse: 'Ngủ gà, điểm hôn mê Glasgow 12, liệt nặng hơn. Hội chẩn chỉ định chuyển cơ sở khám bệnh, chữa bệnh.',
      better: 'Tỉnh, cơ lực bên phải 4/5, nói rõ hơn, tập phục hồi chức năng.',
    },
    transfer: {
      signs: 'Ngủ gà, Glasgow 12 điểm, liệt nửa người phải cơ lực 1/5',
      condition: 'Người bệnh ngủ gà, tự thở, huyết áp 190/105 mmHg',
      direction: 'Hồi sức thần kinh, xét can thiệp mạch não',
    },
  },
  {
    name: 'intracerebral haemorrhage',
    diagnoses: [
      ['I61.9', 'Xuất huyết nội sọ, không đặc hiệu'],
      ['I10', 'Tăng huyết áp vô căn (nguyên phát)'],
    ],
    age: [45, 80],
    department: 'K14',
    complaint: 'Đau đầu dữ dội, nôn',
    admission: 'Chảy máu não',
    admissionDiagnosis: 'Theo dõi chảy máu não',
    history: 'Đau đầu dữ dội, nôn, yếu nửa người trái xuất hiện đột ngột khi đang làm việc.',
    vitals: {
      pulse: [78, 66, 80],
      temperature: [37, 38.1, 36.8],
      systolic: [190, 200, 140],
      diastolic: [110, 115, 85],
      breathing: [20, 24, 18],
      saturation: [96, 93, 98],
    },
    labs: { Glucose: [9.4, 12.1, 6.9], 'PT%': [94, 88, 99], 'Na+': [138, 131, 139] },
    imaging: [
      {
        ...CT_HEAD,
        description: 'Khối máu tụ bao trong phải kích thước 32 x 28 mm, phù quanh khối, đường giữa lệch 5 mm',
        conclusion: 'Chảy máu não bán cầu phải',
      },
    ],
    procedures: [],
    medicines: [M.nicardipine, M.mannitol, M.saline, M.paracetamol],
    notes: {
      days: ['Đau đầu, liệt nửa người trái cơ lực 2/5, Glasgow 14 điểm.', 'Còn đau đầu, huyết áp 160/95 mmHg khi dùng thuốc truyền.'],
      worse: 'Ý thức giảm, Glasgow 10 điểm, đồng tử phải giãn nhẹ. Hội chẩn chỉ định chuyển phẫu thuật thần kinh.',
      better: 'Tỉnh, đỡ đau đầu, cơ lực bên trái 3/5.',
    },
    transfer: {
      signs: 'Glasgow 10 điểm, liệt nửa người trái, đồng tử phải 4 mm phản xạ kém',
      condition: 'Người bệnh lơ mơ, tự thở qua mặt nạ oxy',
      direction: 'Hồi sức và đánh giá chỉ định phẫu thuật lấy máu tụ',
    },
  },
]
