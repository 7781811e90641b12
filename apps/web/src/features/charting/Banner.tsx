import type * as fhir4 from 'fhir/r4.d.ts'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/Badge.tsx'
import { age, day } from '../../ui/format.ts'
import styles from './chart.module.css'
import { type Chart, numbersOf, sexOf } from './model.ts'

interface Props {
  name: string
  sex: '1' | '2' | '3'
  birthDate?: string
  mrn?: string
  citizenId?: string
  phone?: string
  address?: string
  card?: { number: string; validTo?: string }
  /** undefined: nothing is known of allergies. */
  allergies?: readonly string[]
  children?: ReactNode
}

function Card({ card }: { card: Props['card'] }) {
  const { t } = useTranslation()
  if (!card) return <span>{t('chart.noCard')}</span>
  const expired = card.validTo !== undefined && card.validTo < new Date().toISOString().slice(0, 10)
  const until = card.validTo && t(expired ? 'chart.cardExpired' : 'chart.cardUntil', { date: day(card.validTo) })
  return (
    <span>
      {t('chart.card')} <b>{card.number}</b> {expired ? <Badge tone="amber">{until}</Badge> : until}
    </span>
  )
}

/** Who this is, on every page that speaks of one person. */
export function PersonBanner(props: Props) {
  const { t } = useTranslation()
  const old = age(props.birthDate)
  const years = old && (old.years < 3 ? t('chart.months', { n: old.months }) : t('chart.age', { n: old.years }))
  const named = [
    [t('chart.mrn'), props.mrn],
    [t('chart.citizenId'), props.citizenId],
    [t('find.phone'), props.phone],
  ].filter(([, value]) => value)
  return (
    <header className={styles.banner}>
      <div className={styles.lines}>
        <div className="row">
          <h1>{props.name}</h1>
          <Badge tone="blue">{t(`sex.${props.sex}`)}</Badge>
          <span>
            {day(props.birthDate)} {years && `(${years})`}
          </span>
          {props.allergies?.length ? (
            <Badge tone="alarm">
              {t('chart.allergies')}: {props.allergies.join('; ')}
            </Badge>
          ) : (
            <Badge>{t('chart.noAllergies')}</Badge>
          )}
        </div>
        <div className={styles.second}>
          {named.map(([label, value]) => (
            <span key={label}>
              {label} <b>{value}</b>
            </span>
          ))}
          <Card card={props.card} />
          {props.address && <span>{props.address}</span>}
        </div>
      </div>
      <div className={`row ${styles.buttons}`}>{props.children}</div>
    </header>
  )
}

function allergyText(allergy: fhir4.AllergyIntolerance): string {
  const reaction = allergy.reaction?.[0]?.description ?? allergy.reaction?.[0]?.manifestation?.[0]?.text
  return [allergy.code?.text ?? allergy.code?.coding?.[0]?.display, reaction && `(${reaction})`].filter(Boolean).join(' ')
}

/** The banner of a chart. */
export function ChartBanner({ chart, children }: { chart: Chart; children?: ReactNode }) {
  const { patient } = chart
  const numbers = numbersOf(patient)
  const coverage = chart.coverages[0]
  const number = coverage?.identifier?.[0]?.value ?? numbers.card ?? coverage?.subscriberId
  return (
    <PersonBanner
      name={patient.name?.[0]?.text ?? ''}
      sex={sexOf(patient)}
      birthDate={patient.birthDate}
      mrn={numbers.mrn}
      citizenId={numbers.citizenId}
      phone={patient.telecom?.find((c) => c.system === 'phone')?.value}
      address={patient.address?.[0]?.text}
      card={number ? { number, validTo: coverage?.period?.end } : undefined}
      allergies={chart.allergies.map(allergyText)}
    >
      {children}
    </PersonBanner>
  )
}
