import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu giấy chứng sinh. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML9 = defineTable(
  'XML9',
  ['CHI_TIEU_DU_LIEU_GIAY_CHUNG_SINH', 'DSACH_GIAYCHUNGSINH', 'DU_LIEU_GIAY_CHUNG_SINH'],
  { vi: 'Chỉ tiêu dữ liệu giấy chứng sinh', en: 'Birth certificate' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
MA_BHXH_NND text 10 - like=bhxh # Mã BHXH người nuôi dưỡng
MA_THE_NND text 15 - # Mã thẻ BHYT người nuôi dưỡng
HO_TEN_NND text 255 ! # Họ tên mẹ/người nuôi dưỡng
NGAYSINH_NND date 8 ! # Ngày sinh mẹ/người nuôi dưỡng
MA_DANTOC_NND text 2 ! # Mã dân tộc mẹ/người nuôi dưỡng
SO_CCCD_NND text 15 ! 3176=len:* # Số giấy tờ mẹ/người nuôi dưỡng
NGAYCAP_CCCD_NND date 8 ! # Ngày cấp giấy tờ
NOICAP_CCCD_NND text 1024 ! # Nơi cấp giấy tờ
NOI_CU_TRU_NND text 1024 ! # Nơi cư trú
MA_QUOCTICH text 3 ! # Mã quốc tịch
MATINH_CU_TRU text 3 ! # Mã tỉnh cư trú
MAHUYEN_CU_TRU text 3 ? # Mã huyện cư trú
MAXA_CU_TRU text 5 ! # Mã xã cư trú
HO_TEN_CHA text 255 - # Họ tên cha
MA_THE_TAM text 15 ! # Mã thẻ BHYT tạm
HO_TEN_CON text 255 - # Tên dự định đặt cho con
GIOI_TINH_CON int 1 ! list=GIOI_TINH # Giới tính con
SO_CON int 2 ! # Số con lần sinh này
LAN_SINH int 2 ! # Lần sinh
SO_CON_SONG int 2 ! # Số con hiện sống
CAN_NANG_CON int 10 ! # Cân nặng con (gram)
NGAY_SINH_CON time 12 ! # Ngày giờ sinh con
NOI_SINH_CON text 1024 ! # Nơi sinh
TINH_TRANG_CON text * ! # Tình trạng con
SINHCON_PHAUTHUAT int 1 ! list=FLAG01 # Sinh con phải phẫu thuật
SINHCON_DUOI32TUAN int 1 ! list=FLAG01 # Sinh con dưới 32 tuần
GHI_CHU text * ! # Lời dặn / ghi chú
NGUOI_DO_DE text 255 ! # Người đỡ đẻ
NGUOI_GHI_PHIEU text 255 ! # Người ghi phiếu
NGAY_CT date 8 ! # Ngày chứng từ
SO text 200 ! # Số chứng từ
QUYEN_SO text 200 ! # Quyển số
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
DU_PHONG text * - portal=4000 # Trường dự phòng
`,
)
