Profile: YbaPatient
Parent: Patient
Id: yba-patient
Title: "Patient"
Description: "A person by the numbers of Viet Nam; the name as it is written, never split."
* insert Vi([["Người bệnh"]])
* extension contains Ethnicity named ethnicity 0..1 and Nationality named nationality 0..1 and Occupation named occupation 0..1
* insert SlicedBySystem(identifier)
* identifier contains cccd 0..1 and cmnd 0..* and passport 0..* and bhyt 0..*
* identifier[cccd].system = $cccd
* identifier[cccd].value 1..1
* identifier[cccd] obeys yba-cccd
* identifier[cmnd].system = $cmnd
* identifier[cmnd].value 1..1
* identifier[cmnd] obeys yba-cmnd
* identifier[passport].system = $passport
* identifier[passport].value 1..1
* identifier[passport] obeys yba-passport
* identifier[bhyt].system = $bhyt
* identifier[bhyt].value 1..1
* identifier[bhyt] obeys yba-bhyt
* identifier obeys yba-mrn
* name 1..*
* insert Worded(name)
* gender 1..1

Profile: YbaCoverage
Parent: Coverage
Id: yba-coverage
Title: "Health insurance card"
Description: "One card of the health insurance (BHYT)."
* insert Vi([["Thẻ bảo hiểm y tế"]])
* extension contains RegisteredAt named registeredAt 0..1 and PrimaryCareFacility named primaryCareFacility 0..1
* insert SlicedBySystem(identifier)
* identifier contains bhyt 0..1
* identifier[bhyt].system = $bhyt
* identifier[bhyt].value 1..1
* identifier[bhyt] obeys yba-bhyt
* beneficiary only Reference(Patient)

Profile: YbaRelatedPerson
Parent: RelatedPerson
Id: yba-related-person
Title: "Parent or guardian"
Description: "Mother, father or guardian of the patient, as papers name them."
* insert Vi([["Cha, mẹ, người giám hộ"]])
* relationship 1..*
* name 1..*
* insert Worded(name)
