import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu giấy chuyển tuyến (giấy chuyển cơ sở KCB) BHYT. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML13 = defineTable(
  'XML13',
  ['CHI_TIEU_GIAYCHUYENTUYEN'],
  { vi: 'Chỉ tiêu dữ liệu giấy chuyển tuyến (giấy chuyển cơ sở KCB) BHYT', en: 'Referral / transfer letter' },
  `
MA_LK text 100 ! portal=250 # Mã đợt điều trị duy nhất, khóa nối mọi bảng
SO_HOSO text 50 ! portal=100 # Số hồ sơ giấy chuyển tuyến
SO_CHUYENTUYEN text 50 ! portal=100 # Số vào sổ chuyển tuyến
GIAY_CHUYEN_TUYEN text 50 ! portal=100 # Số giấy chuyển tuyến (hoặc giấy hẹn khám lại)
MA_CSKCB text 5 - like=facility same=MA_CSKCB # Mã cơ sở KCB
MA_NOI_DI text 5 - like=facility same=MA_NOI_DI 3176=as:MA_CSKCB_DI:100 # Mã cơ sở nơi chuyển người bệnh đi (tuyến gửi)
MA_NOI_DEN text 5 - like=facility same=MA_NOI_DEN 3176=as:MA_CSKCB_DEN:5 # Mã cơ sở nơi chuyển đến
HO_TEN text 255 ! same=HO_TEN # Họ và tên người bệnh
NGAY_SINH time 12 - same=NGAY_SINH # Ngày giờ sinh
GIOI_TINH int 1 - list=GIOI_TINH same=GIOI_TINH # Giới tính
MA_QUOCTICH text 3 - same=MA_QUOCTICH # Mã quốc tịch
MA_DANTOC text 2 - same=MA_DANTOC # Mã dân tộc
MA_NGHE_NGHIEP text 5 - same=MA_NGHE_NGHIEP # Mã nghề nghiệp
DIA_CHI text 1024 - same=DIA_CHI # Địa chỉ cư trú hiện tại
MA_THE_BHYT text * - like=cards same=MA_THE_BHYT portal=200 # Mã thẻ bảo hiểm y tế
GT_THE_DEN dates * - same=GT_THE_DEN portal=200 # Thẻ có giá trị đến ngày
NGAY_VAO time 12 - same=NGAY_VAO 3176=len:100 # Thời điểm đến KCB
NGAY_VAO_NOI_TRU time 12 - same=NGAY_VAO_NOI_TRU # Thời điểm chỉ định vào nội trú
NGAY_RA time 12 - same=NGAY_RA 3176=len:100 # Thời điểm kết thúc KCB / ra viện
DAU_HIEU_LS text * ! portal=4000 # Dấu hiệu lâm sàng
CHAN_DOAN_RV text * - same=CHAN_DOAN_RV portal=4000 # Chẩn đoán ra viện
QT_BENHLY text * ! portal=4000 # Quá trình bệnh lý và diễn biến lâm sàng
TOMTAT_KQ text * - portal=4000 # Tóm tắt kết quả cận lâm sàng
PP_DIEUTRI text * - same=PP_DIEUTRI portal=4000 # Phương pháp điều trị
MA_BENH_CHINH text 7 - same=MA_BENH_CHINH portal=50 # Mã bệnh chính (ICD-10)
MA_BENH_KT text 100 - same=MA_BENH_KT portal=200 # Mã bệnh kèm theo (ICD-10)
MA_BENH_YHCT text 255 - same=MA_BENH_YHCT # Mã bệnh y học cổ truyền
TEN_DICH_VU text 1024 ! 3176=gone # Tên dịch vụ kỹ thuật
TEN_THUOC text 1024 - 3176=gone # Tên thuốc
PP_DIEU_TRI text * - same=PP_DIEU_TRI portal=4000 3176=as:TINH_TRANG_CT:* # Phương pháp điều trị
MA_LOAI_RV int 1 - list=MA_LOAI_RV same=MA_LOAI_RV # Mã loại ra viện
MA_LYDO_CT int 1 ! list=MA_LYDO_CT # Mã lý do chuyển tuyến
HUONG_DIEU_TRI text * ! portal=4000 # Hướng điều trị
PHUONGTIEN_VC text 255 ! # Phương tiện vận chuyển
HOTEN_NGUOI_HT text 255 ? # Họ tên người hộ tống
CHUCDANH_NGUOI_HT text 255 ? # Chức danh, trình độ người hộ tống
MA_BAC_SI text 255 ! # Mã bác sĩ (số CCHN/GPHN)
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
DU_PHONG text * - portal=4000 # Trường dự phòng
`,
)
