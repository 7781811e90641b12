import { defineTable } from './define.ts'

/** Chỉ tiêu hồ sơ bệnh án chăm sóc và điều trị HIV/AIDS. Layout of QĐ 4750/QĐ-BYT; `3176=` marks what QĐ 3176/QĐ-BYT (and QĐ 1931/2026) changes. */
export const XML6 = defineTable(
  'XML6',
  [
    'CHI_TIEU_HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS',
    'DSACH_HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS',
    'HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS',
  ],
  { vi: 'Chỉ tiêu hồ sơ bệnh án chăm sóc và điều trị HIV/AIDS', en: 'HIV/AIDS care record' },
  `
MA_LK text 100 ! # Mã đợt điều trị duy nhất, khóa nối mọi bảng
MA_THE_BHYT text * - like=cards # Mã thẻ bảo hiểm y tế
SO_CCCD text 15 - like=paper # Số căn cước/CCCD, CMND hoặc hộ chiếu
NGAY_SINH time 12 - same=NGAY_SINH # Ngày giờ sinh
GIOI_TINH int 1 - list=GIOI_TINH same=GIOI_TINH # Giới tính
DIA_CHI text 1024 - same=DIA_CHI # Địa chỉ cư trú hiện tại
MATINH_CU_TRU text 3 - same=MATINH_CU_TRU # Mã tỉnh cư trú
MAHUYEN_CU_TRU text 3 ? same=MAHUYEN_CU_TRU # Mã huyện cư trú
MAXA_CU_TRU text 5 - same=MAXA_CU_TRU # Mã xã cư trú
NGAYKD_HIV date 8 - # Ngày khẳng định HIV
NOI_LAY_MAU_XN text 5 ! # Cơ sở lấy mẫu xét nghiệm HIV
NOI_XN_KD text 5 ! # Cơ sở xét nghiệm khẳng định
NOI_BDDT_ARV text 5 ! # Cơ sở bắt đầu điều trị ARV
BDDT_ARV date 8 - # Ngày bắt đầu ARV
MA_PHAC_DO_DIEU_TRI_BD text 200 - # Mã phác đồ ARV ban đầu
MA_BAC_PHAC_DO_BD int 1 - list=MA_BAC_PHAC_DO # Bậc phác đồ ban đầu
MA_LYDO_DTRI int 1 ! list=MA_LYDO_DTRI # Lý do đăng ký điều trị
LOAI_DTRI_LAO int 1 ! list=LOAI_DTRI_LAO_6 # Loại điều trị lao
SANG_LOC_LAO int 1 ! list=SANG_LOC_LAO # Sàng lọc lao
PHACDO_DTRI_LAO int 2 ? list=PHACDO_DTRI_LAO_6 # Phác đồ điều trị lao
NGAYBD_DTRI_LAO date 8 ? # Ngày bắt đầu điều trị lao
NGAYKT_DTRI_LAO date 8 ? # Ngày kết thúc điều trị lao
KQ_DTRI_LAO int 1 ! list=KQ_DTRI_LAO # Kết quả điều trị lao
MA_LYDO_XNTL_VR int 1 - list=MA_LYDO_XNTL_VR # Lý do xét nghiệm tải lượng vi rút
NGAY_XN_TLVR date 8 - # Ngày lấy mẫu tải lượng vi rút
KQ_XNTL_VR int 1 - list=KQ_XNTL_VR # Kết quả tải lượng vi rút
NGAY_KQ_XN_TLVR date 8 - # Ngày có kết quả tải lượng vi rút
MA_LOAI_BN int 1 ! list=MA_LOAI_BN # Loại đối tượng đến khám
GIAI_DOAN_LAM_SANG int 1 ! list=GIAI_DOAN_LAM_SANG # Giai đoạn lâm sàng
NHOM_DOI_TUONG int 2 ! list=NHOM_DOI_TUONG # Nhóm đối tượng nguy cơ
MA_TINH_TRANG_DK text 18 ! list=MA_TINH_TRANG_DK # Tình trạng khi đến khám
LAN_XN_PCR int 1 ? list=LAN_XN_PCR # Lần xét nghiệm PCR
NGAY_XN_PCR date 8 ? # Ngày xét nghiệm PCR
NGAY_KQ_XN_PCR date 8 ? # Ngày có kết quả PCR
MA_KQ_XN_PCR int 1 ? list=MA_KQ_XN_PCR # Kết quả PCR
NGAY_NHAN_TT_MANG_THAI date 8 - # Ngày nhận thông tin mang thai
NGAY_BAT_DAU_DT_CTX date 8 - # Ngày bắt đầu Cotrimoxazol
MA_XU_TRI text 10 ! list=MA_XU_TRI portal=1 # Mã xử trí
NGAY_BAT_DAU_XU_TRI date 8 ? # Ngày bắt đầu xử trí
NGAY_KET_THUC_XU_TRI date 8 ? # Ngày kết thúc xử trí
MA_PHAC_DO_DIEU_TRI text 200 ! # Mã phác đồ ARV
MA_BAC_PHAC_DO int 1 ? list=MA_BAC_PHAC_DO # Bậc phác đồ
SO_NGAY_CAP_THUOC_ARV int 3 ? # Số ngày cấp thuốc ARV
NGAY_CHUYEN_PHAC_DO date 8 ! # Ngày chuyển phác đồ
LY_DO_CHUYEN_PHAC_DO int 1 ! list=LY_DO_CHUYEN_PHAC_DO # Lý do chuyển phác đồ
MA_CSKCB text 5 - like=facility same=MA_CSKCB # Mã cơ sở KCB
DU_PHONG text * - # Trường dự phòng
`,
)
