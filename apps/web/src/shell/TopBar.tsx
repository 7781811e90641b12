import { Menu, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/context.tsx'
import { actionOf } from '../actions/list.ts'
import { post } from '../data/http.ts'
import { may, useSession } from '../data/session.tsx'
import { useAlerts } from '../features/exchange/queries.ts'
import { currentLanguage, type Language, speak } from '../text/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { IconBell, IconDone, IconHelp, IconSearch } from '../ui/icons.ts'
import { KeyMenu } from '../ui/KeyMenu.tsx'
import { refused } from '../ui/notify.ts'
import styles from './shell.module.css'

function UserMenu() {
  const { t } = useTranslation()
  const { user } = useSession()
  const { actions, run } = useActions()
  const [open, setOpen] = useState(false)
  const choose = async (language: Language): Promise<void> => {
    await speak(language)
    await post('/auth/lang', { lang: language }).catch((error: Error) => refused(t('errors.failed'), error.message))
  }
  const languages = { vi: t('app.vietnamese'), en: t('app.english') } as const
  return (
    <KeyMenu
      opened={open}
      change={setOpen}
      width={230}
      button={
        <UnstyledButton className={styles.user}>
          {user.name}
          <small>{t(`roles.${user.role}`)}</small>
        </UnstyledButton>
      }
    >
      <Menu.Label>{t('app.language')}</Menu.Label>
      {(['vi', 'en'] as const).map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          rightSection={currentLanguage() === language ? <IconDone size={15} aria-hidden /> : undefined}
          onClick={() => void choose(language)}
        >
          {languages[language]}
        </Menu.Item>
      ))}
      <Menu.Divider />
      {actions
        .filter((action) => action.group === 'app' && action.id !== 'app.palette')
        .map((action) => (
          <Menu.Item
            key={action.id}
            leftSection={action.icon && <action.icon size={15} aria-hidden />}
            rightSection={action.keys && <kbd>{action.keys}</kbd>}
            onClick={() => run(action)}
          >
            {t(`actions.${action.label}`)}
          </Menu.Item>
        ))}
    </KeyMenu>
  )
}

/** How many alerts wait for this person; leads to their list. */
function Bell() {
  const { t } = useTranslation()
  const session = useSession()
  const alerts = useAlerts(may(session, 'exchange.page')).data
  if (!alerts) return null
  const words = t('exchange.alerts.bell', { n: alerts.mine })
  return (
    <Link to="/exchange" search={{ tab: 'alerts' }} className={styles.bell} aria-label={words} title={words} data-bell={alerts.mine}>
      <IconBell size={18} aria-hidden />
      {alerts.mine > 0 && <b className={styles.bellCount}>{alerts.mine}</b>}
    </Link>
  )
}

export function TopBar() {
  const { t } = useTranslation()
  const { site } = useSession()
  const { run } = useActions()
  return (
    <section className={styles.top} aria-label={t('app.name')}>
      <Link to="/" className={styles.brand}>
        {t('app.name')}
      </Link>
      <span className={styles.site} title={site.facility.name}>
        {site.facility.name}
        {site.role === 'facility' && ` · ${site.facility.code}`}
      </span>
      {site.environment !== 'production' && <Badge tone="amber">{t('app.demo')}</Badge>}
      <div className="grow" />
      <button type="button" className={styles.search} onClick={() => run(actionOf('app.palette'))} aria-keyshortcuts="Control+K">
        <IconSearch size={15} aria-hidden />
        <span>{t('app.search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <Bell />
      <UnstyledButton
        className={styles.user}
        aria-label={t('actions.help')}
        title={t('actions.help')}
        onClick={() => run(actionOf('app.help'))}
      >
        <IconHelp size={18} aria-hidden />
      </UnstyledButton>
      <UserMenu />
    </section>
  )
}
