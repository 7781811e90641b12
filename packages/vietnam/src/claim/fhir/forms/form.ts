/**
 * Papers of a claim (XML7, XML8, XML13, XML14) ⇄ FHIR, loss-free in both layouts. What an element of FHIR cannot hold
 * exactly (an impossible date, a code with outer spaces, a column we do not know) is kept as written beside it.
 */

import { codeSystemUrl, extensionUrl } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { claimTimeToFhir } from '../../../dates/claim-date.ts'
import { claimTable, type Layout } from '../../tables/index.ts'
import type { Row } from '../../types.ts'
import { encounterClass } from '../encounter.ts'
import { type ClaimContext, facilityReference, get, lineIdentifier, type PlannedResource, refTo, sourceOf } from '../plan.ts'
import { closeDraft, type FormDraft, openDraft, type Place } from './draft.ts'
import { CLAIM_FORMS, type ClaimForm } from './tables.ts'

const TABLE = codeSystemUrl('claim-table')
const AS_WRITTEN = extensionUrl('claim-column')

/** Places of a layout's columns, in the order of the law. */
function placesOf(form: ClaimForm, table: string, layout: Layout): [string, Place][] {
  return (claimTable(table)?.layouts[layout] ?? []).flatMap((field) => {
    const place = form.places[field.name]
    return place ? [[field.name, place] as [string, Place]] : []
  })
}

function read(places: [string, Place][], draft: FormDraft): Row {
  return Object.fromEntries(places.map(([column, place]) => [column, place.take(draft) ?? '']))
}

/** Columns that the elements do not give back as they were, with what stood there. */
function asWritten(row: Row, back: Row): fhir4.Extension[] {
  const columns = Object.keys(row).filter((column) => !(column in back) || row[column] !== back[column])
  return columns.map((column) => {
    const value = row[column] ?? ''
    return {
      url: AS_WRITTEN,
      extension: [{ url: 'column', valueString: column }, ...(value === '' ? [] : [{ url: 'value', valueString: value }])],
    }
  })
}

/** A day the slip names is asked for, not booked: nobody holds an hour for it. */
function appointment(ctx: ClaimContext, key: string, number: number): fhir4.Appointment {
  return {
    resourceType: 'Appointment',
    meta: sourceOf(ctx, 'XML14', number),
    identifier: lineIdentifier(ctx, key),
    status: 'proposed',
    description: 'Khám lại theo giấy hẹn',
    participant: [{ actor: { reference: refTo(ctx.keys.patient) }, status: 'needs-action' }],
  }
}

function newDraft(ctx: ClaimContext, table: string, form: ClaimForm, number: number): FormDraft {
  const ended = claimTimeToFhir(get(ctx.one, 'NGAY_RA')) ?? claimTimeToFhir(get(ctx.one, 'NGAY_VAO')) ?? ''
  const key = `${table}/${ctx.maLk}/${number}`
  return {
    facility: ctx.facility.code,
    composition: {
      resourceType: 'Composition',
      meta: sourceOf(ctx, table, number),
      status: 'final',
      type: { coding: [{ system: 'http://loinc.org', code: form.loinc }], text: form.title },
      category: [{ coding: [{ system: TABLE, version: ctx.record.layout, code: table }] }],
      subject: { reference: refTo(ctx.keys.patient) },
      encounter: { reference: refTo(ctx.keys.encounter) },
      date: ended,
      author: [facilityReference(ctx.facility.code, ctx.facility.name)],
      title: form.title,
    },
    patient: { resourceType: 'Patient', id: 'patient' },
    encounter: {
      resourceType: 'Encounter',
      id: 'stay',
      status: 'finished',
      class: encounterClass(get(ctx.one, 'MA_LOAI_KCB')),
      subject: { reference: '#patient' },
    },
    coverages: [],
    conditions: [],
    relatives: [],
    ...(table === 'XML13'
      ? {
          request: {
            resourceType: 'ServiceRequest',
            id: 'referral',
            status: 'active',
            intent: 'order',
            subject: { reference: '#patient' },
          },
        }
      : {}),
    ...(table === 'XML14' ? { appointment: appointment(ctx, `${key}/appointment`, number) } : {}),
  }
}

/** One row as FHIR: the Composition, and the Appointment of a re-examination slip. */
function planForm(ctx: ClaimContext, table: string, form: ClaimForm, row: Row, number: number): PlannedResource[] {
  const draft = newDraft(ctx, table, form, number)
  const places = placesOf(form, table, ctx.record.layout)
  for (const [column, place] of places) if ((row[column] ?? '') !== '') place.put(draft, row[column] ?? '')
  const rest = asWritten(row, read(places, draft))
  const composition = closeDraft(draft)
  if (rest.length > 0) composition.extension = [...(composition.extension ?? []), ...rest]
  const key = `${table}/${ctx.maLk}/${number}`
  const booked = draft.appointment ? [{ key: `${key}/appointment`, resource: draft.appointment }] : []
  return [{ key, resource: composition }, ...booked]
}

/** Every paper of the record. */
export function planForms(ctx: ClaimContext): PlannedResource[] {
  return Object.entries(CLAIM_FORMS).flatMap(([table, form]) =>
    (ctx.record.tables[table] ?? []).flatMap((row, i) => planForm(ctx, table, form, row, i + 1)),
  )
}

export interface FormRow {
  table: string
  layout: Layout
  row: Row
}

/** The claim row a Composition was made from, columns of its layout in order, then those we do not know; undefined for any other one. */
export function rowFromForm(composition: fhir4.Composition, slip?: fhir4.Appointment): FormRow | undefined {
  const coding = composition.category?.[0]?.coding?.find((c) => c.system === TABLE)
  const table = coding?.code ?? ''
  const form = CLAIM_FORMS[table]
  const layout = coding?.version
  if (!form || (layout !== '4750' && layout !== '3176')) return undefined
  const row = read(placesOf(form, table, layout), openDraft(composition, slip))
  for (const e of composition.extension ?? []) {
    if (e.url !== AS_WRITTEN) continue
    const part = (name: string) => e.extension?.find((x) => x.url === name)?.valueString
    row[part('column') ?? ''] = part('value') ?? ''
  }
  return { table, layout, row }
}
