import { defineTable } from './define.ts'

/** Chỉ tiêu dữ liệu giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML11 = defineTable(
  'XML11',
  ['CHI_TIEU_DU_LIEU_GIAY_CHUNG_NHAN_NGHI_VIEC_HUONG_BAO_HIEM_XA_HOI'],
  { vi: 'Chỉ tiêu dữ liệu giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội', en: 'Sick-leave certificate for social insurance' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
SO_CT text 200 ! # Số chứng từ
SO_SERI text 200 ! # Số seri / số định danh chứng từ
SO_KCB text 200 ! # Số KCB nội bộ
DON_VI text 1024 ! # Đơn vị công tác đóng BHXH
MA_BHXH text 10 ! like=bhxh # Mã số BHXH
MA_THE_BHYT text * - like=cards # Mã thẻ bảo hiểm y tế
CHAN_DOAN_RV text * ! # Chẩn đoán ra viện
PP_DIEUTRI text * ! # Phương pháp điều trị
MA_DINH_CHI_THAI int 1 - list=FLAG01 # Đình chỉ thai nghén
NGUYENNHAN_DINHCHI text * ? # Nguyên nhân đình chỉ thai
TUOI_THAI int 2 ? # Tuổi thai (tuần)
SO_NGAY_NGHI int 3 ! # Số ngày nghỉ
TU_NGAY date 8 ! # Từ ngày
DEN_NGAY date 8 ! # Đến ngày
HO_TEN_CHA text 255 - # Họ tên cha
HO_TEN_ME text 255 - # Họ tên mẹ
MA_TTDV text 10 ! 3176=len:255 # Mã người đứng đầu/được ủy quyền ký
MA_BS text 200 ! 3176=len:255 # Mã bác sĩ/trưởng khoa ký
NGAY_CT date 8 ! # Ngày chứng từ
MA_THE_TAM text 15 - # Mã thẻ BHYT tạm
MAU_SO text 5 - like=ct07 # Mẫu số
DU_PHONG text * - portal=4000 # Trường dự phòng
`,
)
