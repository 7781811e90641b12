Profile: YbaEncounter
Parent: Encounter
Id: yba-encounter
Title: "Visit or stay"
Description: "A visit or a stay at one facility."
* insert Vi([["Lần khám, đợt điều trị"]])
* extension contains InpatientSince named inpatientSince 0..1 and Entitlement named entitlement 0..1 and TreatmentResult named treatmentResult 0..1
* class from EncounterClass (required)
* insert SlicedBySystem(type.coding)
* type.coding contains kind 0..1
* type.coding[kind] from MaLoaiKcb (required)
* type.coding[kind].system = $ma-loai-kcb
* subject 1..1
* subject only Reference(Patient)
* serviceProvider 1..1
* hospitalization.dischargeDisposition from MaLoaiRv (required)

ValueSet: EncounterClass
Id: encounter-class
Title: "Class of an encounter"
Description: "Classes that kinds of care (MA_LOAI_KCB) become."
* $v3-ActCode#AMB
* $v3-ActCode#EMER
* $v3-ActCode#FLD
* $v3-ActCode#HH
* $v3-ActCode#IMP
* $v3-ActCode#OBSENC
* $v3-ActCode#SS
* $v3-ActCode#VR

Profile: YbaCondition
Parent: Condition
Id: yba-condition
Title: "Diagnosis"
Description: "A diagnosis in the doctor's words, with its ICD-10 code where one was given."
* insert Vi([["Chẩn đoán"]])
* code 1..1
* insert Worded(code)
* insert SlicedBySystem(code.coding)
* code.coding contains icd10 0..1
* code.coding[icd10].system = $icd10
* code.coding[icd10].code 1..1
* subject only Reference(Patient)

Profile: YbaAllergyIntolerance
Parent: AllergyIntolerance
Id: yba-allergy-intolerance
Title: "Allergy"
Description: "An allergy in the doctor's words, or that none is known."
* insert Vi([["Dị ứng"]])
* code 1..1
* insert Worded(code)

Profile: YbaMedicationRequest
Parent: MedicationRequest
Id: yba-medication-request
Title: "Medicine ordered"
Description: "One line of a prescription or order."
* insert Vi([["Thuốc theo y lệnh, đơn thuốc"]])
* extension contains CarriedOutAt named carriedOutAt 0..1
* medication[x] only CodeableConcept
* insert Worded(medicationCodeableConcept)
* subject only Reference(Patient)
* groupIdentifier obeys yba-prescription

Profile: YbaMedicationStatement
Parent: MedicationStatement
Id: yba-medication-statement
Title: "Medicine on a paper"
Description: "A medicine that a paper says the patient was given."
* insert Vi([["Thuốc ghi trên giấy"]])
* extension contains MedicationAmount named amount 0..1
* medication[x] only CodeableConcept
* insert Worded(medicationCodeableConcept)
* subject only Reference(Patient)

Profile: YbaObservation
Parent: Observation
Id: yba-observation
Title: "Result"
Description: "A result as it was reported, with its name in words."
* insert Vi([["Chỉ số, kết quả"]])
* insert Worded(code)
* subject 1..1

Profile: YbaLaboratoryResult
Parent: YbaObservation
Id: yba-laboratory-result
Title: "Laboratory result"
Description: "A result of the laboratory."
* insert Vi([["Kết quả xét nghiệm"]])
* insert SlicedByCode(category, $this)
* category contains laboratory 1..1
* category[laboratory] = $observation-category#laboratory

Profile: YbaVitalSign
Parent: YbaObservation
Id: yba-vital-sign
Title: "Vital sign"
Description: "A vital sign by LOINC, in units of UCUM; blood pressure has its two values as components."
* insert Vi([["Dấu hiệu sinh tồn"]])
* insert SlicedByCode(category, $this)
* category contains vitalSigns 1..1
* category[vitalSigns] = $observation-category#vital-signs
* insert SlicedBySystem(code.coding)
* code.coding contains loinc 1..1
* code.coding[loinc].system = $loinc
* code.coding[loinc].code 1..1
* value[x] only Quantity
* valueQuantity obeys yba-ucum

Invariant: yba-ucum
Description: "A measured value carries the code of its unit in UCUM."
Severity: #error
Expression: "system = 'http://unitsofmeasure.org' and code.exists()"
* insert RuleVi([["Số đo phải có mã đơn vị theo UCUM."]])

Profile: YbaDiagnosticReport
Parent: DiagnosticReport
Id: yba-diagnostic-report
Title: "Report"
Description: "A report of laboratory, imaging or functional tests."
* insert Vi([["Phiếu kết quả cận lâm sàng"]])
* extension contains ReportDescription named description 0..1
* category 1..*
* insert Worded(code)
* subject 1..1

Profile: YbaProcedure
Parent: Procedure
Id: yba-procedure
Title: "Procedure"
Description: "An operation, procedure or examination that was done."
* insert Vi([["Phẫu thuật, thủ thuật"]])
* code 1..1
* insert Worded(code)
* subject only Reference(Patient)

Profile: YbaProgressNote
Parent: ClinicalImpression
Id: yba-progress-note
Title: "Progress note"
Description: "What was seen at a time, word for word (XML5)."
* insert Vi([["Diễn biến lâm sàng"]])
* extension contains CareLevel named careLevel 0..1 and CoAuthor named coAuthor 0..*
* summary 1..1
* subject only Reference(Patient)

Profile: YbaFollowUp
Parent: Appointment
Id: yba-follow-up
Title: "Re-examination appointment"
Description: "The day a re-examination slip names; usable once (TT 01/2025 Art. 12)."
* insert Vi([["Hẹn khám lại"]])
* identifier 1..*
