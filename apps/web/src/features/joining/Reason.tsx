/** A decision and its reason, in the page itself. */
import { Button, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import { Failure } from '../../ui/Notice.tsx'
import { useJoin } from './queries.ts'

const SHORTEST = 10
const LONGEST = 500

interface Props {
  facility: string
  act: 'live' | 'withdraw' | 'key-refused'
  label: string
  hint?: string
  confirm: string
  /** What takes something away does not look like the way on. */
  away?: boolean
  close?(): void
}

export function Reason({ facility, act, label, hint, confirm, away = false, close }: Props) {
  const { t } = useTranslation()
  const join = useJoin()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const enough = [...reason.trim()].length >= SHORTEST
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (enough && !join.isPending) join.mutate({ facility, act, reason }, { onSuccess: () => close?.() })
  }
  return (
    <form className="stack" noValidate onSubmit={submit}>
      <Textarea
        label={label}
        description={hint}
        required
        autosize
        minRows={2}
        maxLength={LONGEST}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={ctrlEnterSends}
        error={tried && !enough ? t('joining.reasonNeeded') : undefined}
      />
      {join.error && <Failure error={join.error} />}
      <div className="row">
        <Button
          type="submit"
          loading={join.isPending}
          {...(away ? { color: 'red', variant: 'outline' } : {})}
          aria-keyshortcuts="Control+Enter"
        >
          {confirm}
        </Button>
        {close && (
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}
