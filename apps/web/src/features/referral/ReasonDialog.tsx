import { Button, Checkbox, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { useAnswer } from '../../ui/attempt.ts'
import { Dialog } from '../../ui/Dialog.tsx'

interface Props {
  title: string
  /** What it is about. */
  about?: ReactNode
  label: string
  confirm: string
  /** A further word to tick beside the reason. */
  tick?: string
  close(): void
  /** Gives whether it was taken; until then the question stays open with what was typed. */
  done(reason: string, ticked: boolean): Promise<boolean>
}

/** Asks for a reason before a step that needs one. */
export function ReasonDialog({ title, about, label, confirm, tick, close, done }: Props) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const [ticked, setTicked] = useState(false)
  const { busy, send } = useAnswer((said: { reason: string; ticked: boolean }) => done(said.reason, said.ticked), close)
  const given = reason.trim()
  return (
    <Dialog close={close} title={title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(true)
          if (given) send({ reason: given, ticked })
        }}
      >
        {about}
        <Textarea
          label={label}
          required
          autosize
          minRows={3}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={ctrlEnterSends}
          error={asked && !given ? t('referral.declineNeeds') : undefined}
        />
        {tick && <Checkbox label={tick} checked={ticked} onChange={(change) => setTicked(change.currentTarget.checked)} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy} aria-keyshortcuts="Control+Enter">
            {confirm}
            <Key name="Ctrl+Enter" />
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
