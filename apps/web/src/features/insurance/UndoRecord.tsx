import { Button, Modal, NativeSelect, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ctrlEnterSends } from '../../actions/keys.ts'
import type { UndoAnswer, UndoRequest } from '../../data/contracts.ts'
import { post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Key } from '../../ui/ActionButton.tsx'
import { Alert, Failure } from '../../ui/Notice.tsx'

const CAUSES = ['wrong-person', 'wrong-stay', 'other'] as const satisfies readonly UndoRequest['why'][]

/** What became of it, said once: which lines, which slips, what a person must decide. */
function Done({ answer, close }: { answer: UndoAnswer; close(): void }) {
  const { t } = useTranslation()
  return (
    <div className="stack" role="status">
      <span>{t('claim.undoDone', { record: answer.record, n: answer.marked })}</span>
      {answer.findings.map((finding) => (
        <Alert key={finding.code + finding.vi} tone={finding.severity === 'warning' ? 'amber' : 'blue'}>
          <div>{say(finding)}</div>
          <div className="soft">{say(finding.cure)}</div>
        </Alert>
      ))}
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button onClick={close}>{t('app.close')}</Button>
      </div>
    </div>
  )
}

function Dialog({ record, close }: { record: string; close(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [why, setWhy] = useState<UndoRequest['why']>('wrong-person')
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const undo = useMutation({ mutationFn: (said: UndoRequest) => post<UndoAnswer>('/fhir/$undo-claim', said) })
  const given = reason.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setAsked(true)
    if (given && !undo.isPending) undo.mutate({ record, why, reason: given })
  }
  const end = (): void => {
    close()
    if (undo.data) void client.invalidateQueries()
  }
  return (
    <Modal opened onClose={end} title={t('claim.undoTitle', { record })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {undo.data ? (
        <Done answer={undo.data} close={end} />
      ) : (
        <form className="stack" noValidate onSubmit={submit}>
          <span className="soft">{t('claim.undoLead')}</span>
          <NativeSelect
            label={t('claim.undoWhy')}
            data={CAUSES.map((value) => ({ value, label: t(`claim.undoCause.${value}`) }))}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value as UndoRequest['why'])}
          />
          <Textarea
            label={t('claim.undoReason')}
            required
            autosize
            minRows={3}
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={ctrlEnterSends}
            error={asked && !given ? t('claim.undoReasonNeeded') : undefined}
          />
          {undo.error && <Failure error={undo.error} />}
          <div className="row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color="red" loading={undo.isPending} aria-keyshortcuts="Control+Enter">
              {t('claim.undo')}
              <Key name="Ctrl+Enter" />
            </Button>
          </div>
        </form>
      )}
    </Modal>
  )
}

/**
 * Takes back a mistaken record of the HIS; offered to those who may. Without a record only the answer about the one just
 * taken back stays until it was read.
 */
export function UndoRecord({ record }: { record: string | undefined }) {
  const { t } = useTranslation()
  const session = useSession()
  const [open, setOpen] = useState<string>()
  if (!may(session, 'claim.undo')) return null
  return (
    <>
      {record && (
        <Button size="compact-xs" variant="default" onClick={() => setOpen(record)}>
          {t('claim.undoOpen')}
        </Button>
      )}
      {open && <Dialog record={open} close={() => setOpen(undefined)} />}
    </>
  )
}
