import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu giấy ra viện. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML7 = defineTable(
  'XML7',
  ['CHI_TIEU_DU_LIEU_GIAY_RA_VIEN'],
  { vi: 'Chỉ tiêu dữ liệu giấy ra viện', en: 'Discharge paper' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
SO_LUU_TRU text 200 ! # Số lưu trữ (số hồ sơ bệnh án)
MA_YTE text 200 ! # Mã y tế (theo MA_BN)
MA_KHOA_RV text 200 ! # Mã khoa ra viện
NGAY_VAO time 12 ! # Thời điểm đến KCB
NGAY_RA time 12 ! # Thời điểm kết thúc KCB / ra viện
MA_DINH_CHI_THAI int 1 - list=FLAG01 # Đình chỉ thai nghén
NGUYENNHAN_DINHCHI text * ? # Nguyên nhân đình chỉ thai
THOIGIAN_DINHCHI time 12 ? # Thời điểm đình chỉ thai
TUOI_THAI int 2 ? # Tuổi thai (tuần)
CHAN_DOAN_RV text 1500 ! # Chẩn đoán ra viện
PP_DIEUTRI text 1500 ! 3176=len:* # Phương pháp điều trị
GHI_CHU text 1500 - # Lời dặn / ghi chú
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
MA_BS text 200 ! 3176=len:255 # Mã bác sĩ/trưởng khoa ký
TEN_BS text 255 ! # Họ tên bác sĩ/trưởng khoa ký
NGAY_CT date 8 ! # Ngày chứng từ
MA_CHA text 10 - # Mã BHXH của cha
MA_ME text 10 - # Mã BHXH của mẹ
MA_THE_TAM text 15 - # Mã thẻ BHYT tạm
HO_TEN_CHA text 255 - # Họ tên cha
HO_TEN_ME text 255 - # Họ tên mẹ
SO_NGAY_NGHI int 2 - 3176=len:3 # Số ngày nghỉ
NGOAITRU_TUNGAY date 8 ? # Nghỉ ngoại trú từ ngày
NGOAITRU_DENNGAY date 8 ? # Nghỉ ngoại trú đến ngày
DU_PHONG text * - portal=4000 # Trường dự phòng
`,
)
