import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DelegationView, GrantRequest, RegisterAnswer } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { useAttempt } from '../../ui/attempt.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { day, when } from '../../ui/format.ts'
import { IconPencil } from '../../ui/icons.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import { PageHead, Panel } from '../../ui/Panel.tsx'
import { ReasonDialog } from '../referral/ReasonDialog.tsx'

const FORMS = ['KT', 'TL', 'TUQ', 'head'] as const
const KINDS = ['referral', 'outcome'] as const
const TONE: Record<DelegationView['state'], Tone> = {
  'in-force': 'green',
  ending: 'amber',
  'to-come': 'blue',
  over: 'grey',
  revoked: 'red',
}
const KEY = ['signing-authority']

function usePost<B>(name: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: B) => post<unknown>(`/fhir/Practitioner/$${name}`, body),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  })
}

/** The last day it holds: the register keeps the first instant it does not. */
const lastDay = (until: string): string => day(new Date(Date.parse(until) - 1000).toISOString())

function Fields({ people, form }: { people: RegisterAnswer['people']; form: GrantRequest['form'] }) {
  const { t } = useTranslation()
  return (
    <>
      <NativeSelect
        name="user"
        label={t('authority.who')}
        data={people.map((p) => ({ value: p.id, label: [p.name, p.title].filter(Boolean).join(' · ') }))}
      />
      <div className="row" style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
        <TextInput name="head" label={t('authority.head')} required defaultValue="Giám đốc" style={{ flex: 1 }} />
        {form !== 'head' && (
          <TextInput name="title" label={t('authority.post')} required defaultValue={people[0]?.title} style={{ flex: 1 }} />
        )}
      </div>
      <div className="row" style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
        <TextInput name="decision" label={t('authority.decision')} required placeholder="15/QĐ-BV" style={{ flex: 1 }} />
        <TextInput name="decidedOn" type="date" label={t('authority.decidedOn')} required style={{ flex: 1 }} />
      </div>
      <div className="row" style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
        <TextInput name="from" type="date" label={t('authority.from')} required style={{ flex: 1 }} />
        <TextInput name="until" type="date" label={t('authority.until')} required={form === 'TUQ'} style={{ flex: 1 }} />
      </div>
      <fieldset className="row" style={{ border: 0, padding: 0, margin: 0 }}>
        <legend>{t('authority.papers')}</legend>
        {KINDS.map((kind) => (
          <Checkbox key={kind} name={`kind-${kind}`} label={t(`paper.${kind}`)} defaultChecked={kind === 'referral'} />
        ))}
      </fieldset>
    </>
  )
}

