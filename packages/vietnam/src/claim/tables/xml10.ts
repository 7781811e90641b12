import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu giấy chứng nhận nghỉ dưỡng thai. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML10 = defineTable(
  'XML10',
  ['CHI_TIEU_DU_LIEU_GIAY_NGHI_DUONG_THAI'],
  { vi: 'Chỉ tiêu dữ liệu giấy chứng nhận nghỉ dưỡng thai', en: 'Pregnancy-rest certificate' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
SO_SERI text 200 ! # Số seri / số định danh chứng từ
SO_CT text 200 ! # Số chứng từ
SO_NGAY int 3 ! # Số ngày nghỉ
DON_VI text 1024 ! # Đơn vị công tác đóng BHXH
CHAN_DOAN_RV text * ! # Chẩn đoán ra viện
TU_NGAY date 8 ! # Từ ngày
DEN_NGAY date 8 ! # Đến ngày
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
TEN_BS text 255 ! # Họ tên bác sĩ/trưởng khoa ký
MA_BS text 200 ! 3176=len:255 # Mã bác sĩ/trưởng khoa ký
NGAY_CT date 8 ! # Ngày chứng từ
DU_PHONG text * - portal=4000 # Trường dự phòng
`,
)
