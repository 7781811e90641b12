/** One large answer to one reader whose line is narrow, as from outside: small segments, a small window, a pace. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import fastify from 'fastify'
import { type Trouble, watchReaders } from '../http/load.ts'

/** Node cannot make a line narrow; this reads `rate` bytes a second until `slowly` have come, then whatever there is. */
const READER = `
import socket, sys, time
port, rate, slowly = (int(a) for a in sys.argv[1:])
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
s.connect(('127.0.0.1', port))
s.sendall(b'GET /paper HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n')
while rate == 0: time.sleep(1)
n = 0
try:
    while True:
        part = s.recv(rate // 10 if n < slowly else 65536)
        if not part: break
        n += len(part)
        if n < slowly: time.sleep(len(part) / rate)
except ConnectionError: pass
print(n)
`
/** Why there is no such line here; false where there is. */
export const noNarrowLine = spawnSync('python3', ['--version']).error === undefined ? false : 'python3 is not installed'

export interface NarrowLine {
  /** Why the server cut it. */
  cut: string[]
  /** Resolves when the line is closed, with the bytes that came. */
  heard(): Promise<number>
}

/** Reads `rate` bytes a second until `slowly` have come, then whatever there is; a rate of 0 reads nothing, ever. */
export async function narrowLine(
  t: TestContext,
  about: { answer: number; graceSeconds: number; rate: number; slowly: number },
): Promise<NarrowLine> {
  const server = fastify()
  const cut: string[] = []
  const trouble: Trouble = (_request, code) => cut.push(code)
  const watch = watchReaders(server, about.graceSeconds, trouble)
  const closed = Promise.withResolvers<void>()
  server.get('/paper', (request, reply) => {
    watch(request)
    request.raw.socket.once('close', () => closed.resolve())
    return reply.type('application/pdf').send(Buffer.alloc(about.answer, '%'))
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const reader = spawn('python3', ['-c', READER, ...[port, about.rate, about.slowly].map(String)])
  let text = ''
  reader.stdout.on('data', (part) => {
    text += part
  })
  const ended = once(reader, 'close')
  t.after(async () => {
    reader.kill('SIGKILL')
    await ended
    await server.close()
  })
  return {
    cut,
    heard: async () => {
      await closed.promise
      if (about.rate > 0) await ended
      return Number(text)
    },
  }
}
