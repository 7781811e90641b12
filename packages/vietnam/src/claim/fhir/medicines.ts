/** XML2 → MedicationRequest: one per row, ordered and (in hospital) given at NGAY_TH_YL. */

import { extensionUrl } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { routeName } from '../../codes/routes.ts'
import { claimTimeToFhir } from '../../dates/claim-date.ts'
import type { Row } from '../types.ts'
import { nameWithStrength, readDose } from './dose.ts'
import { type ClaimContext, concept, get, lineIdentifier, type PlannedResource, practitioners, refTo, rowKeys, sourceOf } from './plan.ts'

/** Blood and what belongs to it is no medicine order for the chart's medicine list, but it was given: kept with its group. */
function medicine(ctx: ClaimContext, row: Row, key: string, number: number): fhir4.MedicationRequest {
  const text = nameWithStrength(get(row, 'TEN_THUOC'), get(row, 'HAM_LUONG'))
  const usage = get(row, 'CACH_DUNG')
  const dose = [get(row, 'LIEU_DUNG'), usage].filter(Boolean).join('; ')
  const route = get(row, 'DUONG_DUNG')
  const quantity = get(row, 'SO_LUONG')
  const given = claimTimeToFhir(get(row, 'NGAY_TH_YL'))
  const ordered = claimTimeToFhir(get(row, 'NGAY_YL'))
  const requester = practitioners(get(row, 'MA_BAC_SI'))[0]
  return {
    resourceType: 'MedicationRequest',
    meta: sourceOf(ctx, 'XML2', number),
    ...(given ? { extension: [{ url: extensionUrl('carried-out-at'), valueDateTime: given }] } : {}),
    identifier: lineIdentifier(ctx, key),
    status: 'completed',
    intent: 'order',
    medicationCodeableConcept: { ...concept('ma-thuoc', get(row, 'MA_THUOC'), ''), text },
    subject: { reference: refTo(ctx.keys.patient) },
    encounter: { reference: refTo(ctx.keys.encounter) },
    ...(ordered ? { authoredOn: ordered } : {}),
    ...(requester ? { requester } : {}),
    dosageInstruction: [
      {
        ...(dose === '' ? {} : { text: dose }),
        ...(usage === '' ? {} : { patientInstruction: usage }),
        ...readDose(get(row, 'LIEU_DUNG')),
        ...(route === '' ? {} : { route: concept('duong-dung', route, routeName(route) ?? '') }),
      },
    ].filter((d) => Object.keys(d).length > 0),
    ...(/^\d+(\.\d+)?$/.test(quantity)
      ? { dispenseRequest: { quantity: { value: Number(quantity), unit: get(row, 'DON_VI_TINH') || undefined } } }
      : {}),
  }
}

/** All rows of XML2. */
export function planMedicines(ctx: ClaimContext): PlannedResource[] {
  const rows = ctx.record.tables.XML2 ?? []
  const keys = rowKeys(ctx, 'XML2', rows)
  return rows.map((row, i) => {
    const key = keys[i] ?? ''
    const resource = medicine(ctx, row, key, i + 1)
    if (resource.dosageInstruction?.length === 0) delete resource.dosageInstruction
    return { key, resource }
  })
}
