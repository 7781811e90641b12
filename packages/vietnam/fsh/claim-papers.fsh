// Papers of a claim: the Composition with what the paper names contained in it (claim/fhir/forms).

Profile: YbaClaimPaper
Parent: Composition
Id: yba-claim-paper
Title: "Paper of a claim"
Description: "A paper that came with a claim file, without loss."
* insert Vi([["Giấy kèm hồ sơ thanh toán"]])
* type.coding 1..1
* category 1..1
* category.coding 1..1
* category.coding.system 1..1
* category.coding.system = $claim-table
* category.coding.code 1..1
* subject 1..1
* encounter 1..1
* section 1..*

Profile: YbaDischargePaper
Parent: YbaClaimPaper
Id: yba-discharge-paper
Title: "Discharge paper (XML7)"
Description: "Giấy ra viện of the claim file."
* insert Vi([["Giấy ra viện"]])
* type = $loinc#18842-5
* category = $claim-table#XML7

Profile: YbaClaimSummary
Parent: YbaClaimPaper
Id: yba-claim-summary
Title: "Summary of the record (XML8)"
Description: "Tóm tắt hồ sơ bệnh án of the claim file."
* insert Vi([["Tóm tắt hồ sơ bệnh án (XML8)"]])
* type = $loinc#34133-9
* category = $claim-table#XML8

Profile: YbaTransferPaper
Parent: YbaClaimPaper
Id: yba-transfer-paper
Title: "Referral slip of a claim (XML13)"
Description: "Giấy chuyển cơ sở of the claim file."
* insert Vi([["Giấy chuyển cơ sở khám bệnh, chữa bệnh (XML13)"]])
* type = $loinc#57133-1
* category = $claim-table#XML13

Profile: YbaReexaminationSlip
Parent: YbaClaimPaper
Id: yba-reexamination-slip
Title: "Re-examination slip (XML14)"
Description: "Giấy hẹn khám lại of the claim file."
* insert Vi([["Giấy hẹn khám lại"]])
* type = $loinc#56446-8
* category = $claim-table#XML14
