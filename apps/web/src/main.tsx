import './ui/mantine.css'
import './ui/theme.css'
import { createRoot } from 'react-dom/client'
import { goToSignIn, loadSession } from './data/session.tsx'
import { App } from './shell/App.tsx'
import { LockedOut, Unreachable } from './shell/Unreachable.tsx'
import { speak, startText } from './text/index.ts'

const place = document.getElementById('root')
if (!place) throw new Error('index.html has no #root')
const root = createRoot(place)

async function start(): Promise<void> {
  try {
    const session = await loadSession()
    await speak(session.lang === 'en' ? 'en' : 'vi')
    document.title = `Y Bạ · ${session.site.facility.name}`
    if (session.locked) {
      root.render(<LockedOut name={session.locked.name} site={session.site.facility.name} />)
      return
    }
    if (!session.user) return goToSignIn()
    root.render(<App session={{ ...session, user: session.user }} />)
  } catch (error) {
    root.render(<Unreachable error={error} retry={() => void start()} />)
  }
}

await startText()
await start()
