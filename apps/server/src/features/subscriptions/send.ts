/**
 * The one way out to a receiver: to public addresses only, but for those the settings name; short, small, straight. The
 * address is judged where the connection is made, so that no name leads elsewhere between the look and the call.
 */
import { lookup as resolve } from 'node:dns'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const INNER = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INNER.addSubnet(net, bits, 'ipv4')
// Of IPv6 only what is given out to the world is outside; of that not what carries an inner IPv4 address.
const OUTER = new BlockList()
OUTER.addSubnet('2000::', 3, 'ipv6')
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  INNER.addSubnet(net, bits, 'ipv6')

/** Whether an address is one of the world's, not of somebody's own network. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !INNER.check(address, 'ipv4')
  return family === 6 && OUTER.check(address, 'ipv6') && !INNER.check(address, 'ipv6')
}

class Inner extends Error {}

const publicOnly: LookupFunction = (host, options, done) =>
  resolve(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '', 4)
    // One inner address among others is a trap: all must be public.
    if (found.length === 0 || found.some(({ address }) => !isPublic(address))) return done(new Inner(), '', 4)
    if (options.all) return done(null, found)
    done(null, found[0]?.address ?? '', found[0]?.family)
  })

export interface Sending {
  endpoint: string
  headers: readonly [string, string][]
  body: string
  timeoutMs: number
  /** `host:port` that may be called though they lie inside. */
  allowed: readonly string[]
  signal: AbortSignal
}

export type SendFault = 'endpoint-inside' | 'endpoint-too-slow' | 'endpoint-unreachable' | `endpoint-answered-${number}`

/** Undefined when it was taken, else by name what came instead. Nobody is followed elsewhere, no answer is read. Never throws. */
export function send({ endpoint, headers, body, timeoutMs, allowed, signal }: Sending): Promise<SendFault | undefined> {
  const url = new URL(endpoint)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const isAllowed = allowed.includes(`${host}:${port}`)
  if (!isAllowed && isIP(host) !== 0 && !isPublic(host)) return Promise.resolve('endpoint-inside')
  return new Promise((done) => {
    const limit = AbortSignal.timeout(timeoutMs)
    const call = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: false,
      signal: AbortSignal.any([limit, signal]),
      headers: { ...Object.fromEntries(headers), 'content-type': 'application/fhir+json', 'content-length': Buffer.byteLength(body) },
      ...(isAllowed ? {} : { lookup: publicOnly }),
    })
    call.once('response', (answer) => {
      const status = answer.statusCode ?? 0
      done(status >= 200 && status < 300 ? undefined : `endpoint-answered-${status}`)
      call.destroy()
    })
    call.on('error', (error) =>
      done(error instanceof Inner ? 'endpoint-inside' : limit.aborted ? 'endpoint-too-slow' : 'endpoint-unreachable'),
    )
    call.end(body)
  })
}
