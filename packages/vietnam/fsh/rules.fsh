// Texts in both languages: Title and Description are English, these add the Vietnamese as FHIR's translation.

RuleSet: Vi(text)
* ^title.extension[0].url = "http://hl7.org/fhir/StructureDefinition/translation"
* ^title.extension[0].extension[0].url = "lang"
* ^title.extension[0].extension[0].valueCode = #vi
* ^title.extension[0].extension[1].url = "content"
* ^title.extension[0].extension[1].valueString = {text}

RuleSet: RuleVi(text)
* human.extension[0].url = "http://hl7.org/fhir/StructureDefinition/translation"
* human.extension[0].extension[0].url = "lang"
* human.extension[0].extension[0].valueCode = #vi
* human.extension[0].extension[1].url = "content"
* human.extension[0].extension[1].valueString = {text}

// An extension with one value.
RuleSet: Simple(type)
* value[x] only {type}
* value[x] 1..1

// Light validators know discriminators by value or pattern only (spec fhir-vietnam 7): nothing here slices by profile.
RuleSet: SlicedBySystem(element)
* {element} ^slicing.discriminator.type = #value
* {element} ^slicing.discriminator.path = "system"
* {element} ^slicing.rules = #open

RuleSet: SlicedByCode(element, path)
* {element} ^slicing.discriminator.type = #pattern
* {element} ^slicing.discriminator.path = "{path}"
* {element} ^slicing.rules = #open

// The words of a doctor stand in `text`; a code may be added, never put in their place.
RuleSet: Worded(element)
* {element}.text 1..1
