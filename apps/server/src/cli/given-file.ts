/** A file somebody named on the command line. */
import { readFileSync } from 'node:fs'
import { defineOutcome, refuse } from '@yba/fhir'

const FILE_UNREADABLE = defineOutcome({
  code: 'file-unreadable',
  http: 400,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không mở được tệp {path} ({why}).',
  en: 'The file {path} cannot be opened ({why}).',
  cure: { vi: 'Kiểm tra đường dẫn và quyền đọc tệp.', en: 'Check the path, and the right to read it.' },
})

/** Its bytes. Throws `file-unreadable`. */
export function givenFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw refuse(FILE_UNREADABLE, { path, why: (error as NodeJS.ErrnoException).code ?? (error as Error).name })
  }
}
