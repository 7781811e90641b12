/** Which features a role switches on; nothing else knows roles. */
import { accessFeature } from './access/index.ts'
import type { Feature } from './feature.ts'
import { administration } from './features/administration/index.ts'
import { audit, auditAlone, auditHub } from './features/audit/index.ts'
import { bulkExport } from './features/bulk-export/index.ts'
import { catalogue } from './features/catalogue/index.ts'
import { charting } from './features/charting/index.ts'
import { delegation } from './features/delegation/index.ts'
import { directory } from './features/directory/index.ts'
import { documents } from './features/documents/index.ts'
import { conductFacility, conductHub, exchange } from './features/exchange/index.ts'
import { insurance } from './features/insurance/index.ts'
import { joining } from './features/joining/index.ts'
import { personIndex } from './features/person-index/index.ts'
import { referralFacility, referralHub } from './features/referral/index.ts'
import { registration } from './features/registration/index.ts'
import { reportingFacility, reportingHub } from './features/reporting/index.ts'
import { signTray } from './features/sign-tray/index.ts'
import { subscriptionFeature } from './features/subscriptions/index.ts'
import type { SiteSettings } from './settings.ts'

const everywhere: readonly Feature[] = [accessFeature, administration, catalogue]

const FEATURES: Readonly<Record<SiteSettings['role'], readonly Feature[]>> = {
  facility: [
    ...everywhere,
    audit,
    directory,
    registration,
    charting,
    insurance,
    documents,
    delegation,
    signTray,
    exchange,
    conductFacility,
    referralFacility,
    reportingFacility,
  ],
  // The hub signs nothing; the lists it shares with facilities read the tray's table.
  hub: [...everywhere, auditHub, directory, personIndex, documents, signTray, exchange, joining, conductHub, referralHub, reportingHub],
  // Conformance tests, foreign clients and the store's bench: FHIR and sign-in alone.
  bare: [...everywhere, auditAlone, bulkExport, subscriptionFeature],
}

export const featuresOf = (role: SiteSettings['role']): readonly Feature[] => FEATURES[role]
