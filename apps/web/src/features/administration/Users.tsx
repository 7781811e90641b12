import { Button, CopyButton, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../data/contracts.ts'
import { api, post } from '../../data/http.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { IconUserPlus } from '../../ui/icons.ts'
import { Empty, Failure, Loading, useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { PageHead, Panel } from '../../ui/Panel.tsx'

interface User {
  id: string
  login: string
  name: string
  role: Role
  departments: string[]
  licence?: string
  locked: boolean
  lockedOut: boolean
  sessions: number
}

/** Roles a person may have, in the order of a hospital's day. */
const PERSON_ROLES = [
  'reception',
  'doctor',
  'signer',
  'referral-desk',
  'auditor',
  'administrator',
  'hub-operator',
  'health-department',
] as const satisfies Role[]

type Act = 'reset' | 'lock' | 'unlock'
interface Made {
  login: string
  password?: string
}

function useAct() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ act, user }: { act: Act; user: string }) => post<Made>(`/fhir/Practitioner/$user-${act}`, { user }),
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
}

function NewPassword({ made, close }: { made: Made; close(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog close={close} title={t('users.newPassword', { login: made.login })}>
      <div className="stack">
        <TextInput label={t('users.password')} value={made.password ?? ''} readOnly size="sm" data-autofocus />
        <p className="soft">{t('users.passwordHint')}</p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <CopyButton value={made.password ?? ''}>
            {({ copy, copied }) => (
              <Button variant="default" onClick={copy}>
                {t('users.copy')} {copied && '✓'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>{t('app.close')}</Button>
        </div>
      </div>
    </Dialog>
  )
}

function AddUser({ close, made }: { close(): void; made(user: Made): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const add = useMutation({
    mutationFn: (user: object) => post<Made>('/fhir/Practitioner/$user-add', user),
    onSettled: () => client.invalidateQueries({ queryKey: ['users'] }),
  })
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    const departments = text('departments')
      .split(/[\s,;]+/)
      .filter(Boolean)
    const user = {
      login: text('login'),
      name: text('name'),
      role: text('role'),
      departments,
      ...(text('licence') ? { licence: text('licence') } : {}),
    }
    const answer = await add.mutateAsync(user).catch(() => undefined)
    if (!answer) return
    done(t('users.added', { name: user.name }))
    made(answer)
  }
  return (
    <Dialog close={close} title={t('users.add')}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextInput name="name" label={t('users.name')} required data-autofocus />
        <TextInput name="login" label={t('users.login')} required autoComplete="off" spellCheck={false} />
        <NativeSelect name="role" label={t('users.role')} data={PERSON_ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) }))} />
        <TextInput name="departments" label={t('users.departments')} placeholder="K01, K02" />
        <TextInput name="licence" label={t('users.licence')} />
        {add.error && <Failure error={add.error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={add.isPending}>
            {t('users.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Confirm({ text, label, close, yes }: { text: string; label: string; close(): void; yes(): void }) {
  const { t } = useTranslation()
  return (
    <Dialog close={close} title={label}>
      <div className="stack">
        <p>{text}</p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button onClick={yes} data-autofocus>
            {label}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function useColumns(ask: (act: Act, user: User) => void): Column<User>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const buttons = (user: User): Act[] => (user.locked || user.lockedOut ? ['reset', 'unlock'] : ['reset', 'lock'])
    return [
      { id: 'name', header: t('users.name'), value: (u) => u.name, cell: (u) => <span className="strong">{u.name}</span> },
      { id: 'login', header: t('users.login'), width: 150, value: (u) => u.login, cell: (u) => u.login },
      { id: 'role', header: t('users.role'), width: 140, value: (u) => u.role, cell: (u) => t(`roles.${u.role}`) },
      { id: 'departments', header: t('users.departments'), width: 120, cell: (u) => u.departments.join(', ') },
      { id: 'licence', header: t('users.licence'), width: 160, cell: (u) => u.licence ?? '' },
      {
        id: 'state',
        header: t('users.state'),
        width: 110,
        cell: (u) => (
          <Badge tone={u.locked || u.lockedOut ? 'red' : 'green'}>{t(u.locked || u.lockedOut ? 'users.locked' : 'users.active')}</Badge>
        ),
      },
      {
        id: 'actions',
        header: t('users.actions'),
        width: 240,
        cell: (u) => (
          <span className="row" style={{ gap: 4, flexWrap: 'nowrap' }}>
            {buttons(u).map((act) => (
              <Button
                key={act}
                size="compact-xs"
                variant="default"
                onClick={() => ask(act, u)}
                aria-label={`${t(`users.${act}`)}: ${u.name}`}
              >
                {t(`users.${act}`)}
              </Button>
            ))}
          </span>
        ),
      },
    ]
  }, [t, ask])
}

/** Accounts of this site: add, reset, lock, unlock. */
export default function Users() {
  const { t } = useTranslation()
  const failure = useFailure()
  const users = useQuery({ queryKey: ['users'], queryFn: ({ signal }) => api<{ rows: User[] }>('/fhir/Practitioner/$users', { signal }) })
  const act = useAct()
  const [adding, setAdding] = useState(false)
  const [made, setMade] = useState<Made>()
  const [asked, setAsked] = useState<{ act: Act; user: User }>()
  const ask = useMemo(() => (what: Act, user: User) => setAsked({ act: what, user }), [])
  const columns = useColumns(ask)
  const run = async (what: Act, user: User): Promise<void> => {
    setAsked(undefined)
    try {
      const answer = await act.mutateAsync({ act: what, user: user.id })
      if (answer?.password) setMade({ login: user.login, password: answer.password })
      else done(`${t(`users.${what}`)}: ${user.name}`)
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
  }
  const rows = users.data?.rows ?? []
  return (
    <>
      <PageHead title={t('users.title')}>
        <Button leftSection={<IconUserPlus size={15} aria-hidden />} onClick={() => setAdding(true)}>
          {t('users.add')}
        </Button>
      </PageHead>
      <Panel flush id="users" title={t('users.title')} count={rows.length}>
        {users.isPending && <Loading />}
        {users.error && <Failure error={users.error} retry={() => void users.refetch()} />}
        {users.data && rows.length === 0 && <Empty title={t('users.none')} />}
        {rows.length > 0 && <DataTable label={t('users.title')} rows={rows} columns={columns} rowKey={(u) => u.id} />}
      </Panel>
      {adding && (
        <AddUser
          close={() => setAdding(false)}
          made={(user) => {
            setAdding(false)
            setMade(user)
          }}
        />
      )}
      {made?.password && <NewPassword made={made} close={() => setMade(undefined)} />}
      {asked && (
        <Confirm
          label={t(`users.${asked.act}`)}
          text={
            asked.act === 'unlock'
              ? asked.user.name
              : t(asked.act === 'lock' ? 'users.confirmLock' : 'users.confirmReset', { name: asked.user.name })
          }
          close={() => setAsked(undefined)}
          yes={() => void run(asked.act, asked.user)}
        />
      )}
    </>
  )
}
