import { Button, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import type { ReferralView, TransitionRequest } from '../../data/contracts.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { useAnswer } from '../../ui/attempt.ts'
import { anyWords } from '../../ui/choice.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Select } from '../../ui/Select.ts'
import { useFacilities } from './queries.ts'
import { WhoLine } from './WhoLine.tsx'

interface Props {
  view: ReferralView
  close(): void
  /** Gives whether it was taken; until then the question stays open with what was said. */
  done(said: Pick<TransitionRequest, 'reason' | 'to'>): Promise<boolean>
}

/** Đề nghị nơi khác: a place of the directory, or a reason; the sender reads both. Nobody who comes is turned away by it. */
export function ElsewhereDialog({ view, close, done }: Props) {
  const { t } = useTranslation()
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const facilities = useFacilities()
  const { busy, send } = useAnswer(done, close)
  const others = (facilities.data?.rows ?? []).filter((f) => f.code !== view.from.code && f.code !== view.to.code)
  const given = reason.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (to || given) send({ ...(to ? { to } : {}), ...(given ? { reason: given } : {}) })
  }
  return (
    <Dialog close={close} title={t('referral.declineTitle')}>
      <form className="stack" noValidate onSubmit={submit}>
        <WhoLine view={view} />
        <Textarea
          label={t('referral.declineWhy')}
          autosize
          data-autofocus
          minRows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          onKeyDown={ctrlEnterSends}
          error={asked && !to && !given ? t('referral.elsewhereNeeds') : undefined}
        />
        <Select
          label={t('referral.elsewherePlace')}
          searchable
          clearable
          filter={anyWords}
          nothingFoundMessage={t('referral.noSuchFacility')}
          data={others.map((f) => ({ value: f.code, label: f.name }))}
          value={to || null}
          onChange={(code) => setTo(code ?? '')}
        />
        <p className="soft">{t('referral.elsewhereNote')}</p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy} aria-keyshortcuts="Control+Enter">
            {t('referral.declineTitle')}
            <Key name="Ctrl+Enter" />
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
