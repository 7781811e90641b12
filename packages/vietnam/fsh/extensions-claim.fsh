// Columns of XML7, XML8, XML13 and XML14 that FHIR has no element for.

Extension: ClaimReserve
Id: claim-reserve
Title: "Reserve column"
Description: "DU_PHONG of a table of the claim file."
Context: Composition
* insert Vi([["Cột dự phòng"]])
* insert Simple(string)

Extension: PregnancyEnded
Id: pregnancy-ended
Title: "Pregnancy ended"
Description: "MA_DINH_CHI_THAI: whether the stay ended a pregnancy."
Context: Composition
* insert Vi([["Đình chỉ thai nghén"]])
* insert Simple(boolean)

Extension: PregnancyEndedWhy
Id: pregnancy-ended-why
Title: "Why a pregnancy ended"
Description: "NGUYENNHAN_DINHCHI, in words."
Context: Composition
* insert Vi([["Nguyên nhân đình chỉ thai"]])
* insert Simple(string)

Extension: PregnancyEndedAt
Id: pregnancy-ended-at
Title: "When a pregnancy ended"
Description: "THOIGIAN_DINHCHI."
Context: Composition
* insert Vi([["Thời gian đình chỉ thai"]])
* insert Simple(dateTime)

Extension: GestationalWeeks
Id: gestational-weeks
Title: "Weeks of pregnancy"
Description: "TUOI_THAI."
Context: Composition
* insert Vi([["Tuổi thai (tuần)"]])
* insert Simple(integer)

Extension: TemporaryCard
Id: temporary-card
Title: "Temporary card"
Description: "MA_THE_TAM of a child or donor without a card."
Context: Composition
* insert Vi([["Mã thẻ tạm"]])
* insert Simple(string)

Extension: LeaveDays
Id: leave-days
Title: "Days of sick leave"
Description: "SO_NGAY_NGHI."
Context: Composition
* insert Vi([["Số ngày nghỉ"]])
* insert Simple(integer)

Extension: LeaveFrom
Id: leave-from
Title: "Sick leave from"
Description: "NGOAITRU_TUNGAY."
Context: Composition
* insert Vi([["Nghỉ ngoại trú từ ngày"]])
* insert Simple(date)

Extension: LeaveTo
Id: leave-to
Title: "Sick leave until"
Description: "NGOAITRU_DENNGAY."
Context: Composition
* insert Vi([["Nghỉ ngoại trú đến ngày"]])
* insert Simple(date)

Extension: ChildBornOn
Id: child-born-on
Title: "Day of birth of the child"
Description: "NGAY_SINHCON."
Context: Composition
* insert Vi([["Ngày sinh con"]])
* insert Simple(date)

Extension: ChildDiedOn
Id: child-died-on
Title: "Day of death of the child"
Description: "NGAY_CONCHET."
Context: Composition
* insert Vi([["Ngày con chết"]])
* insert Simple(date)

Extension: ChildrenDied
Id: children-died
Title: "Children who died"
Description: "SO_CONCHET."
Context: Composition
* insert Vi([["Số con chết"]])
* insert Simple(integer)

Extension: EscortName
Id: escort-name
Title: "Name of the escort"
Description: "HOTEN_NGUOI_HT."
Context: Composition
* insert Vi([["Họ tên người hộ tống"]])
* insert Simple(string)

Extension: EscortTitle
Id: escort-title
Title: "Title of the escort"
Description: "CHUCDANH_NGUOI_HT."
Context: Composition
* insert Vi([["Chức danh người hộ tống"]])
* insert Simple(string)

Extension: ClaimColumn
Id: claim-column
Title: "Column as written"
Description: "A column that no element gives back exactly, with what stood in it."
Context: Composition
* insert Vi([["Cột nguyên văn"]])
* extension contains column 1..1 and value 0..1
* extension[column].value[x] only string
* extension[value].value[x] only string
