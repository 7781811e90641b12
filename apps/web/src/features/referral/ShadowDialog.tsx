import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ScanAnswer, ShadowAnswer } from '../../data/contracts.ts'
import { useSession } from '../../data/session.tsx'
import { anyWords } from '../../ui/choice.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Failure } from '../../ui/Notice.tsx'
import { Select } from '../../ui/Select.ts'
import { useFacilities, useShadow } from './queries.ts'

interface Props {
  /** What the slip's code said; the paper says the rest. */
  slip?: ScanAnswer['slip']
  close(): void
  done(answer: ShadowAnswer): void
}

const BLANK = { number: '', issuer: '', name: '', birth: '', sex: '', citizenId: '', card: '', digest: '' }

const scanned = ({ number, issuer, birthYear, sex, digest }: NonNullable<ScanAnswer['slip']>): typeof BLANK => ({
  ...BLANK,
  number,
  issuer: issuer.code,
  birth: String(birthYear),
  sex,
  digest,
})

/** `22/11/1960`, `11/1960` or `1960` as written on papers, to a FHIR date as exact as it is; undefined when unreadable. */
export function birthOf(text: string): string | undefined {
  const parts = text.trim().split(/[/.-]/).reverse()
  const [year = '', month, date] = parts
  if (parts.length > 3 || !/^\d{4}$/.test(year)) return undefined
  const rest = [month, date].filter((part) => part !== undefined).map((part) => part.padStart(2, '0'))
  if (rest.some((part) => !/^\d{2}$/.test(part))) return undefined
  const whole = [year, ...rest].join('-')
  const full = new Date(`${[year, rest[0] ?? '01', rest[1] ?? '01'].join('-')}T00:00:00Z`)
  return Number.isNaN(full.getTime()) || (rest[1] && full.getUTCDate() !== Number(rest[1])) ? undefined : whole
}

/** A patient stands here with a paper slip the system does not show: which slip, and who. */
export function ShadowDialog({ slip, close, done }: Props) {
  const { t } = useTranslation()
  const session = useSession()
  const facilities = useFacilities()
  const shadow = useShadow()
  const [value, setValue] = useState(slip ? scanned(slip) : BLANK)
  const [tried, setTried] = useState(false)
  const birthDate = birthOf(value.birth)
  const set = (key: keyof typeof BLANK, to: string): void => setValue((now) => ({ ...now, [key]: to }))
  const missing = (good: boolean): string | undefined => (tried && !good ? t('shadow.needed') : undefined)
  const citizen = value.citizenId === '' || /^\d{12}$/.test(value.citizenId)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const { number, issuer, name, sex, citizenId, card } = value
    if (!number.trim() || !issuer || !name.trim() || !birthDate || !sex || !citizen) return
    const person = {
      name: name.trim(),
      birthDate,
      sex: sex as '1' | '2' | '3',
      ...(citizenId ? { citizenId } : {}),
      ...(card.trim() ? { card: card.trim() } : {}),
    }
    const { digest } = value
    shadow.mutate({ issuer, number: number.trim(), person, ...(digest ? { digest } : {}) }, { onSuccess: done })
  }
  const line = (key: 'number' | 'name' | 'birth' | 'citizenId' | 'card', more: object = {}) => (
    <TextInput
      label={t(`shadow.${key}`)}
      autoComplete="off"
      spellCheck={false}
      value={value[key]}
      onChange={(change) => set(key, change.currentTarget.value)}
      {...more}
    />
  )
  const others = (facilities.data?.rows ?? []).filter((f) => f.code !== session.site.facility.code)
  // A facility that merged since is no choice any more, but its slips are still in people's hands.
  const issuers = slip && !others.some((f) => f.code === slip.issuer.code) ? [slip.issuer, ...others] : others
  return (
    <Dialog close={close} size="lg" title={t('shadow.title')}>
      <form className="stack" noValidate onSubmit={submit}>
        <p className="soft">{t('shadow.note')}</p>
        <div className="row" style={{ gap: 8, alignItems: 'flex-start' }}>
          {line('number', {
            required: true,
            'data-autofocus': slip ? undefined : true,
            className: 'grow',
            error: missing(value.number.trim() !== ''),
          })}
          <Select
            className="grow"
            label={t('shadow.issuer')}
            required
            searchable
            filter={anyWords}
            nothingFoundMessage={t('referral.noSuchFacility')}
            data={issuers.map((f) => ({ value: f.code, label: `${f.name} (${f.code})` }))}
            value={value.issuer || null}
            onChange={(code) => set('issuer', code ?? '')}
            error={missing(value.issuer !== '')}
          />
        </div>
        <div className="row" style={{ gap: 8, alignItems: 'flex-start' }}>
          {line('name', {
            required: true,
            'data-autofocus': slip ? true : undefined,
            className: 'grow',
            error: missing(value.name.trim() !== ''),
          })}
          {line('birth', {
            required: true,
            w: 150,
            placeholder: '22/11/1960',
            error: tried && !birthDate ? t('shadow.birthHint') : undefined,
          })}
          <Select
            w={120}
            label={t('shadow.sex')}
            required
            data={(['1', '2', '3'] as const).map((code) => ({ value: code, label: t(`sex.${code}`) }))}
            value={value.sex || null}
            onChange={(code) => set('sex', code ?? '')}
            error={missing(value.sex !== '')}
          />
        </div>
        <div className="row" style={{ gap: 8, alignItems: 'flex-start' }}>
          {line('citizenId', { className: 'grow', inputMode: 'numeric', error: citizen ? undefined : t('shadow.citizenHint') })}
          {line('card', { className: 'grow' })}
        </div>
        {shadow.error && <Failure error={shadow.error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" loading={shadow.isPending}>
            {t('shadow.record')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
