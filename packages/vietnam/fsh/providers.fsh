Profile: YbaOrganization
Parent: Organization
Id: yba-organization
Title: "Facility"
Description: "A facility of examination and treatment, by the code the social insurance gave it."
* insert Vi([["Cơ sở khám bệnh, chữa bệnh"]])
* extension contains DatedName named datedName 0..*
* insert SlicedBySystem(identifier)
* identifier contains facility 0..*
* identifier[facility].system = $facility
* identifier[facility].value 1..1
* identifier[facility] obeys yba-facility
* name 1..1

Profile: YbaLocation
Parent: Location
Id: yba-location
Title: "Site of a facility"
Description: "Where a facility stands."
* insert Vi([["Địa điểm của cơ sở"]])
* insert SlicedBySystem(identifier)
* identifier contains facility 0..1
* identifier[facility].system = $facility
* identifier[facility].value 1..1
* identifier[facility] obeys yba-facility
* name 1..1
* managingOrganization 1..1

Profile: YbaDepartment
Parent: HealthcareService
Id: yba-department
Title: "Department"
Description: "A department of a facility by its code (QĐ 1804/QĐ-BYT)."
* insert Vi([["Khoa, phòng"]])
* providedBy 1..1
* type 1..*
* name 1..1

Profile: YbaPractitioner
Parent: Practitioner
Id: yba-practitioner
Title: "Practitioner"
Description: "Who treats, by the number of the licence."
* insert Vi([["Người hành nghề"]])
* insert SlicedBySystem(identifier)
* identifier contains licence 0..*
* identifier[licence].system = $licence
* identifier[licence].value 1..1
* name 1..*
* insert Worded(name)

Profile: YbaPractitionerRole
Parent: PractitionerRole
Id: yba-practitioner-role
Title: "Practitioner at a facility"
Description: "Where a practitioner works, and as what."
* insert Vi([["Người hành nghề tại cơ sở"]])
* practitioner 1..1
* organization 1..1

Profile: YbaEndpoint
Parent: Endpoint
Id: yba-endpoint
Title: "Endpoint"
Description: "By what address a facility is reached."
* insert Vi([["Địa chỉ kết nối"]])
* connectionType = $connection-type#hl7-fhir-rest
* managingOrganization 1..1
