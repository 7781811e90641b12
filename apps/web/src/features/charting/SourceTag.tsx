import { useTranslation } from 'react-i18next'
import styles from '../../ui/ui.module.css'
import { type Source, sourceOf } from './model.ts'

function useSourceText(): (source: Source) => string {
  const { t } = useTranslation()
  return (source) => {
    if (source.kind === 'document') return t('chart.sourceDocument', { number: source.number })
    if (source.kind === 'direct') return t('chart.sourceDirect')
    return source.row ? t('chart.sourceLine', source) : t('chart.sourceTable', source)
  }
}

/** Where a line of the chart comes from. */
export function SourceTag({ of }: { of: Parameters<typeof sourceOf>[0] }) {
  const { t } = useTranslation()
  const say = useSourceText()
  const source = sourceOf(of)
  return (
    <span className={styles.source} title={source.kind === 'claim' ? t('chart.sourceFacility', { code: source.facility }) : undefined}>
      {say(source)}
    </span>
  )
}
