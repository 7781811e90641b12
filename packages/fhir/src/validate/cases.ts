/** Invented resources for the validation tests. */
export const coding = (system: string, code: string) => ({ coding: [{ system, code }] })
export const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
export const VERIFIED = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
export const UCUM = 'http://unitsofmeasure.org'
export const patient = (more: object) => ({ resourceType: 'Patient', ...more })
export const observation = (more: object) => ({ resourceType: 'Observation', status: 'final', code: { text: 'Mạch' }, ...more })
export const condition = (more: object) => ({ resourceType: 'Condition', subject: { reference: 'Patient/1' }, ...more })
export const encounter = (more: object) => ({ resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, ...more })
export const bundle = (type: string, more: object) => ({ resourceType: 'Bundle', type, ...more })
export const task = (more: object) => ({ resourceType: 'Task', status: 'requested', intent: 'order', ...more })
export const div = (inner: string) => ({ status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>` })
