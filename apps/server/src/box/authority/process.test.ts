/** The demo authority in a process of its own lives on when that process is killed. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../testing/referral.ts'
import { authorityAddress } from '../founding.ts'
import { freePort } from '../postgres.ts'
import { openAuthority } from './keep.ts'
import { openApartAuthority } from './process.ts'

test('an authority that dies unasked is started again, and stays down when it is ended', async () => {
  const data = mkdtempSync(join(tmpdir(), 'yba-authority-'))
  const port = await freePort()
  await openAuthority(data, authorityAddress(port))
  const told: string[] = []
  const running = await openApartAuthority(data, port, { note: (line) => told.push(line) })
  const answers = async () => (await fetch(running.url).catch(() => undefined))?.status
  try {
    assert.ok(await answers())
    const first = running.pid
    assert.ok(first)
    process.kill(first, 'SIGKILL')
    await eventually(
      async () => (running.pid === first ? undefined : running.pid && (await answers())),
      (status) => status !== undefined,
      'it answers again',
    )
    assert.deepEqual(told, ['authority: process ended (SIGKILL)', 'authority: started again'])
  } finally {
    await running.close()
    rmSync(data, { recursive: true, force: true })
  }
  assert.equal(await answers(), undefined)
})
