Extension: Ethnicity
Id: ethnicity
Title: "Ethnic group"
Description: "One of the 54 ethnic groups (QĐ 121-TCTK/1979)."
Context: Patient
* insert Vi([["Dân tộc"]])
* insert Simple(CodeableConcept)

Extension: Nationality
Id: nationality
Title: "Nationality"
Description: "Nationality by the list of TT 07/2016/TT-BCA."
Context: Patient
* insert Vi([["Quốc tịch"]])
* insert Simple(CodeableConcept)

Extension: Occupation
Id: occupation
Title: "Occupation"
Description: "Occupation by the list of QĐ 34/2020/QĐ-TTg."
Context: Patient
* insert Vi([["Nghề nghiệp"]])
* insert Simple(CodeableConcept)

Extension: Workplace
Id: workplace
Title: "Workplace"
Description: "Where the person works, as a paper says it."
Context: Patient, Composition
* insert Vi([["Nơi làm việc"]])
* insert Simple(string)

Extension: AddressProvince
Id: address-province
Title: "Province"
Description: "Code of the province (MATINH_CU_TRU); 34 provinces since 01/07/2025, older codes keep their meaning."
Context: Address
* insert Vi([["Tỉnh, thành phố"]])
* insert Simple(Coding)

Extension: AddressDistrict
Id: address-district
Title: "District"
Description: "Code of the district (MAHUYEN_CU_TRU), abolished on 01/07/2025; kept in addresses written before."
Context: Address
* insert Vi([["Quận, huyện (trước 01/07/2025)"]])
* insert Simple(Coding)

Extension: AddressCommune
Id: address-commune
Title: "Commune"
Description: "Code of the commune or ward (MAXA_CU_TRU)."
Context: Address
* insert Vi([["Xã, phường"]])
* insert Simple(Coding)

Extension: RegisteredAt
Id: registered-at
Title: "Registered at"
Description: "The facility where the card is registered for first care; of a person registered from a slip, where that was."
Context: Coverage, Patient
* insert Vi([["Nơi đăng ký"]])
* insert Simple([[Reference(Organization) or string]])

Extension: PrimaryCareFacility
Id: primary-care-facility
Title: "Facility of first care"
Description: "Code of the facility where a card on a paper is registered for first care (MA_DKBD)."
Context: Coverage
* insert Vi([["Nơi đăng ký khám chữa bệnh ban đầu"]])
* insert Simple(Identifier)
