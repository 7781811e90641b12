import { useRef, useState } from 'react'
import { useFailure } from './Notice.tsx'
import { done, refused } from './notify.ts'

/** Does the work and says how it went: a word when it is done, the server's reason and cure when it is refused. Gives whether it went well. */
export function useAttempt(): (work: () => Promise<unknown>, message?: string) => Promise<boolean> {
  const failure = useFailure()
  return async (work, message) => {
    try {
      await work()
      if (message) done(message)
      return true
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
      return false
    }
  }
}

/**
 * The answer to a question on screen, sent once and the question closed when it was taken: what somebody typed is not lost
 * with a line that is down, and a second press of the same moment is none.
 */
export function useAnswer<Said>(take: (said: Said) => Promise<boolean>, close: () => void): { busy: boolean; send(said: Said): void } {
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const send = async (said: Said): Promise<void> => {
    if (sending.current) return
    sending.current = true
    setBusy(true)
    try {
      if (await take(said)) close()
    } finally {
      sending.current = false
      setBusy(false)
    }
  }
  return { busy, send: (said) => void send(said) }
}
