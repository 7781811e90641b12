/**
 * XML6, XML9, XML10, XML11 and XML15 as pages to read: which column stands under which heading (annexes of QĐ 4750). The
 * words beside a value are the labels of the table files.
 */

export interface RecordPage {
  title: string
  /** Column with the number of the paper, and the one with its day. */
  number?: string
  issuedOn?: string
  /** Columns with the licence and the name of who signs. */
  doctor?: string
  doctorName?: string
  sections: { title: string; columns: string[] }[]
  /** Columns not under a heading: keys, who the patient is (XML1 says it), codes whose words stand beside, what the title line shows. */
  elsewhere: string[]
  /** Only those who care for the patient may read it (HIV: Law 64/2006/QH11 Art. 30): every row, or one that fills such a column. */
  restricted?: 'always' | string[]
}

const columns = (text: string): string[] => text.trim().split(/\s+/)
const section = (title: string, text: string): RecordPage['sections'][number] => ({ title, columns: columns(text) })
const KEYS = 'MA_LK STT DU_PHONG'

const HIV: RecordPage = {
  title: 'Hồ sơ chăm sóc và điều trị HIV/AIDS',
  sections: [
    section(
      'Tình trạng',
      `NGAYKD_HIV NOI_LAY_MAU_XN NOI_XN_KD MA_LOAI_BN NHOM_DOI_TUONG GIAI_DOAN_LAM_SANG MA_TINH_TRANG_DK NGAY_NHAN_TT_MANG_THAI`,
    ),
    section(
      'Điều trị ARV',
      `MA_LYDO_DTRI BDDT_ARV NOI_BDDT_ARV MA_PHAC_DO_DIEU_TRI_BD MA_BAC_PHAC_DO_BD MA_PHAC_DO_DIEU_TRI MA_BAC_PHAC_DO
       NGAY_CHUYEN_PHAC_DO LY_DO_CHUYEN_PHAC_DO SO_NGAY_CAP_THUOC_ARV`,
    ),
    section('Xét nghiệm', `NGAY_XN_TLVR NGAY_KQ_XN_TLVR KQ_XNTL_VR MA_LYDO_XNTL_VR LAN_XN_PCR NGAY_XN_PCR NGAY_KQ_XN_PCR MA_KQ_XN_PCR`),
    section('Lao', 'SANG_LOC_LAO LOAI_DTRI_LAO PHACDO_DTRI_LAO NGAYBD_DTRI_LAO NGAYKT_DTRI_LAO KQ_DTRI_LAO'),
    section('Xử trí', 'MA_XU_TRI NGAY_BAT_DAU_XU_TRI NGAY_KET_THUC_XU_TRI NGAY_BAT_DAU_DT_CTX'),
  ],
  elsewhere: columns(`${KEYS} MA_THE_BHYT SO_CCCD`),
  restricted: 'always',
}

const BIRTH: RecordPage = {
  title: 'Giấy chứng sinh',
  number: 'SO',
  issuedOn: 'NGAY_CT',
  sections: [
    section('Con', 'HO_TEN_CON GIOI_TINH_CON NGAY_SINH_CON CAN_NANG_CON NOI_SINH_CON TINH_TRANG_CON'),
    section('Lần sinh', 'LAN_SINH SO_CON SO_CON_SONG SINHCON_PHAUTHUAT SINHCON_DUOI32TUAN NGUOI_DO_DE GHI_CHU'),
    section(
      'Mẹ hoặc người nuôi dưỡng, cha',
      `HO_TEN_NND NGAYSINH_NND MA_DANTOC_NND MA_QUOCTICH SO_CCCD_NND NGAYCAP_CCCD_NND NOICAP_CCCD_NND NOI_CU_TRU_NND MA_BHXH_NND
       MA_THE_NND HO_TEN_CHA`,
    ),
    section('Chứng từ', 'QUYEN_SO MA_THE_TAM NGUOI_GHI_PHIEU MA_TTDV'),
  ],
  elsewhere: columns(`${KEYS} SO NGAY_CT MATINH_CU_TRU MAHUYEN_CU_TRU MAXA_CU_TRU`),
}

const PREGNANCY_REST: RecordPage = {
  title: 'Giấy chứng nhận nghỉ dưỡng thai',
  number: 'SO_CT',
  issuedOn: 'NGAY_CT',
  doctor: 'MA_BS',
  doctorName: 'TEN_BS',
  sections: [
    section('Chẩn đoán', 'CHAN_DOAN_RV'),
    section('Thời gian nghỉ', 'SO_NGAY TU_NGAY DEN_NGAY'),
    section('Chứng từ', 'SO_SERI DON_VI MA_TTDV'),
  ],
  elsewhere: columns(`${KEYS} SO_CT NGAY_CT MA_BS TEN_BS`),
}

const SICK_LEAVE: RecordPage = {
  title: 'Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội',
  number: 'SO_CT',
  issuedOn: 'NGAY_CT',
  doctor: 'MA_BS',
  sections: [
    section('Chẩn đoán và điều trị', 'CHAN_DOAN_RV PP_DIEUTRI MA_DINH_CHI_THAI NGUYENNHAN_DINHCHI TUOI_THAI'),
    section('Thời gian nghỉ', 'SO_NGAY_NGHI TU_NGAY DEN_NGAY'),
    section('Chứng từ', 'SO_SERI SO_KCB MAU_SO DON_VI MA_BHXH MA_THE_TAM HO_TEN_CHA HO_TEN_ME MA_TTDV'),
  ],
  elsewhere: columns(`${KEYS} SO_CT NGAY_CT MA_BS MA_THE_BHYT`),
}

const TUBERCULOSIS: RecordPage = {
  title: 'Quản lý điều trị bệnh lao',
  sections: [
    section('Phân loại lao', 'PHANLOAI_LAO_VITRI PHANLOAI_LAO_TS PHANLOAI_LAO_VK PHANLOAI_LAO_KT PHANLOAI_LAO_HIV'),
    section('Điều trị lao', 'LOAI_DTRI_LAO PHACDO_DTRI_LAO NGAYBD_DTRI_LAO NGAYKT_DTRI_LAO KET_QUA_DTRI_LAO'),
    section('HIV', 'NGAYKD_HIV BDDT_ARV NGAY_BAT_DAU_DT_CTX'),
  ],
  elsewhere: columns(`${KEYS} MA_BN`),
  restricted: columns('PHANLOAI_LAO_HIV NGAYKD_HIV BDDT_ARV'),
}

/** Tables that are read in the chart and kept as written with the record. */
export const RECORD_PAGES: Readonly<Record<string, RecordPage>> = {
  XML6: HIV,
  XML9: BIRTH,
  XML10: PREGNANCY_REST,
  XML11: SICK_LEAVE,
  XML15: TUBERCULOSIS,
}
