/** Permissions are a typed list; roles are sets of them (policies/ says them in sentences). Never test a role name. */
export const PERMISSIONS = [
  'patient.find',
  'chart.read',
  'chart.break-glass',
  'claim.import',
  'claim.undo',
  'referral.read',
  'referral.state',
  'referral.papers',
  'referral.compose',
  'referral.sign-doctor',
  'referral.sign-authorised',
  'referral.seal',
  'referral.desk',
  'referral.arrive',
  'referral.care',
  'referral.outcome',
  'referral.void',
  'referral.mark-read',
  'acceptance.read',
  'acceptance.manage',
  'delegation.read',
  'delegation.manage',
  'audit.read',
  'user.manage',
  'site.status',
  'site.session',
  'exchange.page',
  'exchange.act',
  'hub.console',
  'person.review',
  'reporting.read',
  'reporting.freeze',
  'exchange.submit',
  'exchange.transition',
  'exchange.feed',
  'directory.read',
  'fhir.read',
  'fhir.write',
  'public.read',
  'demo.switch',
] as const

export type Permission = (typeof PERMISSIONS)[number]

export const ROLES = [
  'reception',
  'doctor',
  'signer',
  'referral-desk',
  'auditor',
  'administrator',
  'hub-operator',
  'health-department',
  'node',
  'program',
  'client',
  'system',
  'public',
] as const

export type Role = (typeof ROLES)[number]

/** Roles of machines and of nobody known; the others are people who sign in. */
export const MACHINE_ROLES: readonly Role[] = ['node', 'program', 'client', 'system', 'public']
