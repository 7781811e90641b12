import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EVENT_TEXT, type ReferralEvent, type ReferralView, type TransitionRequest } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { useAnswer } from '../../ui/attempt.ts'
import { anyWords } from '../../ui/choice.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { day, readDay } from '../../ui/format.ts'
import { Select } from '../../ui/Select.ts'
import { ElsewhereDialog } from './ElsewhereDialog.tsx'
import { useFacilities } from './queries.ts'
import { ReasonDialog } from './ReasonDialog.tsx'
import { SendBackDialog } from './SendBackDialog.tsx'
import { WhoLine } from './WhoLine.tsx'

/** What a step wants stated; `nothing`: only a second click. */
export type Asked = 'reason' | 'date' | 'facility' | 'elsewhere' | 'nothing'
export type Said = Pick<TransitionRequest, 'reason' | 'code' | 'on' | 'to' | 'wrongPatient'>

interface Props {
  event: ReferralEvent
  asked: Asked
  view: ReferralView
  close(): void
  /** Gives whether the step was taken; until then the question stays open with what was said. */
  done(said: Said): Promise<boolean>
}

/** Today where the person sits, yyyy-mm-dd. */
const today = (): string => new Date().toLocaleDateString('sv-SE')

/** Asks what a step needs before it is taken. */
export function StepDialog(props: Props) {
  const { t } = useTranslation()
  const { event, asked, view, close, done } = props
  const about = <WhoLine view={view} />
  if (asked === 'elsewhere') return <ElsewhereDialog view={view} close={close} done={done} />
  if (event === 'send-back') return <SendBackDialog about={about} close={close} done={done} />
  if (asked !== 'reason') return <FieldDialog {...props} />
  const [title, label] =
    event === 'void'
      ? [t('referral.voidTitle'), t('referral.voidWhy')]
      : [say(EVENT_TEXT[event]), t(WRITES[event] ?? 'referral.reasonRead')]
  return (
    <ReasonDialog
      title={title}
      about={about}
      label={label}
      confirm={say(EVENT_TEXT[event])}
      close={close}
      {...(event === 'void' ? { tick: t('referral.wrongPatient') } : {})}
      done={(reason, ticked) => done({ reason, ...(ticked ? { wrongPatient: true } : {}) })}
    />
  )
}

/** Events whose text is not a reason but what the other side asked for or shall read. */
const WRITES: Partial<Record<ReferralEvent, 'referral.question' | 'referral.answerText' | 'referral.note' | 'referral.returnPlan'>> = {
  'ask-info': 'referral.question',
  'add-info': 'referral.answerText',
  interim: 'referral.note',
  return: 'referral.returnPlan',
}

function FieldDialog({ event, asked, view, close, done }: Props) {
  const { t } = useTranslation()
  // The place the receiver has proposed is the likeliest.
  const [value, setValue] = useState(event === 'readdress' ? (view.elsewhere?.to?.code ?? '') : '')
  const [tried, setTried] = useState(false)
  const facilities = useFacilities(asked === 'facility')
  const { busy, send } = useAnswer(done, close)
  const on = asked === 'date' ? readDay(value, today()) : undefined
  const given = asked === 'nothing' || (asked === 'date' ? on !== undefined : value !== '')
  const submit = (form: FormEvent): void => {
    form.preventDefault()
    setTried(true)
    if (given) send(on ? { on } : asked === 'facility' ? { to: value } : {})
  }
  const others = (facilities.data?.rows ?? []).filter((f) => f.code !== view.from.code && f.code !== view.to.code)
  const title = say(EVENT_TEXT[event])
  return (
    <Dialog close={close} title={title}>
      <form className="stack" noValidate onSubmit={submit}>
        <WhoLine view={view} />
        {asked === 'date' && (
          <TextInput
            label={t('referral.appointmentDay')}
            description={t('referral.dayHint')}
            placeholder={day(today())}
            required
            data-autofocus
            autoComplete="off"
            inputMode="numeric"
            value={value}
            onChange={(change) => setValue(change.currentTarget.value)}
            error={tried && !on ? t(value.trim() ? 'referral.badDay' : 'referral.dayNeeded') : undefined}
          />
        )}
        {asked === 'facility' && (
          <Select
            label={t('referral.sendOnTo')}
            required
            searchable
            data-autofocus
            filter={anyWords}
            nothingFoundMessage={t('referral.noSuchFacility')}
            data={others.map((f) => ({ value: f.code, label: f.name }))}
            value={value || null}
            onChange={(code) => setValue(code ?? '')}
            error={tried && !given ? t('referral.facilityNeeded') : undefined}
          />
        )}
        {event === 'readdress' && <p className="soft">{t('referral.readdressNote')}</p>}
        {asked === 'nothing' && <p>{event === 'died' ? t('referral.sureDied') : t('referral.sure', { event: title })}</p>}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" data-autofocus={event === 'died' || undefined} onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={busy} data-autofocus={(asked === 'nothing' && event !== 'died') || undefined}>
            {title}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
