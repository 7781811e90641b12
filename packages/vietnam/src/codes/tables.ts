/**
 * Code tables needed on screens and papers. Full catalogues (ICD-10, services, drugs) are imported, dated data and
 * never live here.
 */

import type { Bilingual } from '@yba/fhir'

export type CodeTable = Readonly<Record<string, Bilingual>>

/** Giới tính (GIOI_TINH). */
export const SEX: CodeTable = {
  1: { vi: 'Nam', en: 'Male' },
  2: { vi: 'Nữ', en: 'Female' },
  3: { vi: 'Chưa xác định', en: 'Undetermined' },
}

/** Có hay không (FLAG01). */
export const YES_NO: CodeTable = {
  0: { vi: 'Không', en: 'No' },
  1: { vi: 'Có', en: 'Yes' },
}

/** Loại ra viện (MA_LOAI_RV). */
export const DISCHARGE_KIND: CodeTable = {
  1: { vi: 'Ra viện', en: 'Discharged' },
  2: { vi: 'Chuyển tuyến theo yêu cầu chuyên môn', en: 'Transferred for professional reasons' },
  3: { vi: 'Trốn viện', en: 'Absconded' },
  4: { vi: 'Xin ra viện', en: 'Left on request' },
  5: { vi: 'Chuyển tuyến theo yêu cầu người bệnh', en: 'Transferred on patient request' },
}

/** Kết quả điều trị (KET_QUA_DTRI). */
export const TREATMENT_RESULT: CodeTable = {
  1: { vi: 'Khỏi', en: 'Cured' },
  2: { vi: 'Đỡ', en: 'Improved' },
  3: { vi: 'Không thay đổi', en: 'Unchanged' },
  4: { vi: 'Nặng hơn', en: 'Worse' },
  5: { vi: 'Tử vong', en: 'Died' },
  6: { vi: 'Tiên lượng nặng xin về', en: 'Severe prognosis, family asked to go home' },
  7: { vi: 'Chưa xác định', en: 'Not determined' },
  8: { vi: 'Tử vong ngoại viện', en: 'Died outside hospital (added by QĐ 4750)' },
}

/** Lý do chuyển tuyến (MA_LYDO_CT). */
export const REFERRAL_REASON: CodeTable = {
  1: { vi: 'Đủ điều kiện chuyển tuyến, phù hợp quy định', en: 'Eligible: follows the referral rules' },
  2: { vi: 'Đủ điều kiện do không phù hợp khả năng đáp ứng của cơ sở', en: 'Eligible: beyond the capacity of the facility' },
  3: { vi: 'Theo yêu cầu người bệnh hoặc người đại diện hợp pháp', en: 'On request of the patient or legal representative' },
}

/** Loại hình KCB (QĐ 1804/QĐ-BYT 2026) (MA_LOAI_KCB). */
export const ENCOUNTER_KIND: CodeTable = {
  '01': { vi: 'Khám bệnh', en: 'Examination (outpatient visit)' },
  '02': { vi: 'Điều trị ngoại trú', en: 'Outpatient treatment' },
  '03': { vi: 'Điều trị nội trú', en: 'Inpatient' },
  '04': { vi: 'Điều trị nội trú ban ngày', en: 'Day inpatient' },
  '05': { vi: 'Điều trị ngoại trú dài ngày có khám bệnh và lĩnh thuốc', en: 'Long-term outpatient, exam + drugs' },
  '06': { vi: 'Điều trị lưu tại trạm y tế, PKĐKKV', en: 'Observation stay at commune station / polyclinic' },
  '07': { vi: 'Nhận thuốc theo hẹn (không khám bệnh)', en: 'Scheduled drug pick-up without exam' },
  '08': { vi: 'Điều trị ngoại trú dài ngày có khám, DVKT và/hoặc thuốc', en: 'Long-term outpatient with services' },
  '09': { vi: 'Điều trị nội trú dưới 04 giờ', en: 'Inpatient under 4 hours' },
  10: { vi: 'Trường hợp khác', en: 'Other' },
  11: { vi: 'KCB lưu động', en: 'Mobile care' },
  12: { vi: 'KCB tại nhà', en: 'Home care' },
  13: { vi: 'Y học gia đình', en: 'Family medicine' },
  14: { vi: 'KCB từ xa', en: 'Telemedicine' },
  15: { vi: 'Khám sức khỏe định kỳ', en: 'Periodic health check' },
  16: { vi: 'Khám sàng lọc', en: 'Screening' },
}

