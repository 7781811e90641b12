/** Who is on the paper: facilities, signers, the patient with cards. */

import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type { FacilityRef, PaperPatient, PaperSigner } from '@yba/vietnam'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { Draft } from './draft.ts'
import { concept, NOT_NAMED, period } from './plain.ts'

const GENDER = { '1': 'male', '2': 'female', '3': 'unknown' } as const

/** An Organization by its code, with the name of that day. */
export function addFacility(draft: Draft, facility: FacilityRef): fhir4.Reference {
  return draft.add(`organization/${facility.code}`, {
    resourceType: 'Organization',
    identifier: facility.code ? [{ system: SYSTEM.facility, value: facility.code }] : [],
    name: facility.name.trim() || facility.code ? facility.name : NOT_NAMED,
  })
}

/** A facility that is only mentioned: logical reference, no entry. */
export function mentionFacility(facility: FacilityRef): fhir4.Reference {
  return {
    type: 'Organization',
    identifier: facility.code ? { system: SYSTEM.facility, value: facility.code } : undefined,
    display: facility.name,
  }
}

/** A signer as PractitionerRole at the issuing facility; the Practitioner is known by licence. */
export function addSigner(draft: Draft, signer: PaperSigner, organization: fhir4.Reference): fhir4.Reference {
  const practitioner = draft.add(`practitioner/${signer.licence}`, {
    resourceType: 'Practitioner',
    identifier: signer.licence ? [{ system: SYSTEM.licence, value: signer.licence }] : [],
    name: [{ text: signer.name?.trim() || signer.licence.trim() ? signer.name : NOT_NAMED }],
  })
  return draft.add(`role/${signer.licence}/${signer.title ?? ''}`, {
    resourceType: 'PractitionerRole',
    practitioner,
    organization,
    code: [{ text: signer.title }],
  })
}

function identifiers(patient: PaperPatient, facility: string): fhir4.Identifier[] {
  const list: fhir4.Identifier[] = []
  if (patient.mrn) list.push({ system: facilitySystem.mrn(facility), value: patient.mrn })
  if (patient.citizenId) list.push({ system: SYSTEM.cccd, value: patient.citizenId })
  // SO_CCCD does not say which paper it is: 9 digits were the old identity card, one capital and 7 digits a passport
  if (patient.otherId) {
    const system = /^\d{9}$/.test(patient.otherId) ? SYSTEM.cmnd : /^[A-Z]\d{7}$/.test(patient.otherId) ? SYSTEM.passport : undefined
    list.push({ ...(system ? { system } : {}), value: patient.otherId })
  }
  return list
}

function codedExtension(name: string, codeSystem: string, coded: { code: string; text: string } | undefined): fhir4.Extension[] {
  if (!coded || (coded.code.trim() === '' && coded.text.trim() === '')) return []
  return [
    {
      url: extensionUrl(name),
      valueCodeableConcept: concept(codeSystemUrl(codeSystem), coded.code, coded.text),
    },
  ]
}

/** The patient, by name as written (`name.text`): Vietnamese names are never split here. */
export function addPatient(draft: Draft, patient: PaperPatient, facility: FacilityRef): fhir4.Reference {
  const extension = [
    ...codedExtension('ethnicity', 'ma-dan-toc', patient.ethnicity),
    ...codedExtension('nationality', 'ma-quoc-tich', patient.nationality),
    ...codedExtension('occupation', 'ma-nghe-nghiep', patient.occupation),
    ...(patient.workplace ? [{ url: extensionUrl('workplace'), valueString: patient.workplace }] : []),
  ]
  return draft.add('patient', {
    resourceType: 'Patient',
    extension,
    identifier: identifiers(patient, facility.code),
    name: [{ text: patient.name }],
    telecom: patient.phone ? [{ system: 'phone', value: patient.phone }] : [],
    gender: GENDER[patient.sex],
    birthDate: patient.birthDate,
    address: [{ text: patient.address }],
    managingOrganization: addFacility(draft, facility),
  })
}

/** One Coverage for each insurance card. */
export function addCoverages(draft: Draft, patient: PaperPatient, beneficiary: fhir4.Reference): fhir4.Reference[] {
  return patient.cards.map((card, index) => {
    const registeredAt = {
      url: extensionUrl('primary-care-facility'),
      valueIdentifier: { system: SYSTEM.facility, value: card.registeredAt },
    }
    return draft.add(`coverage/${index}`, {
      resourceType: 'Coverage',
      extension: card.registeredAt ? [registeredAt] : [],
      identifier: card.number ? [{ system: SYSTEM.bhyt, value: card.number }] : [],
      status: 'active',
      beneficiary,
      period: period(card.validFrom, card.validTo),
      payor: [{ display: 'Bảo hiểm xã hội Việt Nam' }],
    })
  })
}
