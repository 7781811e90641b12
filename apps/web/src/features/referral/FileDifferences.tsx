import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReferralView } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { when } from '../../ui/format.ts'
import { Alert, useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { useSettleFile } from './queries.ts'
import styles from './referral.module.css'

type Proposal = NonNullable<ReferralView['proposal']>

interface Props {
  view: ReferralView
  /** Everything typed is on the server before it is decided on; gives whether it is. */
  before?(): Promise<boolean>
  after?(): Promise<unknown>
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
/** A moment as people read it. */
const shown = (text: string): string => (MOMENT.test(text) ? when(text) : text)

/** What a file of the HIS says otherwise than the draft, side by side; who writes picks item by item. */
export function FileDifferences({ view, ...rest }: Props) {
  const { proposal } = view
  if (proposal?.of !== 'draft') return null
  // A newer file is another choice.
  return <Choice key={proposal.at} view={view} proposal={proposal} {...rest} />
}

function Choice({ view, proposal, before, after }: Props & { proposal: Proposal }) {
  const { t } = useTranslation()
  const failure = useFailure()
  const settle = useSettleFile(view.id)
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set())
  const pick = (path: string, file: boolean): void =>
    setTaken((now) => new Set(file ? [...now, path] : [...now].filter((one) => one !== path)))
  const all = proposal.changes.map((change) => change.path)
  const send = async (): Promise<void> => {
    if (before && !(await before())) return
    try {
      await settle.mutateAsync({ take: [...taken], at: proposal.at })
      done(t('ward.settled'))
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
    await after?.()
  }
  return (
    <Alert tone="amber">
      <div className="stack" style={{ gap: 6 }} data-differences>
        <div>
          <span className="strong">{t('ward.differs', { n: proposal.changes.length })}</span>{' '}
          <span className="soft">
            {when(proposal.at)}
            {view.hisNumbers && ` · ${t('ward.hisNumbers', { numbers: view.hisNumbers.join(', ') })}`}
          </span>
        </div>
        <span>{t('ward.differsBody')}</span>
        <table className={styles.sides}>
          <thead>
            <tr>
              <th scope="col">{t('ward.item')}</th>
              <th scope="col">{t('ward.mine')}</th>
              <th scope="col">{t('ward.file')}</th>
            </tr>
          </thead>
          <tbody>
            {proposal.changes.map((change) => (
              <tr key={change.path}>
                <th scope="row">{say(change)}</th>
                {([false, true] as const).map((file) => (
                  <td key={String(file)} data-chosen={taken.has(change.path) === file || undefined}>
                    <label>
                      <input
                        type="radio"
                        name={`side-${change.path}`}
                        checked={taken.has(change.path) === file}
                        onChange={() => pick(change.path, file)}
                      />
                      <span>{shown(file ? change.after : change.before) || <span className="soft">{t('ward.empty')}</span>}</span>
                    </label>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="row">
          <Button size="compact-sm" loading={settle.isPending} onClick={() => void send()}>
            {t('ward.settle')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setTaken(new Set())}>
            {t('ward.allMine')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setTaken(new Set(all))}>
            {t('ward.allFile')}
          </Button>
        </div>
      </div>
    </Alert>
  )
}

/** The HIS names the slip no more: it is taken back by its own step, or said to stand. */
export function WithdrawnNotice({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const settle = useSettleFile(view.id)
  if (!view.withdrawnByFile) return null
  return (
    <Alert tone="red">
      <div className="row">
        <span>
          <span className="strong">{t('ward.withdrawn')}</span> {t('ward.withdrawnBody')}{' '}
          <span className="soft">{when(view.withdrawnByFile)}</span>
        </span>
        <Button
          size="compact-sm"
          variant="default"
          loading={settle.isPending}
          onClick={() => settle.mutate({ take: [], stands: true }, { onSuccess: () => done(t('ward.settled')) })}
        >
          {t('ward.stands')}
        </Button>
      </div>
    </Alert>
  )
}
