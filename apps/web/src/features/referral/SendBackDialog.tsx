import { Button, NativeSelect, Textarea } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import { SEND_BACK_REASONS, type TransitionRequest } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { useAnswer } from '../../ui/attempt.ts'
import { Dialog } from '../../ui/Dialog.tsx'

/** Reasons a person chooses from; the HIS's own is not theirs. */
const CODES = Object.entries(SEND_BACK_REASONS).filter(([code]) => code !== 'his-changed')

interface Props {
  /** What it is about. */
  about: ReactNode
  close(): void
  done(said: Pick<TransitionRequest, 'reason' | 'code'>): Promise<boolean>
}

/** Trả lại: why, as a code and in words; who wrote the paper reads both. */
export function SendBackDialog({ about, close, done }: Props) {
  const { t } = useTranslation()
  const [code, setCode] = useState(CODES[0]?.[0] ?? 'other')
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const { busy, send } = useAnswer(done, close)
  const given = reason.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (given) send({ code, reason: given })
  }
  return (
    <Dialog close={close} title={t('versions.sentBack')}>
      <form className="stack" noValidate onSubmit={submit}>
        {about}
        <NativeSelect
          label={t('versions.code')}
          data={CODES.map(([value, text]) => ({ value, label: say(text) }))}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Textarea
          label={t('versions.sendBackWhy')}
          required
          autosize
          minRows={3}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={ctrlEnterSends}
          error={asked && !given ? t('versions.codeNeeded') : undefined}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy} aria-keyshortcuts="Control+Enter">
            {t('versions.sentBack')}
            <Key name="Ctrl+Enter" />
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
