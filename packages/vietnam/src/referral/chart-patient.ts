/** Stored Patient and Coverage → the person of a paper. */

import { extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import type { InsuranceCard, PaperPatient } from '../documents/content.ts'

const SEX: Record<string, PaperPatient['sex']> = { male: '1', female: '2' }

function coded(patient: fhir4.Patient, name: string): { code: string; text: string } | undefined {
  const concept = patient.extension?.find((e) => e.url === extensionUrl(name))?.valueCodeableConcept
  const code = concept?.coding?.[0]?.code
  return code ? { code, text: concept?.text ?? code } : undefined
}

const idOf = (patient: fhir4.Patient, system: string): string | undefined => patient.identifier?.find((i) => i.system === system)?.value

function card(coverage: fhir4.Coverage): InsuranceCard {
  const place = coverage.extension?.find((e) => e.url === extensionUrl('registered-at'))?.valueReference?.identifier?.value
  return {
    number: coverage.identifier?.[0]?.value ?? coverage.subscriberId ?? '',
    validFrom: coverage.period?.start,
    validTo: coverage.period?.end,
    registeredAt: place,
  }
}

/**
 * Who was registered from another facility's slip has no number of the hospital's own system, and a paper of this facility
 * must name one (it is the key of the person at the hub, too): one made of the chart's id, the same on every paper.
 */
const ownCode = (id: string): string => {
  const letters = id.replaceAll('-', '').slice(0, 12).toUpperCase()
  return letters && `YB-${letters}`
}

/** The person as a paper of this facility names them; unknown items stay empty and become findings. */
export function chartPatient(patient: fhir4.Patient | undefined, coverages: fhir4.Coverage[], facility: string): PaperPatient {
  if (!patient) return { mrn: '', name: '', birthDate: '', sex: '3', address: '', cards: [] }
  const name = patient.name?.[0]
  const home = patient.address?.[0]
  return {
    mrn: idOf(patient, facilitySystem.mrn(facility)) ?? ownCode(patient.id ?? ''),
    name: name?.text ?? [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' '),
    birthDate: patient.birthDate ?? '',
    sex: SEX[patient.gender ?? ''] ?? '3',
    address: home?.text ?? [...(home?.line ?? []), home?.city, home?.state].filter(Boolean).join(', '),
    ethnicity: coded(patient, 'ethnicity'),
    nationality: coded(patient, 'nationality'),
    occupation: coded(patient, 'occupation'),
    citizenId: idOf(patient, SYSTEM.cccd),
    otherId: idOf(patient, SYSTEM.cmnd) ?? idOf(patient, SYSTEM.passport),
    phone: patient.telecom?.find((t) => t.system === 'phone')?.value,
    cards: coverages.map(card).filter((c) => c.number !== ''),
  }
}
