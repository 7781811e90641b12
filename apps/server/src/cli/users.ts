/** `yba user add|reset|lock|unlock|list`. New passwords are printed once and stored nowhere in the clear. */

import { addUser, listUsers, lockUser, resetPassword, unlockUser } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import { chosenLanguage, type Lang } from './text.ts'

interface Place {
  data: string
  site: string
}

interface NewUserOptions extends Place {
  name: string
  role: string
  departments?: string
  licence?: string
  title?: string
}

const lang = (): Lang => chosenLanguage(process.argv.slice(2))
const told = (password: string | undefined): string =>
  lang() === 'vi' ? `Mật khẩu (chỉ hiện một lần): ${password}` : `Password (shown once): ${password}`

/** Throws `user-exists`, `user-invalid`. */
export async function addUserCommand(login: string, options: NewUserOptions): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    const { name, role, licence, title } = options
    const departments = options.departments?.split(',').map((code) => code.trim()) ?? []
    const made = await addUser(
      site.store.sql,
      { login, name, role, departments, ...(licence ? { licence } : {}), ...(title ? { title } : {}) },
      site.clock.now(),
    )
    console.log(`${made.login}\n${told(made.password)}`)
  })
}

/** Throws `user-unknown`. */
export async function changeUser(action: 'reset' | 'lock' | 'unlock', login: string, options: Place): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    const now = site.clock.now()
    if (action === 'reset') console.log(`${login}\n${told((await resetPassword(site.store.sql, login, undefined, now)).password)}`)
    else if (action === 'lock') await lockUser(site.store.sql, login, now)
    else await unlockUser(site.store.sql, login, now)
    if (action !== 'reset') console.log(`${login} ✓`)
  })
}

export async function listUsersCommand(options: Place): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    for (const user of await listUsers(site.store.sql, site.clock.now())) {
      const state = user.locked ? 'locked' : user.lockedOut ? 'locked-out' : ''
      console.log(`${user.login.padEnd(16)} ${user.role.padEnd(16)} ${user.name}${state ? `  [${state}]` : ''}`)
    }
  })
}
