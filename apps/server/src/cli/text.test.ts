/** What somebody in a hospital's IT room reads when a command was typed wrongly, or has nothing to say. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inWords } from './text.ts'

const yba = (...args: string[]) =>
  spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'yba.ts'), ...args], { encoding: 'utf8' })

test('a command typed wrongly is told so in the language asked for, with how to type it', () => {
  const wrong = yba('keys', 'rotate', '--lang', 'vi')
  assert.equal(wrong.status, 1)
  assert.match(wrong.stderr, /^✖ Thiếu tham số: key|^✖ Thiếu lựa chọn bắt buộc: --site/)
  assert.match(wrong.stderr, /Cách dùng: yba keys rotate/)
  assert.doesNotMatch(wrong.stderr, /error:|Usage:|Options:|default:|display help/)
  assert.equal(inWords("error: unknown option '--foo'", 'vi'), 'Không có lựa chọn này: --foo')
  assert.equal(inWords("error: unknown option '--foo'", 'en'), "error: unknown option '--foo'")
})

test('a folder without an authority is not one that issued nothing', () => {
  const data = mkdtempSync(join(tmpdir(), 'yba-no-authority-'))
  try {
    const none = yba('authority', 'list', '--data', data, '--lang', 'vi')
    assert.equal(none.status, 1)
    assert.match(none.stderr, /không có cơ quan chứng thực mẫu.*--data DIR/)
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})
