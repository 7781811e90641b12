import { defineTable } from './define.ts'

/** Chỉ tiêu chi tiết thuốc. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML2 = defineTable(
  'XML2',
  ['CHITIEU_CHITIET_THUOC', 'DSACH_CHI_TIET_THUOC', 'CHI_TIET_THUOC'],
  { vi: 'Chỉ tiêu chi tiết thuốc', en: 'Drug details' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 ! # Số thứ tự trong lần gửi
MA_THUOC text 255 ! # Mã hoạt chất thuốc
MA_PP_CHEBIEN text 255 - # Mã phương pháp chế biến vị thuốc cổ truyền
MA_CSKCB_THUOC text 10 - # Mã cơ sở cung cấp thuốc
MA_NHOM int 2 ! list=MA_NHOM # Mã nhóm chi phí
TEN_THUOC text 1024 ! # Tên thuốc
DON_VI_TINH text 50 ! # Đơn vị tính
HAM_LUONG text 1024 ! # Hàm lượng
DUONG_DUNG text 4 ! # Mã đường dùng
DANG_BAO_CHE text 1024 - # Dạng bào chế
LIEU_DUNG text 1024 ! # Liều dùng
CACH_DUNG text 1024 - # Cách dùng, lời dặn
SO_DANG_KY text 255 ? # Số đăng ký lưu hành
TT_THAU text 50 ? # Thông tin thầu
PHAM_VI int 1 ! list=PHAM_VI # Phạm vi hưởng
TYLE_TT_BH int 3 ! # Tỷ lệ thanh toán BHYT (%)
SO_LUONG dec3 10 ! # Số lượng
DON_GIA dec3 15 ! # Đơn giá
THANH_TIEN_BV dec2 15 ! # Thành tiền theo giá bệnh viện
THANH_TIEN_BH dec2 15 ! # Thành tiền trong phạm vi BHYT
T_NGUONKHAC_NSNN dec2 15 ! # Nguồn khác: ngân sách nhà nước
T_NGUONKHAC_VTNN dec2 15 ! # Nguồn khác: viện trợ nước ngoài
T_NGUONKHAC_VTTN dec2 15 ! # Nguồn khác: viện trợ trong nước
T_NGUONKHAC_CL dec2 15 ! # Nguồn khác: còn lại
T_NGUONKHAC dec2 15 ! # Nguồn khác chi trả
MUC_HUONG int 3 ! 3176=len:4 # Mức hưởng (%)
T_BNTT dec2 15 ! # Người bệnh tự trả
T_BNCCT dec2 15 ! # Người bệnh cùng chi trả
T_BHTT dec2 15 ! # Quỹ BHYT thanh toán
MA_KHOA text 50 ! portal=15 # Mã khoa
MA_BAC_SI text 255 ? # Mã bác sĩ (số CCHN/GPHN)
MA_DICH_VU text 255 ? # Mã dịch vụ kỹ thuật
NGAY_YL time 12 ! # Thời điểm ra y lệnh
NGAY_TH_YL time 12 - # Thời điểm thực hiện y lệnh
MA_PTTT int 1 ! list=MA_PTTT # Mã phương thức thanh toán
NGUON_CTRA int 1 ! list=NGUON_CTRA # Nguồn chi trả thuốc
VET_THUONG_TP int 1 - list=FLAG1 # Vết thương tái phát
DU_PHONG text * - # Trường dự phòng
`,
)