function Grant({ people, close }: { people: RegisterAnswer['people']; close(): void }) {
  const { t } = useTranslation()
  const grant = usePost<GrantRequest>('grant-signing-authority')
  const [form, setForm] = useState<GrantRequest['form']>('KT')
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const text = (name: string): string => String(data.get(name) ?? '').trim()
    const until = text('until')
    const request: GrantRequest = {
      user: text('user'),
      form,
      head: text('head'),
      title: form === 'head' ? text('head') : text('title'),
      kinds: KINDS.filter((kind) => data.has(`kind-${kind}`)),
      decision: text('decision'),
      decidedOn: text('decidedOn'),
      from: text('from'),
      ...(until ? { until } : {}),
    }
    const ok = await grant.mutateAsync(request).then(
      () => true,
      () => false,
    )
    if (!ok) return
    done(t('authority.added', { name: people.find((p) => p.id === request.user)?.name ?? '' }))
    close()
  }
  return (
    <Dialog close={close} title={t('authority.add')} size="lg">
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <NativeSelect
          label={t('authority.form')}
          data-autofocus
          value={form}
          onChange={(event) => setForm(event.currentTarget.value as GrantRequest['form'])}
          data={FORMS.map((value) => ({ value, label: t(`authority.forms.${value}`) }))}
        />
        <Fields people={people} form={form} />
        {grant.error && <Failure error={grant.error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={grant.isPending}>
            {t('authority.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function useColumns(revoke: ((row: DelegationView) => void) | undefined): Column<DelegationView>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const period = (row: DelegationView) => `${day(row.from)} – ${row.until ? lastDay(row.until) : t('authority.openEnded')}`
    const columns: Column<DelegationView>[] = [
      {
        id: 'who',
        header: t('authority.who'),
        width: 140,
        value: (r) => r.user.name,
        cell: (r) => <span className="strong">{r.user.name}</span>,
      },
      {
        id: 'line',
        header: t('authority.line'),
        value: (r) => r.lines.join(' / '),
        title: (r) => r.lines.join(' / '),
        cell: (r) => r.lines.join(' / '),
      },
      { id: 'papers', header: t('authority.papers'), width: 185, cell: (r) => r.kinds.map((kind) => t(`paper.${kind}`)).join(', ') },
      {
        id: 'decision',
        header: t('authority.decision'),
        width: 160,
        value: (r) => r.decision,
        cell: (r) => `${r.decision} · ${day(r.decidedOn)}`,
      },
      { id: 'period', header: t('authority.period'), width: 195, value: (r) => r.from, cell: period },
      {
        id: 'state',
        header: t('authority.state'),
        width: 115,
        value: (r) => r.state,
        title: (r) =>
          r.revoked
            ? t('authority.revokedBy', { who: r.revoked.by, at: when(r.revoked.at), why: r.revoked.reason })
            : `${t('authority.recorded')}: ${r.recordedBy}, ${when(r.recordedAt)}`,
        cell: (r) => <Badge tone={TONE[r.state]}>{t(`authority.states.${r.state}`, { n: r.daysLeft ?? 0 })}</Badge>,
      },
    ]
    if (!revoke) return columns
    const live = (r: DelegationView) => r.state !== 'over' && r.state !== 'revoked'
    return [
      ...columns,
      {
        id: 'act',
        header: t('users.actions'),
        width: 88,
        cell: (r) =>
          live(r) && (
            <Button size="compact-xs" variant="default" onClick={() => revoke(r)} aria-label={`${t('authority.revoke')}: ${r.user.name}`}>
              {t('authority.revoke')}
            </Button>
          ),
      },
    ]
  }, [t, revoke])
}

/** The register of signing authority: who signs for the head, by which decision, how long; with its history. */
export default function Register() {
  const { t } = useTranslation()
  const session = useSession()
  const keeper = may(session, 'delegation.manage')
  const register = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api<RegisterAnswer>('/fhir/Practitioner/$signing-authority', { signal }),
  })
  const end = usePost<{ delegation: string; reason: string }>('revoke-signing-authority')
  const [adding, setAdding] = useState(false)
  const attempt = useAttempt()
  const [ending, setEnding] = useState<DelegationView>()
  const columns = useColumns(keeper ? setEnding : undefined)
  const rows = register.data?.rows ?? []
  return (
    <>
      <PageHead title={t('authority.title')} note={t('authority.note')}>
        {keeper && (
          <Button
            leftSection={<IconPencil size={15} aria-hidden />}
            disabled={register.data?.people.length === 0}
            title={register.data?.people.length === 0 ? t('authority.nobody') : undefined}
            onClick={() => setAdding(true)}
          >
            {t('authority.add')}
          </Button>
        )}
      </PageHead>
      <Panel flush id="authority" title={t('authority.title')} count={rows.length}>
        {register.isPending && <Loading />}
        {register.error && <Failure error={register.error} retry={() => void register.refetch()} />}
        {register.data && rows.length === 0 && <Empty title={t('authority.none')} cure={t('authority.noneCure')} />}
        {rows.length > 0 && <DataTable label={t('authority.title')} rows={rows} columns={columns} rowKey={(r) => r.id} />}
      </Panel>
      {adding && register.data && <Grant people={register.data.people} close={() => setAdding(false)} />}
      {ending && (
        <ReasonDialog
          title={`${t('authority.revoke')}: ${ending.user.name} — ${ending.lines.join(' / ')}`}
          label={t('authority.revokeWhy')}
          confirm={t('authority.revoke')}
          close={() => setEnding(undefined)}
          done={(reason) =>
            attempt(() => end.mutateAsync({ delegation: ending.id, reason }), t('authority.revoked', { name: ending.user.name }))
          }
        />
      )}
    </>
  )
}
