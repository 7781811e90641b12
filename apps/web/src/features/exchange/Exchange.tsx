import { useSession } from '../../data/session.tsx'
import Console from './Console.tsx'
import { ExchangePage } from './ExchangePage.tsx'

/** The same address shows a facility its own messages, and the hub everybody's. */
export default function Exchange() {
  return useSession().site.role === 'hub' ? <Console /> : <ExchangePage />
}
