import type { QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'

/** One server-sent event: which thing changed, never what it says. */
interface LiveEvent {
  kind: string
  type?: string
  id?: string
  patient?: string
}

/** Lists and pages that a change of this kind may touch; query keys begin with these words. */
function touched(event: LiveEvent): string[][] {
  const keys: string[][] = []
  if (event.patient) keys.push(['chart', event.patient])
  if (/^(exchange|referral)\./.test(event.kind)) keys.push(['exchange'], ['nodes'])
  if (event.kind === 'exchange.alert') keys.push(['alerts'])
  if (event.type === 'Task' || /^(referral|exchange|outcome|task)/.test(event.kind)) {
    keys.push(['worklist'], event.type === 'Task' && event.id ? ['referral', event.id] : ['referral'], ['nodes'])
  }
  if (event.type === 'DocumentReference' || event.type === 'Provenance' || event.kind.startsWith('document'))
    keys.push(['referral'], ['worklist'])
  if (event.kind === 'claim.file') keys.push(['received-files'], ['received-file'], ['claim-issues'])
  if (event.type === 'Patient') keys.push(['find'])
  if (event.type === 'Practitioner') keys.push(['users'])
  return keys
}

type Listener = (patient: string | undefined) => void
const watchers = new Set<Listener>()
let watched: string | undefined

/** A page about one person hears what happens to that person, too. One stream per tab: browsers allow few at once. */
export function useWatchedPatient(patient: string | undefined): void {
  useEffect(() => {
    if (!patient) return
    watched = patient
    for (const tell of watchers) tell(patient)
    return () => {
      watched = undefined
    }
  }, [patient])
}

/**
 * Listens to the site's event stream and marks what changed as stale, so screens fetch it again without a reload.
 * After a break in the line everything shown is fetched again: events of the pause are not replayed to screens.
 */
export function startLive(client: QueryClient, onLine: (up: boolean) => void): () => void {
  const waiting = new Map<string, string[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let broken = false

  const flush = (): void => {
    timer = undefined
    for (const key of waiting.values()) void client.invalidateQueries({ queryKey: key })
    waiting.clear()
  }
  let source: EventSource | undefined
  let about: string | undefined
  const listen = (patient: string | undefined): void => {
    if (source && patient === about) return
    source?.close()
    about = patient
    source = new EventSource(patient ? `/events?patient=${encodeURIComponent(patient)}` : '/events')
    source.onopen = () => {
      if (broken) void client.invalidateQueries()
      broken = false
      onLine(true)
    }
    source.onerror = () => {
      broken = true
      onLine(false)
      // A refusal (the session ended, the patient may not be read) closes the stream for good: ask again, more widely.
      if (source?.readyState === EventSource.CLOSED) setTimeout(() => source?.readyState === EventSource.CLOSED && reopen(), 5000)
    }
    // The log began anew or went on too far: what was missed is not told one by one.
    source.addEventListener('reset', () => void client.invalidateQueries())
    source.onmessage = (message: MessageEvent<string>) => {
      if (!message.data.startsWith('{')) return
      for (const key of touched(JSON.parse(message.data) as LiveEvent)) waiting.set(key.join('/'), key)
      timer ??= setTimeout(flush, 120)
    }
  }
  const reopen = (): void => {
    source = undefined
    listen(undefined)
  }
  watchers.add(listen)
  listen(watched)
  return () => {
    clearTimeout(timer)
    watchers.delete(listen)
    source?.close()
  }
}
