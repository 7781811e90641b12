/** PDF files built to exhaust a reader: each is read in a worker of bounded memory and ends with a name, soon. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { answersCases, boundedWorker } from '@yba/fhir/testing'
import { PDF_BOMBS } from '../testing/pdf-bombs.ts'
import { openPdf, pages } from './file.ts'

function outcome(name: string): string {
  try {
    pages(openPdf(PDF_BOMBS[name]?.() ?? Buffer.alloc(0)))
    return 'read'
  } catch (error) {
    return error instanceof OutcomeError ? error.code : String(error)
  }
}

if (!answersCases(outcome)) {
  const reader = boundedWorker(import.meta.filename, 192)
  after(() => reader.stop())
  for (const name of Object.keys(PDF_BOMBS)) test(`a PDF bomb: ${name}`, async () => assert.equal(await reader.ask(name), 'pdf-unreadable'))
}
