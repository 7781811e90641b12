/** Rules on administrative and workflow resources. */
import { startOf } from '../extract/dates.ts'
import type { Json } from './context.ts'
import type { Invariant } from './invariants.ts'
import { has, list } from './values.ts'

const rule = (key: string, vi: string, en: string, holds: Invariant['holds']): Invariant => ({ key, vi, en, holds })

const anyOf = (key: string, names: string[]): Invariant =>
  rule(key, `phải có ít nhất một trong: ${names.join(', ')}.`, `at least one of: ${names.join(', ')}.`, (v) => names.some((n) => has(v, n)))

const WITHOUT_TIME = new Set<unknown>(['proposed', 'cancelled', 'waitlist'])

function modifiedAfterAuthored(v: Json): boolean {
  if (typeof v.lastModified !== 'string' || typeof v.authoredOn !== 'string') return true
  const modified = startOf(v.lastModified)
  const authored = startOf(v.authoredOn)
  return modified === undefined || authored === undefined || modified >= authored
}

export const ADMINISTRATIVE: Record<string, Invariant[]> = {
  'Patient.contact': [anyOf('pat-1', ['name', 'telecom', 'address', 'organization'])],
  Organization: [
    anyOf('org-1', ['identifier', 'name']),
    rule(
      'org-2',
      'địa chỉ của tổ chức không được là home.',
      'an address of an organisation is never of use home.',
      (v) => !list(v.address).some((a) => a.use === 'home'),
    ),
    rule(
      'org-3',
      'liên lạc của tổ chức không được là home.',
      'a telecom of an organisation is never of use home.',
      (v) => !list(v.telecom).some((t) => t.use === 'home'),
    ),
  ],
  Appointment: [
    rule('app-2', 'start và end đi cùng nhau.', 'start and end come together.', (v) => has(v, 'start') === has(v, 'end')),
    rule(
      'app-3',
      'chỉ lịch hẹn proposed, cancelled, waitlist mới được thiếu giờ.',
      'only proposed, cancelled or waitlisted appointments may lack times.',
      (v) => (has(v, 'start') && has(v, 'end')) || WITHOUT_TIME.has(v.status),
    ),
    rule(
      'app-4',
      'cancelationReason chỉ khi cancelled hoặc noshow.',
      'cancelationReason only when cancelled or noshow.',
      (v) => !has(v, 'cancelationReason') || v.status === 'cancelled' || v.status === 'noshow',
    ),
  ],
  'Appointment.participant': [anyOf('app-1', ['type', 'actor'])],
  AppointmentResponse: [anyOf('apr-1', ['participantType', 'actor'])],
  'AuditEvent.entity': [
    rule('sev-1', 'không có cả name và query.', 'name and query exclude each other.', (v) => !(has(v, 'name') && has(v, 'query'))),
  ],
  Consent: [anyOf('ppc-1', ['policy', 'policyRule'])],
  Group: [
    rule('grp-1', 'member chỉ khi actual là true.', 'members only in an actual group.', (v) => !has(v, 'member') || v.actual === true),
  ],
  InsurancePlan: [anyOf('ipn-1', ['identifier', 'name'])],
  Linkage: [rule('lnk-1', 'phải có ít nhất hai mục.', 'at least two items are needed.', (v) => list(v.item).length > 1)],
  Task: [rule('inv-1', 'lastModified không được trước authoredOn.', 'lastModified must not precede authoredOn.', modifiedAfterAuthored)],
}
