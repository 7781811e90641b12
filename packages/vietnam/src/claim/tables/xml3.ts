import { defineTable } from './define.ts'

/** Chỉ tiêu chi tiết dịch vụ kỹ thuật và vật tư y tế. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML3 = defineTable(
  'XML3',
  ['CHITIEU_CHITIET_DVKT_VTYT', 'DSACH_CHI_TIET_DVKT', 'CHI_TIET_DVKT'],
  { vi: 'Chỉ tiêu chi tiết dịch vụ kỹ thuật và vật tư y tế', en: 'Service and supply details' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 ! # Số thứ tự trong lần gửi
MA_DICH_VU text 50 ? # Mã dịch vụ kỹ thuật
MA_PTTT_QT text 255 - # Mã phẫu thuật, thủ thuật ICD-9-CM
MA_VAT_TU text 255 ? # Mã vật tư y tế
MA_NHOM int 2 ! list=MA_NHOM # Mã nhóm chi phí
GOI_VTYT text 3 - like=package portal=4 # Gói vật tư y tế
TEN_VAT_TU text 1024 ? # Tên vật tư y tế
TEN_DICH_VU text 1024 ? # Tên dịch vụ kỹ thuật
MA_XANG_DAU text 20 ? # Mã xăng dầu
DON_VI_TINH text 50 ! # Đơn vị tính
PHAM_VI int 1 ! list=PHAM_VI # Phạm vi hưởng
SO_LUONG dec3 10 ! # Số lượng
DON_GIA_BV dec3 15 ! # Đơn giá bệnh viện
DON_GIA_BH dec3 15 ! # Đơn giá BHYT
TT_THAU text 50 ? portal=100 # Thông tin thầu
TYLE_TT_DV int 3 ! # Tỷ lệ thanh toán dịch vụ đặc biệt (%)
TYLE_TT_BH int 3 ! # Tỷ lệ thanh toán BHYT (%)
THANH_TIEN_BV dec2 15 ! # Thành tiền theo giá bệnh viện
THANH_TIEN_BH dec2 15 ! # Thành tiền trong phạm vi BHYT
T_TRANTT dec2 15 - # Trần thanh toán gói VTYT
MUC_HUONG int 3 ! 3176=len:4 # Mức hưởng (%)
T_NGUONKHAC_NSNN dec2 15 ! # Nguồn khác: ngân sách nhà nước
T_NGUONKHAC_VTNN dec2 15 ! # Nguồn khác: viện trợ nước ngoài
T_NGUONKHAC_VTTN dec2 15 ! # Nguồn khác: viện trợ trong nước
T_NGUONKHAC_CL dec2 15 ! # Nguồn khác: còn lại
T_NGUONKHAC dec2 15 ! # Nguồn khác chi trả
T_BNTT dec2 15 ! # Người bệnh tự trả
T_BNCCT dec2 15 ! # Người bệnh cùng chi trả
T_BHTT dec2 15 ! # Quỹ BHYT thanh toán
MA_KHOA text 50 ! portal=20 # Mã khoa
MA_GIUONG text 50 ? like=bed # Mã giường
MA_BAC_SI text 255 ! # Mã bác sĩ (số CCHN/GPHN)
NGUOI_THUC_HIEN text 255 ? # Mã người thực hiện
MA_BENH text 100 - # Mã bệnh cần chỉ định dịch vụ
MA_BENH_YHCT text 255 - 3176=len:150 # Mã bệnh y học cổ truyền
NGAY_YL time 12 ! # Thời điểm ra y lệnh
NGAY_TH_YL time 12 ? # Thời điểm thực hiện y lệnh
NGAY_KQ time 12 - # Thời điểm có kết quả
MA_PTTT int 1 ! list=MA_PTTT # Mã phương thức thanh toán
VET_THUONG_TP int 1 - list=FLAG1 # Vết thương tái phát
PP_VO_CAM int 1 ? list=PP_VO_CAM # Phương pháp vô cảm
VI_TRI_TH_DVKT int 3 - # Mã vị trí thực hiện
MA_MAY text 1024 - # Mã máy
MA_HIEU_SP text 255 ? # Mã hiệu sản phẩm VTYT
TAI_SU_DUNG int 1 - list=FLAG1 # VTYT tái sử dụng
DU_PHONG text * - # Trường dự phòng
`,
)
