/** Papers and programme records the hospital's own system wrote (XML6 to XML15): each opens to its words. */

import type * as fhir4 from 'fhir/r4.d.ts'
import { useTranslation } from 'react-i18next'
import { day } from '../../ui/format.ts'
import { Panel } from '../../ui/Panel.tsx'
import styles from './chart.module.css'
import { type Chart, sourceOf } from './model.ts'
import { sectionWords } from './paper-words.ts'
import { SourceTag } from './SourceTag.tsx'

const signer = (c: fhir4.Composition): string => c.author.find((a) => a.type === 'Practitioner')?.display ?? ''

function appointedOn(chart: Chart, c: fhir4.Composition): string | undefined {
  const source = c.meta?.source
  return chart.appointments.find((a) => a.meta?.source === source)?.requestedPeriod?.[0]?.start
}

function Paper({ paper, next }: { paper: fhir4.Composition; next: string | undefined }) {
  const { t } = useTranslation()
  const told = (paper.section ?? []).flatMap((s) => {
    const words = sectionWords(s)
    return words ? [[s.title ?? '', words] as const] : []
  })
  return (
    <details className={styles.paper}>
      <summary>
        <span className="strong">{paper.title}</span>
        {paper.identifier?.value && <span>{t('chart.paperNumber', { number: paper.identifier.value })}</span>}
        {next && <span>{t('chart.appointedOn', { date: day(next) })}</span>}
        <span className="soft">{day(paper.date)}</span>
        <span className="soft">{signer(paper)}</span>
        <span className="grow" />
        <SourceTag of={paper} />
      </summary>
      <dl>
        {told.map(([title, words]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd className="pre">{words}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

export function HospitalPapers({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  if (chart.papers.length === 0) return null
  return (
    <Panel id="papers" flush title={t('chart.papers')} count={chart.papers.length}>
      {chart.papers.map((paper) => (
        <Paper key={paper.id} paper={paper} next={appointedOn(chart, paper)} />
      ))}
    </Panel>
  )
}

/** Day of the next appointment a stay ended with. */
export function nextAppointment(chart: Chart, encounter: fhir4.Encounter): string | undefined {
  const stay = sourceOf(encounter)
  if (stay.kind !== 'claim') return undefined
  const mine = chart.appointments.find((a) => {
    const source = sourceOf(a)
    return source.kind === 'claim' && source.maLk === stay.maLk
  })
  return mine?.requestedPeriod?.[0]?.start
}
