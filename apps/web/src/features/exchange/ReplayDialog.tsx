import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplayRequest } from '../../data/contracts.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { clockOf, day, readWhen } from '../../ui/format.ts'
import { done as told } from '../../ui/notify.ts'
import { useReplay, useReplayCount } from './queries.ts'
import { ReplayConfirm } from './ReplayConfirm.tsx'

interface Props {
  direction: 'out' | 'in'
  /** Chosen messages; without them a period, or for incoming ones a cursor. */
  keys?: readonly string[]
  close(): void
  done(): void
}

const HOUR = 3_600_000
const clockText = (at: Date): string => `${day(at.toISOString())} ${clockOf(at)}`

/** Says how many it would be before anything is done, and asks why. */
export function ReplayDialog({ direction, keys, close, done }: Props) {
  const { t } = useTranslation()
  const [from, setFrom] = useState(() => clockText(new Date(Date.now() - 24 * HOUR)))
  const [to, setTo] = useState(() => clockText(new Date(Date.now() + 60_000)))
  const [cursor, setCursor] = useState<string>()
  const [reason, setReason] = useState('')
  const replay = useReplay()
  const what: Partial<ReplayRequest> = keys
    ? { keys: [...keys] }
    : cursor !== undefined
      ? { after: cursor.trim() }
      : { from: readWhen(from) ?? '', to: readWhen(to) ?? '' }
  const request = { direction, ...what } as ReplayRequest
  const ready = Boolean(keys) || cursor !== undefined || Boolean(what.from && what.to)
  const counted = useReplayCount('/fhir/$exchange-replay', request, ready)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    replay.mutate(
      { ...request, reason },
      {
        onSuccess: () => {
          told(t('exchange.replay.started'))
          done()
        },
      },
    )
  }
  const unread = (text: string): string | undefined => (readWhen(text) === undefined ? t('compose.badTime') : undefined)
  const input = direction === 'in'
  return (
    <Dialog close={close} size="lg" title={t(input ? 'exchange.replay.titleIn' : 'exchange.replay.titleOut')}>
      <form className="stack" onSubmit={submit}>
        <p className="soft">{t(input ? 'exchange.replay.safeIn' : 'exchange.replay.safe')}</p>
        {!keys && cursor === undefined && (
          <div className="row" style={{ alignItems: 'flex-start' }}>
            <TextInput
              label={t('exchange.alerts.from')}
              value={from}
              onChange={(e) => setFrom(e.currentTarget.value)}
              error={unread(from)}
              data-autofocus
            />
            <TextInput label={t('exchange.alerts.to')} value={to} onChange={(e) => setTo(e.currentTarget.value)} error={unread(to)} />
            {input && (
              <Button variant="subtle" mt={22} onClick={() => setCursor('')}>
                {t('exchange.replay.cursor')}
              </Button>
            )}
          </div>
        )}
        {cursor !== undefined && (
          <TextInput
            label={t('exchange.replay.cursor')}
            value={cursor}
            onChange={(e) => setCursor(e.currentTarget.value)}
            placeholder="1.0"
          />
        )}
        <ReplayConfirm
          counted={counted.data}
          counting={ready && !counted.error}
          way={direction}
          reason={reason}
          setReason={setReason}
          errors={[counted.error, replay.error]}
          pending={replay.isPending}
          close={close}
        />
      </form>
    </Dialog>
  )
}
