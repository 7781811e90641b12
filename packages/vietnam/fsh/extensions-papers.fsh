Extension: ValidOneYear
Id: valid-one-year
Title: "Valid for one year"
Description: "A referral for a disease of Annex III of TT 01/2025; others are valid for ten working days."
Context: ServiceRequest
* insert Vi([["Phiếu có giá trị một năm"]])
* insert Simple(boolean)

Extension: TransportMode
Id: transport-mode
Title: "Transport"
Description: "How the patient travels (PHUONGTIEN_VC)."
Context: ServiceRequest
* insert Vi([["Phương tiện vận chuyển"]])
* insert Simple(string)

Extension: EarlierCare
Id: earlier-care
Title: "Earlier care"
Description: "Where the patient was examined and treated before this referral."
Context: ServiceRequest
* insert Vi([["Đã được khám bệnh, điều trị tại"]])
* extension contains facility 1..1 and level 0..1 and period 0..1
* extension[facility].value[x] only Reference(Organization)
* extension[level].value[x] only string
* extension[period].value[x] only Period

Extension: DocumentVersion
Id: document-version
Title: "Version of a paper"
Description: "1 as first issued, one more with each correction."
Context: Composition, DocumentReference, Identifier
* insert Vi([["Phiên bản của giấy"]])
* insert Simple(integer or positiveInt)

Extension: DocumentDigest
Id: document-digest
Title: "Digest of a paper"
Description: "sha-256 of the bytes of the paper that an identifier names, in hex."
Context: Identifier
* insert Vi([["Mã băm của giấy"]])
* insert Simple(string)

Extension: DocumentIssued
Id: document-issued
Title: "Whether a paper was issued"
Description: "False: the version that is replaced was sent back before it was issued."
Context: Identifier
* insert Vi([["Giấy đã được phát hành"]])
* insert Simple(boolean)

Extension: Correction
Id: correction
Title: "Correction"
Description: "Why this version stands in the place of an issued one (TT 13/2025)."
Context: Composition
* insert Vi([["Đính chính"]])
* extension contains count 1..1 and reason 1..1 and replaced 1..1
* extension[count].value[x] only positiveInt
* extension[reason].value[x] only string
* extension[replaced].value[x] only dateTime

Extension: SigningRole
Id: signing-role
Title: "Role of a signer"
Description: "doctor, authorised or seal: whose signature the paper needs here."
Context: Composition.attester
* insert Vi([["Vai trò người ký"]])
* insert Simple(code)

Extension: ContentDigest
Id: content-digest
Title: "Digest of the content"
Description: "sha-256 of the canonical content, the same for the same paper in other bytes."
Context: DocumentReference
* insert Vi([["Mã băm của nội dung"]])
* insert Simple(string)

Extension: CorrectionCount
Id: correction-count
Title: "Number of the correction"
Description: "Đính chính lần n."
Context: DocumentReference
* insert Vi([["Đính chính lần thứ"]])
* insert Simple(integer)

Extension: Withdrawn
Id: withdrawn
Title: "Withdrawn"
Description: "A counter-referral that takes the one before it back."
Context: DocumentReference, Task
* insert Vi([["Đã rút lại"]])
* insert Simple(boolean)

Extension: CertificateSerial
Id: certificate-serial
Title: "Serial number of the certificate"
Description: "Serial number of the certificate that signed."
Context: Provenance
* insert Vi([["Số sê-ri chứng thư số"]])
* insert Simple(string)

Extension: SignerTitle
Id: signer-title
Title: "Title of the signer"
Description: "What the signer was when they signed."
Context: Provenance
* insert Vi([["Chức danh người ký"]])
* insert Simple(string)

Extension: SignatureTimestamp
Id: signature-timestamp
Title: "Timestamp of a signature"
Description: "RFC 3161 token over the signature."
Context: Provenance
* insert Vi([["Dấu thời gian của chữ ký"]])
* insert Simple(base64Binary)

Extension: PaperPerson
Id: paper-person
Title: "Person of a paper"
Description: "Facts of the person by which a worklist finds the slip before the person is known here, as JSON."
Context: Task
* insert Vi([["Người bệnh trên giấy"]])
* insert Simple(string)

Extension: Departure
Id: departure
Title: "Departure"
Description: "When the patient left the sending facility."
Context: Task
* insert Vi([["Giờ chuyển đi"]])
* insert Simple(dateTime)

Extension: ReferralUse
Id: referral-use
Title: "Use of a slip"
Description: "Which visit a slip of one year serves."
Context: Task
* insert Vi([["Lần dùng phiếu"]])
* insert Simple(positiveInt)

Extension: DatedName
Id: dated-name
Title: "Name with its days"
Description: "A name that a facility has or had, with the days it was in force and the decision that gave it."
Context: Organization
* insert Vi([["Tên theo thời gian"]])
* extension contains name 1..1 and period 0..1 and source 0..1
* extension[name].value[x] only string
* extension[period].value[x] only Period
* extension[source].value[x] only string

Extension: Corrections
Id: corrections
Title: "Corrections of a slip"
Description: "How often each paper of a slip was corrected after it was issued, as JSON."
Context: Task
* insert Vi([["Các lần đính chính của phiếu"]])
* insert Simple(string)

Extension: ComposedFrom
Id: composed-from
Title: "Composed from"
Description: "The record of the issuer's own software that a paper was composed from."
Context: DocumentReference
* insert Vi([["Lập từ hồ sơ"]])
* insert Simple(uri)

Extension: SignatureFields
Id: signature-fields
Title: "Signature fields"
Description: "Boxes that the PDF of a paper reserves for signatures, as JSON."
Context: DocumentReference
* insert Vi([["Ô chữ ký trên PDF"]])
* insert Simple(string)

Extension: AcceptedWithIssues
Id: accepted-with-issues
Title: "Accepted with issues"
Description: "How many things were odd about a paper that was taken all the same."
Context: DocumentReference
* insert Vi([["Nhận dù có điểm bất thường"]])
* insert Simple(integer)
