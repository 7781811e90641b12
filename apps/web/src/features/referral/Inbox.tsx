import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { Need, ReferralRow } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { Badge, type Tone } from '../../ui/Badge.tsx'

/** Whose work of the received slips is shown. */
export type InboxView = 'mine' | Need['of'] | 'all'

const OTHERS = ['desk', 'doctor', 'reception'] as const

/** What the work of this person is, among those who may be asked; others are shown as counts beside it. */
function useOwn(): Need['of'] | undefined {
  const session = useSession()
  if (may(session, 'referral.desk')) return 'desk'
  if (may(session, 'referral.care')) return 'doctor'
  return may(session, 'referral.arrive') ? 'reception' : undefined
}

const isIn = (row: ReferralRow, view: InboxView): boolean =>
  view === 'all' || (row.needs ?? []).some((need) => (view === 'mine' ? need.mine : need.of === view))

/** The view somebody chose last; each visit to the list begins there. */
let chosen: InboxView | undefined

/** Rows of the chosen view; who is asked for nothing at this desk sees all. */
export function useInbox(wanted: boolean): { start: InboxView; show(rows: readonly ReferralRow[], view: InboxView): ReferralRow[] } {
  const own = useOwn()
  const start = !wanted || !own ? 'all' : (chosen ?? 'mine')
  return { start, show: (rows, view) => rows.filter((row) => isIn(row, view)) }
}

interface Props {
  rows: readonly ReferralRow[]
  view: InboxView
  change(view: InboxView): void
}

/** Mine, how much lies with the others, and everything; one key goes between mine and everything. */
export function InboxTabs({ rows, view, change }: Props) {
  const { t } = useTranslation()
  const own = useOwn()
  const papers = may(useSession(), 'referral.papers')
  const go = (next: InboxView): void => {
    chosen = next
    change(next)
  }
  useActionHandler('list.everything', own ? () => go(view === 'all' ? 'mine' : 'all') : undefined)
  if (!own) return null
  const views: InboxView[] = ['mine', ...(papers ? OTHERS.filter((of) => of !== own) : []), 'all']
  return (
    <div style={{ overflowX: 'auto', maxWidth: '100%' }}>
      <SegmentedControl
        size="xs"
        aria-label={t('inbox.which')}
        value={view}
        onChange={(value) => go(value as InboxView)}
        data={views.map((value) => ({
          value,
          label: `${t(`inbox.view.${value}`)} ${rows.filter((row) => isIn(row, value)).length}${value === 'all' ? ' (A)' : ''}`,
        }))}
      />
    </div>
  )
}

const TONE: Partial<Record<Need['why'], Tone>> = {
  emergency: 'red',
  'signature-invalid': 'red',
  'cancel-asked': 'amber',
  'outcome-missing': 'amber',
  person: 'amber',
  issues: 'amber',
  clash: 'amber',
}

/** Why the slip needs a person: one's own reason, else whose it is. */
export function NeedPhrase({ needs = [] }: { needs?: readonly Need[] }) {
  const { t } = useTranslation()
  const need = needs.find((one) => one.mine) ?? needs[0]
  if (!need) return null
  const why = t(`inbox.why.${need.why}`)
  if (!need.mine) return <span className="soft">{`${t(`inbox.view.${need.of}`)}: ${why}`}</span>
  const tone = TONE[need.why]
  return tone ? <Badge tone={tone}>{why}</Badge> : <span>{why}</span>
}
