import { defineTable } from './define.ts'

/** Chỉ tiêu thông tin quản lý điều trị bệnh lao. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML15 = defineTable(
  'XML15',
  ['CHI_TIEU_DIEUTRI_BENHLAO', 'DSACH_CHITIET_DIEUTRI_BENHLAO', 'CHITIET_DIEUTRI_BENHLAO'],
  { vi: 'Chỉ tiêu thông tin quản lý điều trị bệnh lao', en: 'TB treatment management' },
  `
MA_LK text 100 ! portal=200 # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 - # Số thứ tự trong lần gửi
MA_BN text 100 ! portal=200 # Mã người bệnh do cơ sở cấp
HO_TEN text 255 - same=HO_TEN # Họ và tên người bệnh
SO_CCCD int 15 - like=paper same=SO_CCCD # Số căn cước/CCCD, CMND hoặc hộ chiếu
PHANLOAI_LAO_VITRI int 1 ! list=PHANLOAI_LAO_VITRI # Phân loại lao theo vị trí
PHANLOAI_LAO_TS int 1 ! list=PHANLOAI_LAO_TS # Phân loại lao theo tiền sử điều trị
PHANLOAI_LAO_HIV int 1 ! list=PHANLOAI_LAO_HIV # Phân loại lao theo HIV
PHANLOAI_LAO_VK int 1 ! list=PHANLOAI_LAO_VK # Phân loại lao theo vi khuẩn học
PHANLOAI_LAO_KT int 1 ! list=PHANLOAI_LAO_KT # Phân loại lao theo kháng thuốc
LOAI_DTRI_LAO int 1 ! list=LOAI_DTRI_LAO_15 # Loại điều trị lao
NGAYBD_DTRI_LAO date 8 ! # Ngày bắt đầu điều trị lao
PHACDO_DTRI_LAO int 2 ! list=PHACDO_DTRI_LAO_15 # Phác đồ điều trị lao
NGAYKT_DTRI_LAO date 8 - # Ngày kết thúc điều trị lao
KET_QUA_DTRI_LAO int 1 ! list=KET_QUA_DTRI_LAO # Kết quả điều trị lao
MA_CSKCB text 5 - like=facility same=MA_CSKCB # Mã cơ sở KCB
NGAYKD_HIV date 8 - # Ngày khẳng định HIV
BDDT_ARV date 8 ! # Ngày bắt đầu ARV
NGAY_BAT_DAU_DT_CTX date 8 ! # Ngày bắt đầu Cotrimoxazol
DU_PHONG text * - portal=40000 # Trường dự phòng
`,
)
