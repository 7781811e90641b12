/**
 * A line between processes that can fail as lines do: it passes, is slow, is cut, refuses, breaks after a number of
 * bytes, or stays open and swallows (half-open: the other side never learns). It knows nothing of what it carries; for
 * answers that are lost by path see `lossy-line.ts`.
 */
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** `up`: from who dialled to who listens; `down`: the way back. */
export type Direction = 'up' | 'down'

export type LineFault =
  | { kind: 'pass' }
  /** Nobody listens: ECONNREFUSED. */
  | { kind: 'refuse' }
  /** Each piece waits `ms`, and up to `jitter` more; the order of bytes stays. */
  | { kind: 'delay'; ms: number; jitter?: number }
  /** Connections are taken and stay open; bytes of these directions go nowhere, and nobody is told. */
  | { kind: 'half-open'; swallow: readonly Direction[] }
  /** Each connection is reset when this many bytes have passed in the direction. */
  | { kind: 'cut-after'; direction: Direction; bytes: number }

export interface TcpProxy {
  /** Where to dial. */
  readonly url: string
  readonly port: number
  /** Where the bytes go; may be set after the proxy is there. */
  target: { host: string; port: number }
  /** Switches the line, open connections too; those that a half-open line or a refusal has harmed are not healed but cut. */
  set(fault: LineFault): Promise<void>
  /** A fault of its own for each new connection, by its number; undefined takes the line's. */
  each: ((connection: number) => LineFault | undefined) | null
  /** Is shown every piece as it arrives. */
  watch: ((direction: Direction, piece: Buffer) => void) | null
  /** Resets every open connection now; new ones are taken as the line is set. */
  cut(): void
  /** Connections taken so far, and bytes that arrived at the proxy. */
  readonly seen: { connections: number; up: number; down: number }
  close(): Promise<void>
}

interface Link {
  ends: readonly [Socket, Socket]
  fault: LineFault | undefined
  harmed: boolean
  passed: Record<Direction, number>
}

/** Opens a line to `target`, which need not be there yet. */
export async function tcpProxy(target: { host: string; port: number } = { host: '127.0.0.1', port: 0 }): Promise<TcpProxy> {
  const links = new Set<Link>()
  let fault: LineFault = { kind: 'pass' }
  const seen = { connections: 0, up: 0, down: 0 }
  const server = createServer((near) => take(near))
  server.on('error', () => undefined)
  await listen(server, 0)
  const { port } = server.address() as AddressInfo

  function take(near: Socket): void {
    seen.connections += 1
    const far = dial(proxy.target)
    const link: Link = { ends: [near, far], fault: proxy.each?.(seen.connections), harmed: false, passed: { up: 0, down: 0 } }
    links.add(link)
    // An end that fails ends the other; what a socket says on the way out is of no use to anybody.
    for (const end of link.ends) end.on('error', () => reset(link)).setNoDelay(true)
    far.on('close', () => reset(link))
    near.on('close', () => reset(link))
    void carry(link, 'up', near, far)
    void carry(link, 'down', far, near)
  }

  function reset(link: Link): void {
    links.delete(link)
    for (const end of link.ends) if (!end.destroyed) end.resetAndDestroy()
  }

  /** Piece after piece: the next is read when the last is written, so that a slow line also slows who writes. */
  async function carry(link: Link, direction: Direction, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const piece of from as AsyncIterable<Buffer>) {
        seen[direction] += piece.length
        proxy.watch?.(direction, piece)
        const now = link.fault ?? fault
        if (now.kind === 'half-open' && now.swallow.includes(direction)) {
          link.harmed = true
          continue
        }
        if (now.kind === 'delay') await delay(now.ms + Math.random() * (now.jitter ?? 0))
        if (now.kind === 'cut-after' && now.direction === direction) {
          const left = now.bytes - link.passed[direction]
          if (piece.length >= left) {
            if (left > 0) to.write(piece.subarray(0, left))
            // The bytes before the cut get there.
            await delay(5)
            return reset(link)
          }
        }
        link.passed[direction] += piece.length
        if (!to.write(piece)) await new Promise<void>((done) => to.once('drain', done).once('close', done))
      }
      if (!link.harmed) to.end()
    } catch {
      reset(link)
    }
  }

  const proxy: TcpProxy = {
    url: `http://127.0.0.1:${port}`,
    port,
    target,
    each: null,
    watch: null,
    seen,
    async set(next) {
      const before = fault
      fault = next
      for (const link of links) if (link.harmed || next.kind === 'refuse') reset(link)
      if (next.kind === 'refuse' && before.kind !== 'refuse') await shut(server)
      if (next.kind !== 'refuse' && before.kind === 'refuse') await listen(server, port)
    },
    cut() {
      for (const link of links) reset(link)
    },
    async close() {
      for (const link of links) reset(link)
      await shut(server)
    },
  }
  return proxy
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail)
      done()
    })
  })

const shut = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()))