/** Đối tượng đến KCB (QĐ 3276/QĐ-BYT 2025) (MA_DOITUONG_KCB). */
export const ENTITLEMENT: CodeTable = {
  '1.1': { vi: 'Đúng nơi đăng ký KCB ban đầu', en: 'At the registered primary facility' },
  '1.2': { vi: 'Cơ sở cấp ban đầu (trạm y tế...) hưởng 100%', en: 'Primary-level facility, 100% benefit' },
  '1.3': { vi: 'Có phiếu chuyển cơ sở KCB', en: 'With referral slip' },
  '1.4': { vi: 'Thay đổi nơi lưu trú, tạm trú', en: 'Changed residence / stay' },
  '1.5': { vi: 'Theo phiếu hẹn khám lại', en: 'With re-examination slip' },
  '1.6': { vi: 'Người đã hiến bộ phận cơ thể', en: 'Organ donor' },
  '1.7': { vi: 'Trẻ sơ sinh', en: 'Newborn' },
  '1.11': { vi: 'Tự đến cơ sở cấp ban đầu (còn lại)', en: 'Self-referral to primary level, remaining cases' },
  '1.12': { vi: 'Ngoại trú cấp cơ bản dưới 50 điểm', en: 'Outpatient at basic level, under 50 points' },
  '1.13': { vi: 'Ngoại trú cấp cơ bản 50 đến dưới 70 điểm', en: 'Outpatient at basic level, 50 to <70 points (0%; 50% from 01/07/2026)' },
  '1.14': {
    vi: 'Ngoại trú cấp cơ bản nguyên là tuyến tỉnh/trung ương',
    en: 'Outpatient at basic level formerly provincial/central (50% from 01/07/2026)',
  },
  '1.15': { vi: 'Nội trú cấp cơ bản', en: 'Inpatient at basic level' },
  '1.16': { vi: 'Cấp cơ bản, bệnh thuộc PL II TT 01/2025', en: 'Basic level, disease in Annex II of Circular 01/2025' },
  '1.17': { vi: 'Cấp chuyên sâu, bệnh thuộc PL I TT 01/2025', en: 'Specialised level, disease in Annex I' },
  '1.18': {
    vi: 'Ngoại trú cấp chuyên sâu nguyên tuyến tỉnh',
    en: 'Outpatient at specialised level formerly provincial (50% from 01/07/2026)',
  },
  2: { vi: 'Cấp cứu', en: 'Emergency' },
  '3.1': {
    vi: 'Tự đến cấp chuyên sâu nguyên tuyến trung ương',
    en: 'Self-referral to specialised level formerly central (40% inpatient, 0% outpatient)',
  },
  '3.2': { vi: 'Nội trú cấp chuyên sâu nguyên tuyến tỉnh', en: 'Inpatient at specialised level formerly provincial' },
  '3.3': { vi: 'Nguyên tuyến huyện', en: 'Formerly district level' },
  '3.6': {
    vi: 'DTTS, hộ nghèo vùng khó khăn, xã đảo/huyện đảo: nội trú cấp chuyên sâu',
    en: 'Minority/poor/islands: inpatient at specialised level',
  },
  7: { vi: 'Lĩnh thuốc theo hẹn (dịch nhóm A, bất khả kháng)', en: 'Drug pick-up in epidemic / force majeure' },
  '7.2': { vi: 'Ủy quyền lĩnh thuốc', en: 'Pick-up by proxy' },
  '7.3': { vi: 'Lĩnh thuốc tại cơ sở khác', en: 'Pick-up at another facility' },
  '7.4': { vi: 'Chuyển thuốc đến người bệnh', en: 'Drugs delivered to the patient' },
  8: { vi: 'Thu hồi đề nghị thanh toán', en: 'Claim withdrawn' },
  9: { vi: 'Không KCB BHYT', en: 'Not insured care' },
  10: { vi: 'Lĩnh thuốc theo giấy hẹn', en: 'Drug pick-up by appointment slip' },
}

/** Nhóm chi phí (PL3 QĐ 5937 + mã 19 QĐ 4750) (MA_NHOM). */
export const COST_GROUP: CodeTable = {
  1: { vi: 'Xét nghiệm', en: 'Laboratory' },
  2: { vi: 'Chẩn đoán hình ảnh', en: 'Imaging' },
  3: { vi: 'Thăm dò chức năng', en: 'Functional tests' },
  4: { vi: 'Thuốc trong danh mục', en: 'Drug in list' },
  5: { vi: 'Thuốc ngoài danh mục', en: 'Drug outside list' },
  6: { vi: 'Thuốc tỷ lệ', en: 'Drug with payment rate' },
  7: { vi: 'Máu', en: 'Blood' },
  8: { vi: 'Phẫu thuật', en: 'Surgery' },
  9: { vi: 'DVKT theo tỷ lệ', en: 'Service with payment rate' },
  10: { vi: 'VTYT trong danh mục', en: 'Supply in list' },
  11: { vi: 'VTYT ngoài danh mục', en: 'Supply outside list' },
  12: { vi: 'Vận chuyển', en: 'Patient transport' },
  13: { vi: 'Khám bệnh', en: 'Examination' },
  14: { vi: 'Giường điều trị ban ngày', en: 'Day bed' },
  15: { vi: 'Giường điều trị nội trú', en: 'Inpatient bed' },
  16: { vi: 'Giường lưu', en: 'Observation bed' },
  17: { vi: 'Chi phí máu (vận chuyển, NAT...)', en: 'Blood-related cost' },
  18: { vi: 'Thủ thuật', en: 'Procedure (minor)' },
  19: { vi: 'Dịch vụ khác còn lại (tiền ăn, đi lại, lưu trú...)', en: 'Other services (meals, travel, stay)' },
}

