/** The line fails as it is told, and only so: a test on it proves something about what is at its ends. */
import assert from 'node:assert/strict'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts'

let echo: Server
let got: string
let line: TcpProxy
before(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (piece) => {
      got += piece
      socket.write(piece)
    })
  })
  await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done))
  const address = echo.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  line = await tcpProxy({ host: '127.0.0.1', port: address.port })
})
beforeEach(async () => {
  got = ''
  line.each = null
  await line.set({ kind: 'pass' })
})
after(async () => {
  await line.close()
  await new Promise((done) => echo.close(done))
})

interface Caller {
  socket: Socket
  heard: () => string
  /** Error code, or 'end', or 'open' while it is open. */
  state: () => string
}

function call(): Caller {
  let heard = ''
  let state = 'open'
  const socket = dial(line.port, '127.0.0.1')
  socket.on('data', (piece) => {
    heard += piece
  })
  socket.on('error', (error) => {
    state = (error as { code?: string }).code ?? 'error'
  })
  socket.on('close', () => {
    if (state === 'open') state = 'end'
  })
  return { socket, heard: () => heard, state: () => state }
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 3000 && !what(); i++) await delay(10)
  assert.ok(what(), what.toString())
}

test('it passes bytes both ways and counts them', async () => {
  const one = call()
  one.socket.write('xin chào')
  await until(() => one.heard() === 'xin chào')
  assert.ok(line.seen.up >= 9 && line.seen.down >= 9)
  one.socket.end()
  await until(() => one.state() === 'end')
})

test('it cuts what is open, refuses what comes, and passes again on the same port', async () => {
  const one = call()
  one.socket.write('a')
  await until(() => one.heard() === 'a')
  line.cut()
  await until(() => one.state() === 'ECONNRESET')
  await line.set({ kind: 'refuse' })
  const two = call()
  await until(() => two.state() === 'ECONNREFUSED')
  await line.set({ kind: 'pass' })
  const three = call()
  three.socket.write('b')
  await until(() => three.heard() === 'b')
  three.socket.destroy()
})

test('half-open swallows a direction in silence; switching back cuts what was harmed', async () => {
  await line.set({ kind: 'half-open', swallow: ['down'] })
  const one = call()
  one.socket.write('đến nơi')
  await until(() => got === 'đến nơi')
  assert.equal(one.heard(), '')
  assert.equal(one.state(), 'open')
  await line.set({ kind: 'half-open', swallow: ['up'] })
  const two = call()
  two.socket.write('không đến')
  await delay(60)
  assert.equal(got, 'đến nơi')
  assert.equal(two.state(), 'open')
  await line.set({ kind: 'pass' })
  await until(() => one.state() !== 'open' && two.state() !== 'open')
  assert.deepEqual([one.state(), two.state()], ['ECONNRESET', 'ECONNRESET'])
})

test('a connection breaks after so many bytes; another one has a fault of its own', async () => {
  await line.set({ kind: 'cut-after', direction: 'up', bytes: 5 })
  const one = call()
  one.socket.write('123456789')
  await until(() => one.state() === 'ECONNRESET')
  assert.equal(got, '12345')
  line.each = () => ({ kind: 'pass' })
  const two = call()
  two.socket.write('abcdefgh')
  await until(() => two.heard() === 'abcdefgh')
  two.socket.destroy()
})

test('a slow line keeps the order of bytes', async () => {
  await line.set({ kind: 'delay', ms: 30, jitter: 20 })
  const begun = performance.now()
  const one = call()
  for (const piece of ['1', '2', '3']) {
    one.socket.write(piece)
    await delay(5)
  }
  await until(() => one.heard() === '123')
  assert.ok(performance.now() - begun >= 60, 'two ways of 30 ms at least')
  one.socket.destroy()
})
