Profile: YbaPaper
Parent: Composition
Id: yba-paper
Title: "Paper"
Description: "A paper as a document: who wrote it of whom, who must sign it, what it says in sections with words."
* insert Vi([["Giấy tờ y tế"]])
* extension contains DocumentVersion named version 1..1 and Correction named correction 0..1
* identifier 1..1
* identifier.system 1..1
* identifier.value 1..1
* category 1..1
* category.coding 1..1
* category.coding.system 1..1
* category.coding.system = $paper-kind
* subject 1..1
* custodian 1..1
* attester 1..*
* section 1..*
* section.title 1..1
* section.code 1..1
* section.text 1..1
* insert SlicedByCode(section, code)
* section contains whole 1..1
* section[whole].code = $loinc#74465-6
* section[whole].entry 1..1

Profile: YbaReferralSlip
Parent: YbaPaper
Id: yba-referral-slip
Title: "Referral slip"
Description: "Referral slip of TT 01/2025, Annex VI."
* insert Vi([["Phiếu chuyển cơ sở khám bệnh, chữa bệnh"]])
* type = $loinc#57133-1
* section contains reason 1..1 and diagnosis 1..1 and treatment 1..1 and allergies 1..1
* section[reason].code = $loinc#42349-1
* section[reason].entry 1..1
* section[diagnosis].code = $loinc#29548-5
* section[treatment].code = $loinc#47519-4
* section[allergies].code = $loinc#48765-2

Profile: YbaCounterReferral
Parent: YbaPaper
Id: yba-counter-referral
Title: "Counter-referral"
Description: "What the receiving facility answers to a referral slip."
* insert Vi([["Phiếu phản hồi chuyển cơ sở"]])
* type = $loinc#18842-5
* relatesTo 1..*
* section contains diagnosis 1..1
* section[diagnosis].code = $loinc#29548-5

Profile: YbaRecordSummary
Parent: YbaPaper
Id: yba-record-summary
Title: "Summary of the record"
Description: "Summary of the medical record of a stay."
* insert Vi([["Tóm tắt hồ sơ bệnh án"]])
* type = $loinc#60591-5
* section contains diagnosis 1..1
* section[diagnosis].code = $loinc#29548-5

Profile: YbaDocument
Parent: Bundle
Id: yba-document
Title: "Document of a paper"
Description: "A paper with all that it names, frozen as bytes before it is signed."
* insert Vi([["Bản điện tử của giấy"]])
* type = #document
* identifier 1..1
* timestamp 1..1
* entry 1..*
* entry.fullUrl 1..1
* entry.resource 1..1
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry contains composition 1..1 and patient 1..1 and encounter 1..1 and content 1..1
* entry[composition].resource only Composition
* entry[patient].resource only Patient
* entry[encounter].resource only Encounter
* entry[content].resource only QuestionnaireResponse

Profile: YbaReferralDocument
Parent: YbaDocument
Id: yba-referral-document
Title: "Document of a referral slip"
Description: "A referral slip as a document Bundle."
* insert Vi([["Bản điện tử của phiếu chuyển cơ sở"]])
* entry contains request 1..1
* entry[request].resource only ServiceRequest

Profile: YbaDocumentReference
Parent: DocumentReference
Id: yba-document-reference
Title: "Filed paper"
Description: "One version of a paper in the files of a site, pointing at its bytes."
* insert Vi([["Giấy đã lưu"]])
* extension contains DocumentVersion named version 1..1 and ContentDigest named contentDigest 1..1
* masterIdentifier 1..1
* type 1..1
* category 1..1
* custodian 1..1
* content.attachment.contentType 1..1
* content.attachment.url 1..1

Profile: YbaSignature
Parent: Provenance
Id: yba-signature
Title: "Signature"
Description: "One signing act: who signed which bytes, in which role, with which certificate."
* insert Vi([["Chữ ký số"]])
* extension contains CertificateSerial named certificateSerial 1..1 and SignerTitle named signerTitle 0..1 and SignatureTimestamp named timestamp 0..1
* agent 1..1
* agent.role 1..1
* entity 1..*
* signature 1..1
* signature.data 1..1