/** Departments (QĐ 5937/2021 annex 5); sub-codes of QĐ 1804/2026 are read by their first three characters. */
export const DEPARTMENT: Readonly<Record<string, string>> = {
  K01: 'Khoa Khám bệnh',
  K02: 'Khoa Hồi sức cấp cứu',
  K03: 'Khoa Nội tổng hợp',
  K04: 'Khoa Nội tim mạch',
  K05: 'Khoa Nội tiêu hóa',
  K06: 'Khoa Nội cơ - xương - khớp',
  K07: 'Khoa Nội thận - tiết niệu',
  K08: 'Khoa Nội tiết',
  K09: 'Khoa Dị ứng',
  K10: 'Khoa Huyết học lâm sàng',
  K11: 'Khoa Truyền nhiễm',
  K12: 'Khoa Lao',
  K13: 'Khoa Da liễu',
  K14: 'Khoa Thần kinh',
  K15: 'Khoa Tâm thần',
  K16: 'Khoa Y học cổ truyền',
  K17: 'Khoa Lão học',
  K18: 'Khoa Nhi',
  K19: 'Khoa Ngoại tổng hợp',
  K20: 'Khoa Ngoại thần kinh',
  K21: 'Khoa Ngoại lồng ngực',
  K22: 'Khoa Ngoại tiêu hóa',
  K23: 'Khoa Ngoại thận - tiết niệu',
  K24: 'Khoa Chấn thương chỉnh hình',
  K25: 'Khoa Bỏng',
  K26: 'Khoa Phẫu thuật - Gây mê hồi sức',
  K27: 'Khoa Phụ - Sản',
  K28: 'Khoa Tai - Mũi - Họng',
  K29: 'Khoa Răng - Hàm - Mặt',
  K30: 'Khoa Mắt',
  K31: 'Khoa Vật lý trị liệu - Phục hồi chức năng',
  K32: 'Khoa Y học hạt nhân',
  K33: 'Khoa Ung bướu (điều trị tia xạ)',
  K34: 'Khoa Truyền máu',
  K35: 'Khoa Lọc máu (nội nhân tạo)',
  K36: 'Khoa Huyết học',
  K37: 'Khoa Hóa sinh',
  K38: 'Khoa Vi sinh',
  K39: 'Khoa Chẩn đoán hình ảnh',
  K40: 'Khoa Thăm dò chức năng',
  K41: 'Khoa Nội soi',
  K42: 'Khoa Giải phẫu bệnh',
  K43: 'Khoa Chống nhiễm khuẩn',
  K44: 'Khoa Dược',
  K45: 'Khoa Dinh dưỡng',
  K46: 'Khoa Sinh học phân tử',
  K47: 'Khoa Xét nghiệm',
}

/** Ethnic groups (QĐ 121-TCTK/PPCĐ 1979). */
export const ETHNIC_GROUP: Readonly<Record<string, string>> = {
  '01': 'Kinh',
  '02': 'Tày',
  '03': 'Thái',
  '04': 'Hoa',
  '05': 'Khơ-me',
  '06': 'Mường',
  '07': 'Nùng',
  '08': 'HMông',
  '09': 'Dao',
  10: 'Gia-rai',
  11: 'Ngái',
  12: 'Ê-đê',
  13: 'Ba na',
  14: 'Xơ-Đăng',
  15: 'Sán Chay',
  16: 'Cơ-ho',
  17: 'Chăm',
  18: 'Sán Dìu',
  19: 'Hrê',
  20: 'Mnông',
  21: 'Ra-glai',
  22: 'Xtiêng',
  23: 'Bru-Vân Kiều',
  24: 'Thổ',
  25: 'Giáy',
  26: 'Cơ-tu',
  27: 'Gié Triêng',
  28: 'Mạ',
  29: 'Khơ-mú',
  30: 'Co',
  31: 'Tà-ôi',
  32: 'Chơ-ro',
  33: 'Kháng',
  34: 'Xinh-mun',
  35: 'Hà Nhì',
  36: 'Chu ru',
  37: 'Lào',
  38: 'La Chí',
  39: 'La Ha',
  40: 'Phù Lá',
  41: 'La Hủ',
  42: 'Lự',
  43: 'Lô Lô',
  44: 'Chứt',
  45: 'Mảng',
  46: 'Pà Thẻn',
  47: 'Co Lao',
  48: 'Cống',
  49: 'Bố Y',
  50: 'Si La',
  51: 'Pu Péo',
  52: 'Brâu',
  53: 'Ơ Đu',
  54: 'Rơ măm',
  55: 'Người nước ngoài',
  99: 'Không rõ',
}
