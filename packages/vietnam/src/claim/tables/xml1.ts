import { defineTable } from './define.ts'

/** Chỉ tiêu tổng hợp khám bệnh, chữa bệnh. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML1 = defineTable(
  'XML1',
  ['TONG_HOP'],
  { vi: 'Chỉ tiêu tổng hợp khám bệnh, chữa bệnh', en: 'Encounter summary' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
STT int 10 - # Số thứ tự trong lần gửi
MA_BN text 100 ! # Mã người bệnh do cơ sở cấp
HO_TEN text 255 ! # Họ và tên người bệnh
SO_CCCD text 15 - like=paper 3176=len:* # Số căn cước/CCCD, CMND hoặc hộ chiếu
NGAY_SINH time 12 ! # Ngày giờ sinh
GIOI_TINH int 1 ! list=GIOI_TINH # Giới tính
NHOM_MAU text 5 - portal=10 # Nhóm máu
MA_QUOCTICH text 3 ! # Mã quốc tịch
MA_DANTOC text 2 ! # Mã dân tộc
MA_NGHE_NGHIEP text 5 ! # Mã nghề nghiệp
DIA_CHI text 1024 ! # Địa chỉ cư trú hiện tại
MATINH_CU_TRU text 3 ! # Mã tỉnh cư trú
MAHUYEN_CU_TRU text 3 ? # Mã huyện cư trú
MAXA_CU_TRU text 5 ! # Mã xã cư trú
DIEN_THOAI text 15 - # Điện thoại người bệnh hoặc thân nhân
MA_THE_BHYT text * ? like=cards # Mã thẻ bảo hiểm y tế
MA_DKBD text * ? like=facilities # Mã cơ sở đăng ký KCB ban đầu
GT_THE_TU dates * ? # Thẻ có giá trị từ ngày
GT_THE_DEN dates * ? # Thẻ có giá trị đến ngày
NGAY_MIEN_CCT dateOrTime 12 - # Thời điểm được miễn cùng chi trả
LY_DO_VV text * ! # Lý do đến khám/vào viện
LY_DO_VNT text * ? # Lý do vào nội trú
MA_LY_DO_VNT text 5 - # Mã lý do vào nội trú
CHAN_DOAN_VAO text * ! # Chẩn đoán lúc vào
CHAN_DOAN_RV text * ! # Chẩn đoán ra viện
MA_BENH_CHINH text 7 ! # Mã bệnh chính (ICD-10)
MA_BENH_KT text 100 ? # Mã bệnh kèm theo (ICD-10)
MA_BENH_YHCT text 255 ? 3176=len:150 # Mã bệnh y học cổ truyền
MA_PTTT_QT text 125 ? # Mã phẫu thuật, thủ thuật ICD-9-CM
MA_DOITUONG_KCB text 4 ! list=MA_DOITUONG_KCB portal=5 # Mã đối tượng đến KCB
MA_NOI_DI text 5 ? like=facility # Mã cơ sở nơi chuyển người bệnh đi (tuyến gửi)
MA_NOI_DEN text 5 ? like=facility # Mã cơ sở nơi chuyển đến
MA_TAI_NAN int 1 - portal=2 # Mã tai nạn thương tích
NGAY_VAO time 12 ! # Thời điểm đến KCB
NGAY_VAO_NOI_TRU time 12 ? # Thời điểm chỉ định vào nội trú
NGAY_RA time 12 ! # Thời điểm kết thúc KCB / ra viện
GIAY_CHUYEN_TUYEN text 50 ? # Số giấy chuyển tuyến (hoặc giấy hẹn khám lại)
SO_NGAY_DTRI int 3 ! # Số ngày điều trị
PP_DIEU_TRI text * - # Phương pháp điều trị
KET_QUA_DTRI int 1 ! list=KET_QUA_DTRI # Kết quả điều trị
MA_LOAI_RV int 1 ! list=MA_LOAI_RV # Mã loại ra viện
GHI_CHU text * - # Lời dặn / ghi chú
NGAY_TTOAN time 12 - # Thời điểm thanh toán
T_THUOC dec2 15 ! # Tổng tiền thuốc
T_VTYT dec2 15 ! # Tổng tiền vật tư y tế
T_TONGCHI_BV dec2 15 ! # Tổng chi phí theo giá bệnh viện
T_TONGCHI_BH dec2 15 ! # Tổng chi phí trong phạm vi BHYT
T_BNTT dec2 15 ! # Người bệnh tự trả
T_BNCCT dec2 15 ! # Người bệnh cùng chi trả
T_BHTT dec2 15 ! # Quỹ BHYT thanh toán
T_NGUONKHAC dec2 15 ! # Nguồn khác chi trả
T_BHTT_GDV dec2 15 ! # BHYT thanh toán ngoài định suất/DRG
NAM_QT int 4 ! # Năm quyết toán
THANG_QT int 2 ! # Tháng quyết toán
MA_LOAI_KCB text 2 ! list=MA_LOAI_KCB # Mã loại hình KCB
MA_KHOA text 50 ! # Mã khoa
MA_CSKCB text 5 ! like=facility # Mã cơ sở KCB
MA_KHUVUC text 2 - list=MA_KHUVUC like=area # Mã nơi sinh sống (K1/K2/K3)
CAN_NANG text 6 ! # Cân nặng người bệnh (kg)
CAN_NANG_CON text 100 ? # Cân nặng con (gram)
NAM_NAM_LIEN_TUC date 8 - # Thời điểm đủ 05 năm liên tục
NGAY_TAI_KHAM dates 50 ? # Ngày hẹn tái khám
MA_HSBA text 100 ! # Mã số hồ sơ bệnh án
MA_TTDV text 10 - 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
DU_PHONG text * - # Trường dự phòng
`,
)
