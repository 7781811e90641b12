/** The facts of a Patient resource that the rules look at. */
import { facilitySystem, SYSTEM } from '@yba/fhir'
import type { Patient } from 'fhir/r4.d.ts'
import type { FhirResource } from '../../store/types.ts'
import type { SourcePerson } from './rules.ts'

const SEX = { male: '1', female: '2' } as const

export function personFacts(resource: FhirResource): SourcePerson {
  const p = resource as unknown as Patient
  const value = (system: string) => p.identifier?.find((i) => i.system === system)?.value
  const mrn = p.identifier?.find((i) => i.system?.startsWith(facilitySystem.mrn('')))
  const citizenId = value(SYSTEM.cccd)
  return {
    facility: mrn?.system?.split('/').at(-1) ?? '',
    mrn: mrn?.value ?? '',
    name: p.name?.[0]?.text ?? '',
    birthDate: p.birthDate ?? '',
    sex: SEX[p.gender as 'male' | 'female'] ?? '3',
    ...(citizenId ? { citizenId } : {}),
    cards: (p.identifier ?? []).filter((i) => i.system === SYSTEM.bhyt).map((i) => i.value ?? ''),
  }
}
