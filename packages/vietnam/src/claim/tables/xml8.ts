import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu tóm tắt hồ sơ bệnh án. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML8 = defineTable(
  'XML8',
  ['CHI_TIEU_DU_LIEU_TOM_TAT_HO_SO_BENH_AN'],
  { vi: 'Chỉ tiêu dữ liệu tóm tắt hồ sơ bệnh án', en: 'Medical record summary' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
MA_LOAI_KCB text 2 ! list=MA_LOAI_KCB # Mã loại hình KCB
HO_TEN_CHA text 255 - # Họ tên cha
HO_TEN_ME text 255 - # Họ tên mẹ
NGUOI_GIAM_HO text 255 - # Người giám hộ
DON_VI text 1024 - # Đơn vị công tác đóng BHXH
NGAY_VAO time 12 ! # Thời điểm đến KCB
NGAY_RA time 12 ! # Thời điểm kết thúc KCB / ra viện
CHAN_DOAN_VAO text * ! # Chẩn đoán lúc vào
CHAN_DOAN_RV text * ! # Chẩn đoán ra viện
QT_BENHLY text * ! # Quá trình bệnh lý và diễn biến lâm sàng
TOMTAT_KQ text * ! # Tóm tắt kết quả cận lâm sàng
PP_DIEUTRI text * ! # Phương pháp điều trị
NGAY_SINHCON date 8 - # Ngày sinh con (con chết)
NGAY_CONCHET date 8 - # Ngày con chết
SO_CONCHET int 2 - # Số con chết
KET_QUA_DTRI int 1 ! list=KET_QUA_DTRI # Kết quả điều trị
GHI_CHU text * - # Lời dặn / ghi chú
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
NGAY_CT date 8 ! # Ngày chứng từ
MA_THE_TAM text 15 - # Mã thẻ BHYT tạm
DU_PHONG text * - # Trường dự phòng
`,
)
