import { useTranslation } from 'react-i18next'
import type { ReferralRow } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Alert } from '../../ui/Notice.tsx'

type Row = Pick<ReferralRow, 'waitingFor' | 'direction'>

/** The seal that is asked for and cannot be given now: what is written here does not leave. */
const sealOf = (row: Row) => row.waitingFor.find((one) => one.role === 'seal' && one.reason !== undefined)

/** Beside the state: the papers' other signatures are said in a column of the sender's. */
export function SealWaitsBadge({ row }: { row: Row }) {
  const { t } = useTranslation()
  const seal = sealOf(row)
  if (!seal) return null
  return (
    <Badge tone="amber" title={seal.why ? `${say(seal.why)} ${say(seal.why.cure)}` : seal.reason}>
      {t(`worklist.sealWaits.${row.direction}`)}
    </Badge>
  )
}

/** On the page of the slip, with what to do. */
export function SealWaitsNotice({ view }: { view: Row }) {
  const { t } = useTranslation()
  const seal = sealOf(view)
  if (!seal) return null
  return (
    <Alert tone="amber">
      <span className="strong">{t(`worklist.sealWaits.${view.direction}`)}</span> · {seal.why ? say(seal.why) : seal.reason}{' '}
      {seal.why && <span className="soft">{say(seal.why.cure)}</span>}
    </Alert>
  )
}
