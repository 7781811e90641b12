/** Closed lists of the HIV and tuberculosis tables (XML6, XML15; QĐ 130 as amended by QĐ 4750), by the name the table files give them. */
import type { CodeTable } from './tables.ts'

export const PROGRAMME_LISTS = {
  /** Bậc phác đồ ARV. */
  MA_BAC_PHAC_DO: {
    1: { vi: 'Bậc 1', en: 'First line' },
    2: { vi: 'Bậc 2', en: 'Second line' },
    3: { vi: 'Bậc 3', en: 'Third line' },
  },
  /** Lý do đăng ký điều trị HIV. */
  MA_LYDO_DTRI: {
    1: { vi: 'HIV mới đăng ký lần đầu', en: 'New HIV patient, first enrolment' },
    2: { vi: 'Chưa điều trị ARV chuyển tới', en: 'Transferred in, ARV-naive' },
    3: { vi: 'Đã điều trị ARV chuyển tới', en: 'Transferred in, on ARV' },
    4: { vi: 'Đã điều trị ARV nay điều trị lại', en: 'Returned to ARV treatment' },
    5: { vi: 'Chưa điều trị ARV đăng ký lại', en: 'ARV-naive, re-enrolled' },
  },
  /** Loại điều trị lao. */
  LOAI_DTRI_LAO_6: {
    0: { vi: 'Không điều trị lao', en: 'None' },
    1: { vi: 'Điều trị lao tiềm ẩn', en: 'Latent TB' },
    2: { vi: 'Điều trị lao', en: 'TB' },
    3: { vi: 'Điều trị lao kháng thuốc', en: 'Drug-resistant TB' },
  },
  /** Loại điều trị lao. */
  LOAI_DTRI_LAO_15: {
    0: { vi: 'Không điều trị lao', en: 'None' },
    1: { vi: 'Điều trị lao tiềm ẩn', en: 'Latent TB' },
    2: { vi: 'Điều trị lao nhạy cảm thuốc', en: 'Drug-susceptible TB' },
    3: { vi: 'Điều trị lao kháng thuốc', en: 'Drug-resistant TB' },
  },
  /** Sàng lọc lao. */
  SANG_LOC_LAO: {
    1: { vi: 'Không sàng lọc', en: 'Not screened' },
    2: { vi: 'Sàng lọc triệu chứng', en: 'Symptom screening' },
    3: { vi: 'Chụp X-quang phổi', en: 'Chest X-ray' },
    4: { vi: 'Xét nghiệm Protein phản ứng C', en: 'C-reactive protein' },
  },
  /** Kết quả điều trị lao. */
  KQ_DTRI_LAO: {
    1: { vi: 'Đang điều trị', en: 'On treatment' },
    2: { vi: 'Hoàn thành', en: 'Completed' },
    3: { vi: 'Thất bại', en: 'Failed' },
    4: { vi: 'Tử vong', en: 'Died' },
    5: { vi: 'Bỏ điều trị', en: 'Lost' },
    6: { vi: 'Ngừng điều trị', en: 'Stopped (state reason)' },
    7: { vi: 'Không đánh giá', en: 'Not evaluated' },
  },
  /** Lý do xét nghiệm tải lượng. */
  MA_LYDO_XNTL_VR: {
    1: { vi: 'Thường quy', en: 'Routine' },
    2: { vi: 'Nghi ngờ thất bại điều trị', en: 'Suspected failure' },
    3: { vi: 'Khác', en: 'Other' },
  },
  /** Kết quả tải lượng HIV. */
  KQ_XNTL_VR: {
    1: { vi: 'Không phát hiện', en: 'Undetectable' },
    2: { vi: 'Dưới 50 bản sao/ml', en: '<50 copies/ml' },
    3: { vi: '50 đến dưới 200 bản sao/ml', en: '50 to <200 copies/ml' },
    4: { vi: '200 đến 1000 bản sao/ml', en: '200 to 1000 copies/ml' },
    5: { vi: 'Trên 1000 bản sao/ml', en: '>1000 copies/ml' },
  },
  /** Đối tượng đến khám HIV. */
  MA_LOAI_BN: {
    1: { vi: 'Người nhiễm HIV', en: 'HIV infected' },
    2: { vi: 'Trẻ phơi nhiễm HIV', en: 'Exposed child' },
    3: { vi: 'Dự phòng trước phơi nhiễm', en: 'PrEP' },
    4: { vi: 'Dự phòng sau phơi nhiễm', en: 'PEP' },
    5: { vi: 'Khác', en: 'Other' },
  },
  /** Giai đoạn lâm sàng. */
  GIAI_DOAN_LAM_SANG: {
    1: { vi: 'I', en: 'I' },
    2: { vi: 'II', en: 'II' },
    3: { vi: 'III', en: 'III' },
    4: { vi: 'IV', en: 'IV' },
  },
  /** Nhóm đối tượng. */
  NHOM_DOI_TUONG: {
    0: { vi: 'Người sử dụng ma túy', en: 'Drug users' },
    1: { vi: 'Người bán dâm', en: 'Sex workers' },
    2: { vi: 'Quan hệ tình dục đồng giới', en: 'Same-sex relations' },
    3: { vi: 'Chuyển đổi giới tính', en: 'Transgender' },
    4: { vi: 'Vợ/chồng, người sống chung với người nhiễm hoặc với nhóm 0-3', en: 'Spouse or household member' },
    5: { vi: 'Có quan hệ tình dục với người nhiễm', en: 'Sexual partner of infected person' },
    6: { vi: 'Bệnh lây truyền qua đường tình dục', en: 'STI patient' },
    7: { vi: 'Người di biến động', en: 'Mobile population' },
    8: { vi: 'Người mắc lao', en: 'TB patient' },
    9: { vi: 'Có triệu chứng nghi nhiễm HIV', en: 'Symptomatic suspect' },
    10: { vi: 'Phạm nhân, người bị giữ, học viên cai nghiện', en: 'Detainees and trainees' },
    11: { vi: 'Khác', en: 'Other' },
  },
  /** Tình trạng khi khám. */
  MA_TINH_TRANG_DK: {
    1: { vi: 'Trẻ dưới 18 tháng con mẹ nhiễm HIV', en: 'Child <18 months of infected mother' },
    2: { vi: 'Phơi nhiễm', en: 'Exposed' },
    3: { vi: 'Đang điều trị lao', en: 'On TB treatment' },
    4: { vi: 'Có thai', en: 'Pregnant' },
    5: { vi: 'Chuyển dạ', en: 'In labour' },
    6: { vi: 'Sau sinh', en: 'Postpartum' },
    7: { vi: 'Viêm gan', en: 'Hepatitis' },
    8: { vi: 'Nghiện chích ma túy', en: 'Injecting drug use' },
    9: { vi: 'Khác', en: 'Other' },
  },
  /** Lần xét nghiệm PCR. */
  LAN_XN_PCR: {
    1: { vi: 'Lần 1', en: 'First' },
    2: { vi: 'Lần 2', en: 'Second' },
    3: { vi: 'Lần 3 (lần 1 âm, lần 2 dương)', en: 'Third, only if first negative and second positive' },
  },
  /** Kết quả PCR. */
  MA_KQ_XN_PCR: {
    0: { vi: 'Âm tính', en: 'Negative' },
    1: { vi: 'Dương tính', en: 'Positive' },
  },
  /** Xử trí. */
  MA_XU_TRI: {
    1: { vi: 'Điều trị ARV', en: 'ARV' },
    2: { vi: 'Điều trị lao', en: 'TB treatment' },
    3: { vi: 'Dự phòng lao', en: 'TB prevention' },
    4: { vi: 'Cotrimoxazol', en: 'Co-trimoxazole' },
    5: { vi: 'Dự phòng lây truyền mẹ con', en: 'Prevention of mother-to-child transmission' },
    6: { vi: 'Điều trị viêm gan B', en: 'Hepatitis B treatment' },
    7: { vi: 'Điều trị viêm gan C', en: 'Hepatitis C treatment' },
    8: { vi: 'Khác', en: 'Other' },
  },
  /** Lý do chuyển phác đồ. */
  LY_DO_CHUYEN_PHAC_DO: {
    1: { vi: 'Thiếu thuốc', en: 'Stock-out' },
    2: { vi: 'Tác dụng phụ', en: 'Side effect' },
    3: { vi: 'Thất bại điều trị', en: 'Failure' },
    4: { vi: 'Tối ưu hóa phác đồ', en: 'Optimisation' },
    5: { vi: 'Phác đồ mới theo hướng dẫn quốc gia', en: 'New national guideline' },
    6: { vi: 'Khác', en: 'Other' },
  },
  /** Phác đồ lao. */
  PHACDO_DTRI_LAO_15: {
    1: { vi: 'A1: 2HRZE/4RHE', en: 'A1: 2HRZE/4RHE' },
    2: { vi: 'A2: 2HRZE/4RH', en: 'A2: 2HRZE/4RH' },
    3: { vi: 'A1a: 2HPMZ/2HPM', en: 'A1a: 2HPMZ/2HPM' },
    4: { vi: 'A2a: 2HRZE/2RH', en: 'A2a: 2HRZE/2RH' },
    5: { vi: 'B1: 2HRZE/10RHE', en: 'B1: 2HRZE/10RHE' },
    6: { vi: 'B2: 2HRZE/10RH', en: 'B2: 2HRZE/10RH' },
    7: { vi: 'B2a: 6HRZEto', en: 'B2a: 6HRZEto' },
    8: { vi: 'Cá thể', en: 'Individualised' },
    9: { vi: 'C1a', en: 'C1a' },
    10: { vi: 'C1b', en: 'C1b' },
    11: { vi: 'C2a', en: 'C2a' },
    12: { vi: 'C2b', en: 'C2b' },
    13: { vi: 'C3', en: 'C3' },
    14: { vi: 'BPaL-M', en: 'BPaL-M' },
    15: { vi: 'BPaL', en: 'BPaL' },
    16: { vi: 'D1', en: 'D1' },
    17: { vi: 'D2', en: 'D2' },
    18: { vi: 'E', en: 'E' },
    19: { vi: 'Cá thể khác', en: 'Other individualised' },
    20: { vi: '6H/9H', en: '6H/9H' },
    21: { vi: '3RH', en: '3RH' },
    22: { vi: '3HP', en: '3HP' },
    23: { vi: '1HP', en: '1HP' },
    24: { vi: '4R', en: '4R' },
    25: { vi: '6L', en: '6L' },
  },
  /** Kết quả điều trị lao. */
  KET_QUA_DTRI_LAO: {
    1: { vi: 'Khỏi', en: 'Cured' },
    2: { vi: 'Hoàn thành điều trị', en: 'Completed' },
    3: { vi: 'Thất bại', en: 'Failed' },
    4: { vi: 'Chết', en: 'Died' },
    5: { vi: 'Không theo dõi được (bỏ)', en: 'Lost to follow-up' },
    6: { vi: 'Không đánh giá', en: 'Not evaluated' },
  },
  /** Lao theo vị trí. */
  PHANLOAI_LAO_VITRI: {
    1: { vi: 'Lao phổi', en: 'Pulmonary' },
    2: { vi: 'Lao ngoài phổi', en: 'Extrapulmonary' },
  },
  /** Lao theo tiền sử. */
  PHANLOAI_LAO_TS: {
    1: { vi: 'Lao mới', en: 'New' },
    2: { vi: 'Tái phát', en: 'Relapse' },
    3: { vi: 'Thất bại', en: 'Failure' },
    4: { vi: 'Điều trị lại sau bỏ trị', en: 'After loss' },
    5: { vi: 'Điều trị lại khác', en: 'Other previously treated' },
    6: { vi: 'Không rõ', en: 'Unknown' },
  },
  /** Lao theo HIV. */
  PHANLOAI_LAO_HIV: {
    1: { vi: 'Lao/HIV (+)', en: 'Positive' },
    2: { vi: 'Lao/HIV (-)', en: 'Negative' },
    3: { vi: 'Không rõ', en: 'Unknown' },
  },
  /** Lao theo vi khuẩn học. */
  PHANLOAI_LAO_VK: {
    1: { vi: 'Có bằng chứng vi khuẩn học', en: 'Bacteriologically confirmed' },
    2: { vi: 'Không có bằng chứng vi khuẩn học', en: 'Not confirmed' },
  },
  /** Lao theo kháng thuốc. */
  PHANLOAI_LAO_KT: {
    1: { vi: 'Kháng đơn thuốc', en: 'Resistant to one drug' },
    2: { vi: 'Kháng nhiều thuốc', en: 'Resistant to several drugs' },
    3: { vi: 'Đa kháng', en: 'Multidrug-resistant' },
    4: { vi: 'Kháng Rifampicin', en: 'Rifampicin-resistant' },
    5: { vi: 'Tiền siêu kháng', en: 'Pre-extensively drug-resistant' },
    6: { vi: 'Siêu kháng', en: 'Extensively drug-resistant' },
  },
} satisfies Record<string, CodeTable>
