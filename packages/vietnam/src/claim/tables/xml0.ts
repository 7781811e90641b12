import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu về trạng thái khám bệnh, chữa bệnh (check-in). Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML0 = defineTable(
  'XML0',
  ['CHI_TIEU_TRANG_THAI_KCB', 'DSACH_TRANG_THAI_KCB', 'TRANG_THAI_KCB'],
  { vi: 'Chỉ tiêu dữ liệu về trạng thái khám bệnh, chữa bệnh (check-in)', en: 'Encounter status (check-in)' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 ! # Số thứ tự trong lần gửi
MA_BN text 100 ! # Mã người bệnh do cơ sở cấp
HO_TEN text 255 ! # Họ và tên người bệnh
SO_CCCD text 15 - like=paper # Số căn cước/CCCD, CMND hoặc hộ chiếu
NGAY_SINH time 12 ! # Ngày giờ sinh
GIOI_TINH int 1 ! list=GIOI_TINH # Giới tính
MA_THE_BHYT text 15 ? like=card # Mã thẻ bảo hiểm y tế
MA_DKBD text 5 ? like=facility # Mã cơ sở đăng ký KCB ban đầu
GT_THE_TU date 8 ? # Thẻ có giá trị từ ngày
GT_THE_DEN date 8 ? # Thẻ có giá trị đến ngày
MA_DOITUONG_KCB text 4 ! list=MA_DOITUONG_KCB portal=5 # Mã đối tượng đến KCB
NGAY_VAO time 12 ! # Thời điểm đến KCB
NGAY_VAO_NOI_TRU time 12 ? # Thời điểm chỉ định vào nội trú
LY_DO_VNT text * ? portal=4000 # Lý do vào nội trú
MA_LY_DO_VNT text 5 - portal=10 # Mã lý do vào nội trú
MA_LOAI_KCB text 2 ! list=MA_LOAI_KCB # Mã loại hình KCB
MA_CSKCB text 5 ! like=facility # Mã cơ sở KCB
MA_DICH_VU text 50 ? # Mã dịch vụ kỹ thuật
TEN_DICH_VU text 1024 ? # Tên dịch vụ kỹ thuật
MA_THUOC text 255 ? # Mã hoạt chất thuốc
TEN_THUOC text 1024 ? portal=2000 # Tên thuốc
MA_VAT_TU text 255 ? # Mã vật tư y tế
TEN_VAT_TU text 1024 ? portal=2000 # Tên vật tư y tế
NGAY_YL time 12 ! # Thời điểm ra y lệnh
DU_PHONG text * - portal=4000 # Trường dự phòng
`,
)
