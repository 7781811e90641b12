/** The few DER encodings that CMS needs, written byte by byte so that names and certificates stay as they came. */

/** One tag-length-value; parts are concatenated as contents. */
export function tlv(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const n = body.length
  let head: number[]
  if (n < 0x80) head = [tag, n]
  else if (n < 0x100) head = [tag, 0x81, n]
  else if (n < 0x10000) head = [tag, 0x82, n >> 8, n & 0xff]
  else head = [tag, 0x83, n >> 16, (n >> 8) & 0xff, n & 0xff]
  return Buffer.concat([Buffer.from(head), body])
}

export const sequence = (...parts: Uint8Array[]): Buffer => tlv(0x30, ...parts)
export const octets = (bytes: Uint8Array): Buffer => tlv(0x04, bytes)
export const nul = (): Buffer => Buffer.from([5, 0])
export const integer = (value: number): Buffer => tlv(0x02, Buffer.from([value]))

/** SET OF with the members in DER order. */
export function setOf(...parts: Uint8Array[]): Buffer {
  return tlv(0x31, ...parts.toSorted((a, b) => Buffer.compare(a, b)))
}

/** OBJECT IDENTIFIER from its dotted text. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes: number[] = []
  for (const part of [first * 40 + second, ...rest]) {
    const groups = [part & 0x7f]
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return tlv(0x06, Buffer.from(bytes))
}
