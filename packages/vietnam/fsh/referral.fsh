Profile: YbaReferral
Parent: ServiceRequest
Id: yba-referral
Title: "Referral"
Description: "The request of a referral slip (TT 01/2025, Annex VI)."
* insert Vi([["Yêu cầu chuyển cơ sở khám bệnh, chữa bệnh"]])
* extension contains ValidOneYear named validOneYear 0..1 and TransportMode named transportMode 0..1 and EarlierCare named earlierCare 0..*
* identifier 1..*
* identifier obeys yba-referral and yba-document
* intent = #order
* code 1..1
* code = $request-category#referral
* subject only Reference(Patient)
* authoredOn 1..1
* requester 1..1
* performer 1..*
* reasonCode 1..1
* reasonCode from MaLydoCt (required)

Profile: YbaReferralTask
Parent: Task
Id: yba-referral-task
Title: "State of a referral"
Description: "Where a referral slip stands between two facilities; one Task for each slip."
* insert Vi([["Tình trạng phiếu chuyển cơ sở"]])
* extension contains PaperPerson named paperPerson 1..1 and Departure named departure 0..1 and ReferralUse named use 0..1 and Withdrawn named withdrawn 0..1
* identifier 1..*
* businessStatus 1..1
* businessStatus.coding 1..1
* businessStatus.coding.system 1..1
* businessStatus.coding.system = $referral-state
* businessStatus.coding.code 1..1
* intent = #order
* code 1..1
* code = $task-kind#referral
* for 1..1
* authoredOn 1..1
* requester 1..1
* requester.identifier 1..1
* requester.identifier obeys yba-facility
