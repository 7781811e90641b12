/** A line between node and hub that can lose answers after the hub has done its work, or be cut. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LossyLine {
  /** The hub's public address: nodes dial here. */
  url: string
  /** Where the hub really listens. */
  target: string
  /** Requests for which this is true reach the hub; their answers are swallowed. */
  swallow: (path: string, key: string) => boolean
  /** Answers in place of the hub, as a gateway does that has lost it. */
  instead: (path: string) => { status: number; html: string } | undefined
  /** How many answers were swallowed. */
  lost: number
  /** Paths of every request that reached the hub. */
  passed: string[]
  close(): Promise<void>
}

export async function lossyLine(): Promise<LossyLine> {
  const server = createServer((incoming, outgoing) => forward(line, incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const line: LossyLine = {
    url: `http://127.0.0.1:${port}`,
    target: '',
    swallow: () => false,
    instead: () => undefined,
    lost: 0,
    passed: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return line
}

function forward(line: LossyLine, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const path = incoming.url ?? '/'
  const lose = line.swallow(path, String(incoming.headers['idempotency-key'] ?? ''))
  const page = line.instead(path)
  if (page) {
    incoming.resume()
    outgoing.writeHead(page.status, { 'content-type': 'text/html' }).end(page.html)
    return
  }
  const onward = request(new URL(path, line.target), { method: incoming.method, headers: incoming.headers }, (answer) => {
    line.passed.push(path)
    if (!lose) {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      return
    }
    // The hub has committed and answered; the answer ends here.
    answer.resume().on('end', () => {
      line.lost += 1
      incoming.socket.destroy()
    })
  })
  onward.on('error', () => incoming.socket.destroy())
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}
