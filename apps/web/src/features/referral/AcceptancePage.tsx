import { Button } from '@mantine/core'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AcceptanceAnswer, AcceptancePolicy, AcceptancePreview, SetAcceptanceRequest } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { useAttempt } from '../../ui/attempt.ts'
import { when } from '../../ui/format.ts'
import { IconPencil } from '../../ui/icons.ts'
import { Alert, Failure, Loading } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { AcceptanceEffect } from './AcceptanceEffect.tsx'
import { AcceptanceMatrix } from './AcceptanceMatrix.tsx'
import { AcceptanceRoutes } from './AcceptanceRoutes.tsx'
import { AcceptanceRows } from './AcceptanceRows.tsx'
import { ReasonDialog } from './ReasonDialog.tsx'

const KEY = ['acceptance-policy']

/** What a draft would mean; asked again with each change, the last answer stays on screen meanwhile. */
function usePreview(draft: AcceptancePolicy | undefined) {
  return useQuery({
    queryKey: [...KEY, 'preview', draft],
    queryFn: () => post<AcceptancePreview>('/fhir/Task/$acceptance-preview', { policy: draft }),
    enabled: draft !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })
}

/** Department × urgency × kind of stay: who answers the slips that arrive here, at a glance, and the change of it. */
export default function AcceptancePage() {
  const { t } = useTranslation()
  const keeper = may(useSession(), 'acceptance.manage')
  const answer = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api<AcceptanceAnswer>('/fhir/Task/$acceptance-policy', { signal }) })
  const [draft, setDraft] = useState<AcceptancePolicy>()
  if (answer.isPending) return <Loading lines={10} />
  if (answer.error) return <Failure error={answer.error} retry={() => void answer.refetch()} />
  const { version, policy } = answer.data
  return (
    <>
      <PageHead title={t('acceptance.title')} note={t('acceptance.note')}>
        <span className="soft">{version === 0 ? t('acceptance.defaultVersion') : t('acceptance.version', { n: version })}</span>
        {keeper && !draft && (
          <Button leftSection={<IconPencil size={15} aria-hidden />} onClick={() => setDraft(policy)}>
            {t('acceptance.edit')}
          </Button>
        )}
      </PageHead>
      {draft ? (
        <Editor answer={answer.data} draft={draft} change={setDraft} close={() => setDraft(undefined)} />
      ) : (
        <>
          <AcceptanceMatrix matrix={answer.data.matrix} policy={policy} names={answer.data.departments} />
          <AcceptanceRoutes policy={policy} departments={answer.data.departments} suggested={answer.data.suggested} />
          <AcceptanceRows policy={policy} ordered={policy.rows} departments={answer.data.departments} />
        </>
      )}
      <Versions answer={answer.data} />
    </>
  )
}

interface EditorProps {
  answer: AcceptanceAnswer
  draft: AcceptancePolicy
  change(draft: AcceptancePolicy): void
  close(): void
}

function Editor({ answer, draft, change, close }: EditorProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const preview = usePreview(draft)
  const attempt = useAttempt()
  const [asking, setAsking] = useState(false)
  const write = useMutation({
    mutationFn: (request: SetAcceptanceRequest) => post<AcceptanceAnswer>('/fhir/Task/$set-acceptance-policy', request),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  })
  const save = (note: string): Promise<boolean> =>
    attempt(async () => {
      const written = await write.mutateAsync({ basedOn: answer.version, policy: draft, note })
      done(t('acceptance.saved', { n: written.version }))
      close()
    })
  const seen = preview.data
  const clear = seen !== undefined && seen.findings.length === 0 && !preview.error && !preview.isPlaceholderData
  return (
    <>
      {preview.error && <Failure error={preview.error} />}
      <AcceptanceMatrix matrix={seen?.matrix ?? answer.matrix} policy={draft} names={answer.departments} change={change} />
      {seen && <AcceptanceEffect effect={seen.effect} />}
      <AcceptanceRoutes policy={draft} departments={answer.departments} suggested={answer.suggested} change={change} />
      {seen?.findings.map((f) => (
        <Alert key={`${f.code}${f.path}`} tone="red">
          {say(f)} {say(f.cure)}
        </Alert>
      ))}
      <AcceptanceRows policy={draft} ordered={seen?.policy.rows ?? answer.policy.rows} departments={answer.departments} change={change} />
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={close}>
          {t('app.cancel')}
        </Button>
        <Button disabled={!clear} onClick={() => setAsking(true)}>
          {t('acceptance.save')}
        </Button>
      </div>
      {asking && (
        <ReasonDialog
          title={t('acceptance.save')}
          {...(seen ? { about: <AcceptanceEffect effect={seen.effect} bare /> } : {})}
          label={t('acceptance.why')}
          confirm={t('acceptance.save')}
          close={() => setAsking(false)}
          done={save}
        />
      )}
    </>
  )
}

function Versions({ answer }: { answer: AcceptanceAnswer }) {
  const { t } = useTranslation()
  return (
    <Panel id="acceptance-versions" title={t('acceptance.versions')} count={answer.versions.length}>
      {answer.versions.length === 0 && <p className="soft">{t('acceptance.noVersions')}</p>}
      <ol reversed style={{ margin: 0, paddingLeft: 24 }}>
        {answer.versions.map((v) => (
          <li key={v.version} value={v.version}>
            {v.note}{' '}
            <span className="soft">
              {when(v.at)} · {v.by}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
