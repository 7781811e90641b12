/** XML1, or XML0 of a check-in → Patient and one Coverage per card. */

import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { ethnicName, facilityName, nationalityName, occupationName } from '../../codes/display.ts'
import { claimBirthTime, claimBirthToFhir, claimDateToFhir } from '../../dates/claim-date.ts'
import { classifyCitizenPaper } from '../../identifiers/citizen.ts'
import { readInsuranceNumber } from '../../identifiers/insurance.ts'
import { type ClaimContext, concept, facilityReference, filled, get, type PlannedResource, refTo, sourceOf } from './plan.ts'

const GENDER: Record<string, fhir4.Patient['gender']> = { 1: 'male', 2: 'female', 3: 'unknown' }

export interface ClaimCard {
  number: string
  registeredAt: string
  from: string
  to: string
}

/** Cards of XML1: the four columns hold one value per card, joined with ";". */
export function claimCards(one: ClaimContext['one']): ClaimCard[] {
  const split = (column: string): string[] => get(one, column).split(';')
  const [places, from, to] = [split('MA_DKBD'), split('GT_THE_TU'), split('GT_THE_DEN')]
  return split('MA_THE_BHYT').flatMap((raw, i) => {
    const number = raw.trim()
    if (number === '') return []
    return [{ number, registeredAt: places[i]?.trim() ?? '', from: from[i]?.trim() ?? '', to: to[i]?.trim() ?? '' }]
  })
}

function identifiers(ctx: ClaimContext, cards: ClaimCard[]): fhir4.Identifier[] {
  const found: fhir4.Identifier[] = [
    {
      use: 'usual',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      system: facilitySystem.mrn(ctx.facility.code),
      value: get(ctx.one, 'MA_BN'),
      assigner: { display: ctx.facility.name },
    },
  ]
  const paper = get(ctx.one, 'SO_CCCD')
  const known = classifyCitizenPaper(paper)
  if (known) found.push({ ...(known.kind === 'cccd' ? { use: 'official' as const } : {}), system: known.system, value: known.value })
  else if (paper !== '') found.push({ type: { text: 'SO_CCCD' }, value: paper })
  for (const card of cards) {
    found.push({ system: SYSTEM.bhyt, value: card.number })
    // The ten digits of the person inside the card: people know and say either.
    const bhxh = readInsuranceNumber(card.number)?.bhxh
    if (bhxh && bhxh !== card.number) found.push({ use: 'secondary', system: SYSTEM.bhyt, value: bhxh })
  }
  return found
}

function address(ctx: ClaimContext): fhir4.Address[] | undefined {
  const parts: [string, string][] = [
    ['address-province', 'MATINH_CU_TRU'],
    ['address-district', 'MAHUYEN_CU_TRU'],
    ['address-commune', 'MAXA_CU_TRU'],
  ]
  const extension = parts.flatMap(([name, column]) => {
    const code = get(ctx.one, column)
    return code === '' ? [] : [{ url: extensionUrl(name), valueCoding: { system: codeSystemUrl(name), code } }]
  })
  const text = get(ctx.one, 'DIA_CHI')
  if (text === '' && extension.length === 0) return undefined
  return [{ use: 'home', ...(text === '' ? {} : { text }), country: 'VN', ...(extension.length > 0 ? { extension } : {}) }]
}

function extensions(ctx: ClaimContext): fhir4.Extension[] {
  const coded: [string, string, string, (code: string) => string | undefined][] = [
    ['ethnicity', 'ma-dantoc', 'MA_DANTOC', ethnicName],
    ['nationality', 'ma-quoctich', 'MA_QUOCTICH', nationalityName],
    ['occupation', 'ma-nghe-nghiep', 'MA_NGHE_NGHIEP', occupationName],
  ]
  return coded.flatMap(([name, system, column, nameOf]) => {
    const code = get(ctx.one, column)
    return code === '' ? [] : [{ url: extensionUrl(name), valueCodeableConcept: concept(system, code, nameOf(code) ?? '') }]
  })
}

function patient(ctx: ClaimContext, cards: ClaimCard[]): fhir4.Patient {
  const birth = get(ctx.one, 'NGAY_SINH')
  const birthTime = claimBirthTime(birth)
  const phone = get(ctx.one, 'DIEN_THOAI')
  const extension = extensions(ctx)
  const home = address(ctx)
  return {
    resourceType: 'Patient',
    meta: sourceOf(ctx, ctx.head, 1),
    ...(extension.length > 0 ? { extension } : {}),
    identifier: identifiers(ctx, cards),
    active: true,
    name: [{ use: 'official', text: get(ctx.one, 'HO_TEN') }],
    ...(phone === '' ? {} : { telecom: [{ system: 'phone', value: phone }] }),
    gender: GENDER[get(ctx.one, 'GIOI_TINH')] ?? 'unknown',
    birthDate: claimBirthToFhir(birth),
    ...(birthTime
      ? { _birthDate: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthTime', valueDateTime: birthTime }] } }
      : {}),
    ...(home ? { address: home } : {}),
    managingOrganization: facilityReference(ctx.facility.code, ctx.facility.name),
  }
}

function coverage(ctx: ClaimContext, card: ClaimCard): PlannedResource<fhir4.Coverage> {
  const [start, end] = [claimDateToFhir(card.from), claimDateToFhir(card.to)]
  const bhxh = readInsuranceNumber(card.number)?.bhxh
  return {
    key: `Coverage/${get(ctx.one, 'MA_BN')}/${card.number}`,
    resource: {
      resourceType: 'Coverage',
      meta: sourceOf(ctx, ctx.head, 1),
      ...(card.registeredAt === ''
        ? {}
        : {
            extension: [
              {
                url: extensionUrl('registered-at'),
                valueReference: facilityReference(card.registeredAt, facilityName(card.registeredAt)),
              },
            ],
          }),
      identifier: [{ system: SYSTEM.bhyt, value: card.number }],
      status: 'active',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PUBLICPOL' }], text: 'Bảo hiểm y tế' },
      subscriberId: bhxh ?? card.number,
      beneficiary: { reference: refTo(ctx.keys.patient) },
      ...(start || end ? { period: { start, end } } : {}),
      payor: [{ display: 'Bảo hiểm xã hội Việt Nam' }],
    },
  }
}

/** Patient first, then the cards. */
export function planPatient(ctx: ClaimContext): PlannedResource[] {
  // A card written twice is one card.
  const cards = [...new Map(claimCards(ctx.one).map((card) => [card.number, card])).values()]
  return [{ key: ctx.keys.patient, resource: patient(ctx, cards) }, ...cards.map((card) => coverage(ctx, card))]
}

/** Phone as written, for papers. */
export const claimPhone = (ctx: ClaimContext): string | undefined => filled(get(ctx.one, 'DIEN_THOAI'))
