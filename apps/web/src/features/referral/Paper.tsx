import type { OutcomeContent, PaperDiagnosis, PaperMedicine, PaperResult, ReferralContent, SummaryContent } from '@yba/vietnam'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { when } from '../../ui/format.ts'
import { Alert } from '../../ui/Notice.tsx'
import ui from '../../ui/ui.module.css'
import styles from './referral.module.css'

type Line = readonly [label: string, value: ReactNode]

/** Labelled lines; those without a value are left out. */
function Facts({ lines }: { lines: readonly Line[] }) {
  return (
    <dl className={ui.facts}>
      {lines
        .filter(([, value]) => value !== undefined && value !== '' && value !== null)
        .map(([label, value]) => (
          <div key={label} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

const place = (facility: { code: string; name: string }): string =>
  [facility.name, facility.code && `(${facility.code})`].filter(Boolean).join(' ')

export const codes = (diagnoses: readonly PaperDiagnosis[]): string => diagnoses.map((d) => `${d.code} ${d.text}`).join('\n')

function Medicines({ medicines }: { medicines: readonly PaperMedicine[] }) {
  if (medicines.length === 0) return null
  return (
    <table className={styles.tables}>
      <tbody>
        {medicines.map((m) => (
          <tr key={`${m.name}${m.strength}${m.usage}${m.dose}`}>
            <td className="strong">{m.strength && !m.name.includes(m.strength) ? `${m.name} ${m.strength}` : m.name}</td>
            <td>{[m.dose, m.usage].filter(Boolean).join('; ')}</td>
            <td className="num nowrap">{[m.quantity, m.unit].filter(Boolean).join(' ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Results({ results }: { results: readonly PaperResult[] }) {
  if (results.length === 0) return null
  return (
    <table className={styles.tables}>
      <tbody>
        {results.map((r, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a frozen paper
          <tr key={index}>
            <td className="soft nowrap">{when(r.at)}</td>
            <td>{r.name}</td>
            <td className="strong">{[r.value, r.unit].filter(Boolean).join(' ')}</td>
            <td>{r.conclusion}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function useAllergies(): (allergies: ReferralContent['allergies']) => string {
  const { t } = useTranslation()
  return (allergies) => allergies.map((a) => [a.substance, a.reaction].filter(Boolean).join(': ')).join('; ') || t('referral.noAllergies')
}

/** The slip, read on screen: the ministry's items in their order. */
export function ReferralPaper({ content: c }: { content: ReferralContent }) {
  const { t } = useTranslation()
  const allergies = useAllergies()
  const source = t(c.numbers.source === 'his' ? 'referral.fromHis' : 'referral.fromSeries')
  return (
    <Facts
      lines={[
        [t('referral.number'), `${c.numbers.slip} (${source})`],
        [t('referral.file'), c.numbers.file],
        [t('referral.register'), c.numbers.register],
        [t('referral.basedOn'), c.basedOn && `${c.basedOn.number} · ${c.basedOn.issuer.name || c.basedOn.issuer.code}`],
        [t('referral.from'), place(c.from)],
        [
          t('referral.to'),
          <span key="to" className="strong">
            {place(c.to)}
          </span>,
        ],
        [
          t('referral.earlier'),
          c.earlier.map((e) => [place(e.facility), e.level, when(e.from), e.to && `– ${when(e.to)}`].filter(Boolean).join(' ')).join('\n'),
        ],
        [t('referral.admitted'), [when(c.encounter.admitted), c.encounter.department].filter(Boolean).join(' · ')],
        [t('referral.signs'), c.signs],
        [t('referral.history'), c.history],
        [t('referral.results'), c.results],
        [
          t('referral.diagnosis'),
          <span key="dx" className="strong">
            {c.diagnosisText}
          </span>,
        ],
        [t('referral.diagnoses'), codes(c.diagnoses)],
        [t('referral.traditional'), c.traditionalDiagnosis],
        [t('referral.method'), c.treatment.method],
        [t('referral.services'), c.treatment.services],
        [t('referral.medicinesUsed'), c.treatment.medicines],
        [t('referral.condition'), c.condition],
        [t('referral.reason'), t(`referral.reason${c.reason}`)],
        [
          t('referral.direction'),
          <span key="dir" className="strong">
            {c.direction}
          </span>,
        ],
        [t('referral.urgency'), c.emergency && <strong key="stat">{t('referral.emergency')}</strong>],
        [t('referral.departure'), when(c.departure)],
        [t('referral.transport'), c.transport],
        [t('referral.escort'), c.escort && [c.escort.name, c.escort.title].filter(Boolean).join(', ')],
        [t('referral.doctor'), [c.doctor.name, c.doctor.licence].filter(Boolean).join(' · ')],
        [t('referral.authorised'), [c.authorised.title, c.authorised.name, c.authorised.licence].filter(Boolean).join(' · ')],
        [t('referral.allergies'), allergies(c.allergies)],
      ]}
    />
  )
}

/** The record the sender shares. */
export function SummaryPaper({ content: c }: { content: SummaryContent }) {
  const { t } = useTranslation()
  const allergies = useAllergies()
  return (
    <Facts
      lines={[
        [t('referral.admitted'), [when(c.encounter.admitted), c.encounter.department].filter(Boolean).join(' · ')],
        [t('referral.ended'), when(c.encounter.ended)],
        [t('referral.diagnosis'), c.diagnosisText],
        [t('referral.diagnoses'), codes(c.diagnoses)],
        [t('referral.history'), c.history],
        [t('referral.results'), c.results],
        [t('referral.treatment'), c.treatment],
        [t('referral.medicines'), c.medicines.length > 0 && <Medicines key="m" medicines={c.medicines} />],
        [t('referral.resultList'), c.resultList.length > 0 && <Results key="r" results={c.resultList} />],
        [t('referral.procedures'), c.procedures.map((p) => [when(p.at), p.name].filter(Boolean).join(' · ')).join('\n')],
        [t('referral.allergies'), allergies(c.allergies)],
      ].map(([label, value]): Line => [String(label), value === false ? undefined : value])}
    />
  )
}

/** The receiver's answer. */
export function OutcomePaper({ content: c }: { content: OutcomeContent }) {
  const { t } = useTranslation()
  const results: Record<string, string> = t('treatmentResult', { returnObjects: true })
  // Taken back: what follows would be empty, and the reason is all there is to read.
  if (c.withdrawn !== undefined) return <Alert tone="red">{t('referral.outcomeWithdrawn', { reason: c.withdrawn })}</Alert>
  return (
    <Facts
      lines={[
        [t('referral.number'), c.number],
        [t('chart.issuer'), [place(c.from), c.department].filter(Boolean).join(' · ')],
        [t('compose.arrived'), when(c.arrived)],
        [t('compose.endedAt'), when(c.ended)],
        [
          t('referral.diagnosis'),
          <span key="dx" className="strong">
            {c.diagnosisText}
          </span>,
        ],
        [t('referral.diagnoses'), codes(c.diagnoses)],
        [t('referral.course'), c.course],
        [t('referral.results'), c.results],
        [t('referral.treatment'), c.treatment],
        [
          t('referral.outcomeOf'),
          <span key="o" className="strong">
            {results[c.outcome] ?? c.outcome}
          </span>,
        ],
        [t('referral.plan'), c.plan],
        [t('referral.doctor'), [c.doctor.name, c.doctor.licence].filter(Boolean).join(' · ')],
      ]}
    />
  )
}
