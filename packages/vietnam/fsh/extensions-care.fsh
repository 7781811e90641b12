Extension: InpatientSince
Id: inpatient-since
Title: "Inpatient since"
Description: "When treatment in bed began (NGAY_VAO_NOI_TRU), which may be later than arrival."
Context: Encounter
* insert Vi([["Vào điều trị nội trú lúc"]])
* insert Simple(dateTime)

Extension: EarlierFacility
Id: earlier-facility
Title: "Earlier facility"
Description: "A facility that treated the patient before in the same illness (MA_NOI_DI)."
Context: Encounter
* insert Vi([["Cơ sở đã điều trị trước"]])
* insert Simple([[Reference(Organization)]])

Extension: TreatmentResult
Id: treatment-result
Title: "Result of treatment"
Description: "KET_QUA_DTRI of the claim file."
Context: Encounter
* insert Vi([["Kết quả điều trị"]])
* insert Simple(CodeableConcept)

Extension: Entitlement
Id: entitlement
Title: "Entitlement"
Description: "By what right the patient comes (MA_DOITUONG_KCB, QĐ 3276/2025)."
Context: Encounter
* insert Vi([["Đối tượng khám chữa bệnh"]])
* insert Simple(CodeableConcept)

Extension: AdmissionDiagnosis
Id: admission-diagnosis
Title: "Diagnosis on admission"
Description: "CHAN_DOAN_VAO, in the doctor's words."
Context: Encounter
* insert Vi([["Chẩn đoán vào viện"]])
* insert Simple(string)

Extension: FinalDiagnosisText
Id: final-diagnosis-text
Title: "Final diagnosis in words"
Description: "CHAN_DOAN_RV, in the doctor's words."
Context: Encounter
* insert Vi([["Chẩn đoán ra viện bằng lời"]])
* insert Simple(string)

Extension: TreatmentMethod
Id: treatment-method
Title: "Method of treatment"
Description: "PP_DIEU_TRI, in the doctor's words."
Context: Encounter, Composition
* insert Vi([["Phương pháp điều trị"]])
* insert Simple(string)

Extension: DischargeNote
Id: discharge-note
Title: "Note on discharge"
Description: "GHI_CHU of the claim file."
Context: Encounter
* insert Vi([["Ghi chú khi ra viện"]])
* insert Simple(string)

Extension: FollowUpDates
Id: follow-up-dates
Title: "Days of re-examination"
Description: "NGAY_TAI_KHAM as written; several days with semicolons."
Context: Encounter
* insert Vi([["Ngày hẹn khám lại"]])
* insert Simple(string)

Extension: CarriedOutAt
Id: carried-out-at
Title: "Carried out at"
Description: "When an order was carried out (NGAY_TH_YL)."
Context: MedicationRequest
* insert Vi([["Thực hiện y lệnh lúc"]])
* insert Simple(dateTime)

Extension: MedicationAmount
Id: medication-amount
Title: "Amount of a medicine"
Description: "Quantity and unit of a medicine as a paper says them."
Context: MedicationStatement
* insert Vi([["Số lượng thuốc"]])
* insert Simple(string)

Extension: ReportDescription
Id: report-description
Title: "Description of a report"
Description: "MO_TA of XML4: what was seen, before the conclusion."
Context: DiagnosticReport
* insert Vi([["Mô tả kết quả"]])
* insert Simple(string)

Extension: AsWritten
Id: as-written
Title: "As written"
Description: "A number as it was written, where FHIR's number says it otherwise."
Context: Quantity
* insert Vi([["Nguyên văn số đã ghi"]])
* insert Simple(string)

Extension: CareLevel
Id: care-level
Title: "Level of care"
Description: "Level of nursing care in a progress note, 1 to 3."
Context: ClinicalImpression
* insert Vi([["Cấp chăm sóc"]])
* insert Simple(integer)

Extension: CoAuthor
Id: co-author
Title: "Further author"
Description: "Another author of a progress note."
Context: ClinicalImpression
* insert Vi([["Người cùng ghi"]])
* insert Simple([[Reference(Practitioner)]])
