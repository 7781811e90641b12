/** Hostile input is read in a worker of bounded memory: what exhausts a reader must not take the tests with it. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

const PATIENCE_MS = 60_000

export interface BoundedWorker {
  /** What the worker says of one case; `dead: …` when memory ran out, `endless` when it does not come to an end. */
  ask(name: string): Promise<string>
  stop(): Promise<void>
}

/** One worker for all cases while it lives: starting one costs more than most of them. */
export function boundedWorker(file: string, heapMb: number): BoundedWorker {
  let worker: Worker | undefined
  return {
    async ask(name) {
      worker ??= new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: heapMb } })
      const used = worker
      const said = await answer(used, name)
      if (said === 'endless' || said.startsWith('dead')) {
        worker = undefined
        await used.terminate()
      }
      return said
    },
    async stop() {
      await worker?.terminate()
    },
  }
}

function answer(worker: Worker, name: string): Promise<string> {
  return new Promise((done) => {
    function end(text: string): void {
      clearTimeout(timer)
      worker.off('message', heard)
      worker.off('error', died)
      done(text)
    }
    const heard = (text: unknown) => end(String(text))
    const died = (error: unknown) => end(`dead: ${error instanceof Error ? error.message : error}`)
    const timer = setTimeout(end, PATIENCE_MS, 'endless')
    worker.on('message', heard)
    worker.on('error', died)
    worker.postMessage(name)
  })
}

/** In the worker: says `outcome(name)` of each case asked for. Gives true there, false in the test itself. */
export function answersCases(outcome: (name: string) => string): boolean {
  if (isMainThread) return false
  parentPort?.on('message', (name) => parentPort?.postMessage(outcome(String(name))))
  return true
}
