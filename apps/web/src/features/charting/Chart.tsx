import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import { useWatchedPatient } from '../../data/live.ts'
import { may, useSession } from '../../data/session.tsx'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { Failure, Loading } from '../../ui/Notice.tsx'
import { useStartSlip } from '../referral/start-slip.tsx'
import { ChartBanner } from './Banner.tsx'
import { BreakGlass } from './BreakGlass.tsx'
import styles from './chart.module.css'
import { medicineCourses } from './courses.ts'
import { Documents } from './Documents.tsx'
import { Encounters } from './Encounters.tsx'
import { Medicines } from './Medicines.tsx'
import type { Chart as ChartData } from './model.ts'
import { HospitalPapers } from './papers.tsx'
import { useChart } from './queries.ts'
import { Results, VitalSigns } from './Results.tsx'
import { Conditions, Notes, Procedures } from './sections.tsx'

/** Parts of the chart in reading order, with how many lines each has. */
function Anchors({ chart }: { chart: ChartData }) {
  const { t } = useTranslation()
  const parts = [
    ['conditions', chart.conditions.length],
    ['encounters', chart.encounters.length],
    ['medicines', medicineCourses(chart.medicines).length],
    ['results', chart.results.length],
    ['vitals', chart.vitals.length],
    ['procedures', chart.procedures.length],
    ['notes', chart.notes.length],
    ...(chart.papers.length > 0 ? [['papers', chart.papers.length] as const] : []),
    ['documents', chart.documents.length],
  ] as const
  return (
    <nav className={styles.anchors} aria-label={t('chart.sections')}>
      {parts.map(([id, count]) => (
        <a key={id} href={`#${id}`}>
          {t(`chart.${id}`)} <span>{count}</span>
        </a>
      ))}
    </nav>
  )
}

/**
 * Nothing clinical came: the chart is empty, or this person has no relation of care to the patient. Papers do not count:
 * slips that this facility sent or got are seen without a relation, and an empty chart beside them would read as health.
 */
function isBare(chart: ChartData): boolean {
  return chart.encounters.length + chart.conditions.length + chart.medicines.length + chart.results.length === 0
}

/** For desks and the auditor: who the patient is, and the stays where their role sees them. */
function AdministrativeView({ chart }: { chart: ChartData }) {
  const { t } = useTranslation()
  return (
    <>
      <div className={styles.head}>
        <ChartBanner chart={chart}>
          <ActionButton id="patient.access" />
        </ChartBanner>
      </div>
      <p className="soft">{t('chart.administrativeOnly')}</p>
      {chart.encounters.length > 0 && <Encounters chart={chart} />}
    </>
  )
}

export default function Chart() {
  const { id } = useParams({ from: '/patients/$id' })
  const navigate = useNavigate()
  const session = useSession()
  const chart = useChart(id)
  const { busy, start: startSlip, dialog } = useStartSlip()
  useWatchedPatient(id)
  const start = async (): Promise<void> => {
    const encounter = chart.data?.encounters[0]?.id
    await startSlip({ patient: id, ...(encounter ? { encounter } : {}) })
  }
  useActionHandler('referral.compose', may(session, 'referral.compose') && chart.data && !busy ? () => void start() : undefined)
  useActionHandler('patient.access', chart.data && (() => void navigate({ to: '/patients/$id/access', params: { id } })))
  if (chart.isPending) return <Loading lines={12} />
  if (chart.error) return <Failure error={chart.error} retry={() => void chart.refetch()} />
  const data = chart.data
  if (!may(session, 'chart.read')) return <AdministrativeView chart={data} />
  return (
    <>
      <div className={styles.head}>
        <ChartBanner chart={data}>
          <ActionButton id="patient.access" />
          <ActionButton id="referral.compose" primary />
        </ChartBanner>
        <Anchors chart={data} />
      </div>
      {isBare(data) && <BreakGlass patient={id} />}
      <Conditions chart={data} />
      <Encounters chart={data} />
      <Medicines chart={data} />
      <Results chart={data} />
      <VitalSigns chart={data} />
      <Procedures chart={data} />
      <Notes chart={data} />
      <HospitalPapers chart={data} />
      <Documents chart={data} />
      {dialog}
    </>
  )
}
