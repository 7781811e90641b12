import type * as fhir4 from 'fhir/r4.d.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day, shortPlace, when } from '../../ui/format.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import chartStyles from './chart.module.css'
import { type Chart, rankOf } from './model.ts'
import { nextAppointment } from './papers.tsx'
import { SourceTag } from './SourceTag.tsx'

const CLASS = {
  IMP: 'Nội trú',
  AMB: 'Ngoại trú',
  SS: 'Lưu ngắn',
  OBSENC: 'Lưu theo dõi',
  HH: 'Tại nhà',
  VR: 'Từ xa',
  FLD: 'Lưu động',
  EMER: 'Cấp cứu',
}
const CLASS_EN = {
  IMP: 'Inpatient',
  AMB: 'Outpatient',
  SS: 'Short stay',
  OBSENC: 'Observation',
  HH: 'Home',
  VR: 'Remote',
  FLD: 'Field',
  EMER: 'Emergency',
}

const coded = (e: fhir4.Encounter, name: string): string =>
  e.extension?.find((x) => x.url.endsWith(`/${name}`))?.valueCodeableConcept?.text ?? ''

/** Ward and bed, each once, as they followed. */
function wards(e: fhir4.Encounter): string {
  const beds = [...new Set((e.location ?? []).map((l) => l.location.display ?? '').filter(Boolean))]
  return beds.length > 0 ? beds.join('; ') : (e.serviceType?.text ?? '')
}

function mainDiagnosis(chart: Chart, e: fhir4.Encounter): string {
  const main = chart.conditions.find((c) => c.encounter?.reference === `Encounter/${e.id}` && rankOf(c) === 1)
  return [main?.code?.coding?.[0]?.code, main?.code?.text].filter(Boolean).join(' · ')
}

const place = (reference: fhir4.Reference | undefined): string =>
  reference ? shortPlace(reference.display ?? reference.identifier?.value ?? '') : ''

/** Stays: when, where, why, with what end. */
export function Encounters({ chart }: { chart: Chart }) {
  const { t, i18n } = useTranslation()
  const columns = useMemo<Column<fhir4.Encounter>[]>(() => {
    const names: Record<string, string> = i18n.language === 'en' ? CLASS_EN : CLASS
    const kind = (e: fhir4.Encounter): string => names[e.class.code ?? ''] ?? e.class.display ?? ''
    const why = (e: fhir4.Encounter): string => {
      const { origin, preAdmissionIdentifier } = e.hospitalization ?? {}
      const came = origin && t('chart.cameFrom', { place: place(origin) })
      const slip = preAdmissionIdentifier?.value && t('chart.fromSlip', { number: preAdmissionIdentifier.value })
      return [...new Set((e.reasonCode ?? []).map((r) => r.text ?? '')), [came, slip].filter(Boolean).join(', ')].filter(Boolean).join('; ')
    }
    const outcome = (e: fhir4.Encounter): string => {
      const { destination, dischargeDisposition } = e.hospitalization ?? {}
      const next = nextAppointment(chart, e)
      const to = destination && t('chart.sentTo', { place: place(destination) })
      return [
        coded(e, 'treatment-result'),
        [dischargeDisposition?.text, to].filter(Boolean).join(' '),
        next && t('chart.appointedOn', { date: day(next) }),
      ]
        .filter(Boolean)
        .join(' · ')
    }
    return [
      {
        id: 'from',
        header: t('chart.fromTo'),
        width: 142,
        value: (e) => e.period?.start ?? '',
        cell: (e) => (
          <>
            {when(e.period?.start)}
            <br />
            {e.period?.end ? when(e.period.end) : <Badge tone="green">{t('chart.ongoing')}</Badge>}
          </>
        ),
      },
      { id: 'days', header: t('chart.stayDays'), width: 50, numeric: true, cell: (e) => e.length?.value ?? '' },
      { id: 'kind', header: t('chart.kind'), width: 76, title: (e) => e.type?.[0]?.text, cell: kind },
      { id: 'department', header: t('chart.department'), width: '14%', cell: wards },
      { id: 'why', header: t('chart.why'), width: '18%', cell: why },
      { id: 'diagnosis', header: t('chart.diagnosis'), cell: (e) => <span className="strong">{mainDiagnosis(chart, e)}</span> },
      { id: 'outcome', header: t('chart.outcome'), width: '20%', cell: outcome },
      { id: 'source', header: t('chart.source'), width: 150, cell: (e) => <SourceTag of={e} /> },
    ]
  }, [t, i18n.language, chart])
  return (
    <Panel id="encounters" flush title={t('chart.encounters')} count={chart.encounters.length}>
      {chart.encounters.length === 0 ? (
        <Nothing>{t('chart.emptyEncounters')}</Nothing>
      ) : (
        <div className={`capped ${chartStyles.wide}`} style={{ maxHeight: 420 }}>
          <DataTable wrap label={t('chart.encounters')} rows={chart.encounters} columns={columns} rowKey={(e) => e.id ?? ''} />
        </div>
      )}
    </Panel>
  )
}
