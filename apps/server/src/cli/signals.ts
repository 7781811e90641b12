/** Ending cleanly: once, however often and from wherever we are told. */

/** A second signal this long after the first means impatience; sooner it is the same Ctrl-C by another way. */
const IMPATIENT_MS = 2000

/** Runs `work` at the first SIGINT, SIGTERM, SIGHUP or when the process that started us is gone; then exits 0. */
export function onEnd(work: () => Promise<void>): { asked(): boolean } {
  let since = 0
  const end = () => {
    if (since && Date.now() - since > IMPATIENT_MS) process.exit(130)
    if (since) return
    since = Date.now()
    work().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  if (process.channel) {
    process.on('disconnect', end)
    process.channel.unref()
  }
  return { asked: () => since > 0 }
}
