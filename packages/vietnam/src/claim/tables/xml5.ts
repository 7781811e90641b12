import { defineTable } from './define.ts'

/** Chỉ tiêu chi tiết diễn biến lâm sàng. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML5 = defineTable(
  'XML5',
  ['CHITIEU_CHITIET_DIENBIENLAMSANG', 'DSACH_CHI_TIET_DIEN_BIEN_BENH', 'CHI_TIET_DIEN_BIEN_BENH'],
  { vi: 'Chỉ tiêu chi tiết diễn biến lâm sàng', en: 'Clinical progress notes' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 ! # Số thứ tự trong lần gửi
DIEN_BIEN_LS text * ! # Diễn biến lâm sàng
GIAI_DOAN_BENH text * - # Giai đoạn bệnh
HOI_CHAN text * - # Kết quả hội chẩn
PHAU_THUAT text * - # Mô tả phẫu thuật, thủ thuật
THOI_DIEM_DBLS time 12 ! # Thời điểm diễn biến
NGUOI_THUC_HIEN text 255 ! # Mã người thực hiện
DU_PHONG text * - # Trường dự phòng
`,
)
