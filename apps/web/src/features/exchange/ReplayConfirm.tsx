import { Button, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ReplayPreview } from '../../data/contracts.ts'
import { count } from '../../ui/format.ts'
import { Failure } from '../../ui/Notice.tsx'

interface Props {
  /** How many it would be; undefined while it is counted or nothing is chosen yet. */
  counted: Partial<ReplayPreview> | undefined
  counting: boolean
  /** What is done with them. */
  way: 'out' | 'in'
  reason: string
  setReason(reason: string): void
  /** Of the count, then of the replay itself. */
  errors: readonly unknown[]
  pending: boolean
  close(): void
}

/** The end of every form that replays: how many it would be, why, and go. */
export function ReplayConfirm({ counted, counting, way, reason, setReason, errors, pending, close }: Props) {
  const { t } = useTranslation()
  const [countError, error] = errors
  const goes = counted?.goes ?? counted?.total
  const skipped = counted?.skipped ?? []
  return (
    <>
      <div role="status">
        <p className="strong">
          {goes !== undefined
            ? t(goes === 0 ? 'exchange.replay.nothing' : `exchange.replay.count.${way}`, { n: count(goes) })
            : counting
              ? t('exchange.replay.counting')
              : ''}
        </p>
        {skipped.map(({ why, n }) => (
          <p key={why}>{t(`exchange.replay.skip.${why}`, { n: count(n) })}</p>
        ))}
      </div>
      {countError ? <Failure error={countError} /> : null}
      <Textarea
        label={t('exchange.replay.reason')}
        required
        autosize
        minRows={2}
        value={reason}
        onChange={(e) => setReason(e.currentTarget.value)}
      />
      {error ? <Failure error={error} /> : null}
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={close}>
          {t('app.cancel')}
        </Button>
        <Button type="submit" loading={pending} disabled={!goes || !reason.trim()}>
          {t('exchange.replay.go')}
        </Button>
      </div>
    </>
  )
}
