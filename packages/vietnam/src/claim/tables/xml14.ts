import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu giấy hẹn khám lại. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML14 = defineTable(
  'XML14',
  ['CHI_TIEU_GIAYHEN_KHAMLAI'],
  { vi: 'Chỉ tiêu dữ liệu giấy hẹn khám lại', en: 'Re-examination slip' },
  `
MA_LK text 100 ! portal=200 # Mã đợt điều trị duy nhất, khóa nối mọi bảng
SO_GIAYHEN_KL text 50 ! portal=100 # Số giấy hẹn khám lại
MA_CSKCB text 5 ! like=facility # Mã cơ sở KCB
HO_TEN text 255 ! # Họ và tên người bệnh
NGAY_SINH time 12 - same=NGAY_SINH # Ngày giờ sinh
GIOI_TINH int 1 - list=GIOI_TINH same=GIOI_TINH # Giới tính
DIA_CHI text 1024 - same=DIA_CHI # Địa chỉ cư trú hiện tại
MA_THE_BHYT text * - like=cards same=MA_THE_BHYT portal=200 # Mã thẻ bảo hiểm y tế
GT_THE_DEN dates * - same=GT_THE_DEN portal=200 # Thẻ có giá trị đến ngày
NGAY_VAO time 12 - same=NGAY_VAO # Thời điểm đến KCB
NGAY_VAO_NOI_TRU time 12 - same=NGAY_VAO_NOI_TRU # Thời điểm chỉ định vào nội trú
NGAY_RA time 12 - same=NGAY_RA # Thời điểm kết thúc KCB / ra viện
NGAY_HEN_KL time 12 ! 3176=date:8 # Ngày hẹn khám lại
CHAN_DOAN_RV text * - same=CHAN_DOAN_RV portal=4000 # Chẩn đoán ra viện
MA_BENH_CHINH text 7 - same=MA_BENH_CHINH portal=50 # Mã bệnh chính (ICD-10)
MA_BENH_KT text 100 - same=MA_BENH_KT portal=200 # Mã bệnh kèm theo (ICD-10)
MA_BENH_YHCT text 255 - same=MA_BENH_YHCT # Mã bệnh y học cổ truyền
MA_DOITUONG_KCB text 4 - list=MA_DOITUONG_KCB same=MA_DOITUONG_KCB portal=10 # Mã đối tượng đến KCB
MA_BAC_SI text 255 ! # Mã bác sĩ (số CCHN/GPHN)
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
NGAY_CT date 8 ! # Ngày chứng từ
DU_PHONG text * - # Trường dự phòng
`,
)
