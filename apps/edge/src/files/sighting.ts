/** What a share tells of a file. Its times are compared with each other only, never with a clock here. */
import type { FileHandle } from 'node:fs/promises'
import { stat } from 'node:fs/promises'

/** Size and time of change: a file that shows the same again has not changed. */
export interface Sighting {
  size: number
  mtimeMs: number
}

export const same = (a: Sighting, b: Sighting): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs

export const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).name

/** Undefined for what is not there. Throws what keeps the share from telling (EIO, ESTALE …). */
export async function sight(path: string): Promise<Sighting | undefined> {
  try {
    return sightingOf(await stat(path))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

export const sightingOf = ({ size, mtimeMs }: Sighting): Sighting => ({ size, mtimeMs })

/** The last bytes of an open file. */
export async function tailOf(file: FileHandle, size: number, length: number): Promise<string> {
  const bytes = Buffer.alloc(Math.min(size, length))
  const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length)
  return bytes.subarray(0, bytesRead).toString('latin1')
}
