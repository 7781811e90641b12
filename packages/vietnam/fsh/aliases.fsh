// Code systems of others. Identifier systems and code systems of ours are made from src/ by build/sources.ts.
Alias: $loinc = http://loinc.org
Alias: $ucum = http://unitsofmeasure.org
Alias: $icd10 = http://hl7.org/fhir/sid/icd-10
Alias: $v3-ActCode = http://terminology.hl7.org/CodeSystem/v3-ActCode
Alias: $observation-category = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $condition-category = http://terminology.hl7.org/CodeSystem/condition-category
Alias: $diagnostic-service = http://terminology.hl7.org/CodeSystem/v2-0074
Alias: $connection-type = http://terminology.hl7.org/CodeSystem/endpoint-connection-type
