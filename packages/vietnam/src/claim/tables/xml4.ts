import { defineTable } from './define.ts'

/** Chỉ tiêu chi tiết dịch vụ cận lâm sàng. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML4 = defineTable(
  'XML4',
  ['CHITIEU_CHITIET_DICHVUCANLAMSANG', 'DSACH_CHI_TIET_CLS', 'CHI_TIET_CLS'],
  { vi: 'Chỉ tiêu chi tiết dịch vụ cận lâm sàng', en: 'Laboratory, imaging and functional-test results' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 ! # Số thứ tự trong lần gửi
MA_DICH_VU text 15 - portal=50 3176=len:50 # Mã dịch vụ kỹ thuật
MA_CHI_SO text 50 - 3176=len:255 # Mã chỉ số xét nghiệm/CĐHA/TDCN
TEN_CHI_SO text 255 ? # Tên chỉ số
GIA_TRI text 50 - 3176=len:255 # Giá trị chỉ số
DON_VI_DO text 50 - # Đơn vị đo
MO_TA text * - # Mô tả
KET_LUAN text * - # Kết luận
NGAY_KQ time 12 ? # Thời điểm có kết quả
MA_BS_DOC_KQ text 255 - # Mã người đọc/duyệt kết quả
DU_PHONG text * - # Trường dự phòng
`,
)
