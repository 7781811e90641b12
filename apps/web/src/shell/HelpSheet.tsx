import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/context.tsx'
import { nameOf } from '../actions/list.ts'
import { Dialog } from '../ui/Dialog.tsx'
import styles from './shell.module.css'

/** The keys of this moment, straight from the action list. */
export default function HelpSheet({ close }: { close(): void }) {
  const { t } = useTranslation()
  const { actions } = useActions()
  const fixed = [
    [t('help.rows'), '↑ ↓'],
    [t('help.open'), 'Enter'],
    [t('help.next'), 'Enter'],
    [t('help.newLine'), 'Shift+Enter'],
  ] as const
  return (
    <Dialog close={close} title={t('help.title')}>
      <div className="stack">
        {(['page', 'go', 'app'] as const).map((group) => {
          const listed = actions.filter((action) => action.group === group && action.keys)
          return (
            listed.length > 0 && (
              <section key={group}>
                <h2 className="soft">{t(`help.${group}`)}</h2>
                <dl className={styles.keys}>
                  {listed.map((action) => (
                    <div key={action.id} style={{ display: 'contents' }}>
                      <dt>{nameOf(action, t)}</dt>
                      <dd>
                        <kbd>{action.keys}</kbd>
                      </dd>
                    </div>
                  ))}
                  {group === 'page' &&
                    fixed.map(([label, keys]) => (
                      <div key={label} style={{ display: 'contents' }}>
                        <dt>{label}</dt>
                        <dd>
                          <kbd>{keys}</kbd>
                        </dd>
                      </div>
                    ))}
                </dl>
              </section>
            )
          )
        })}
      </div>
    </Dialog>
  )
}
