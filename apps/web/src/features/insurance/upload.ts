import type { ImportAnswer, ReceivedFile, TakenAnswer } from '../../data/contracts.ts'
import { ApiError, issuesOf } from '../../data/http.ts'
import { currentLanguage } from '../../text/index.ts'

/** What the site said: a small file is judged; a larger one is on its disk and is judged by itself. */
export type Uploaded = { answer: ImportAnswer } | { taken: ReceivedFile }

/**
 * Sends one claim file. XMLHttpRequest, because fetch tells nothing of an upload's progress.
 * A file whose records were all refused comes back as an answer, too: its findings are the result.
 * @throws ApiError when the file itself could not be taken.
 */
export function uploadClaim(file: File, onProgress: (percent: number) => void): Promise<Uploaded> {
  const form = new FormData()
  form.append('file', file, file.name)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/fhir/$import-claim?name=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('accept-language', currentLanguage())
    request.setRequestHeader('prefer', 'respond-async')
    request.responseType = 'text'
    request.upload.onprogress = (event) => onProgress(Math.round((100 * event.loaded) / Math.max(1, event.total)))
    request.onerror = () => reject(new ApiError(0, []))
    request.onload = () => {
      const isJson = request.getResponseHeader('content-type')?.includes('json')
      const body: unknown = isJson ? JSON.parse(request.responseText) : undefined
      const answer = body as ImportAnswer | undefined
      if (Array.isArray(answer?.records)) resolve({ answer })
      else if (request.status === 202) resolve({ taken: (body as TakenAnswer).file })
      else reject(new ApiError(request.status, issuesOf(body), body))
    }
    request.send(form)
  })
}

/** Table, row and field of a claim path: `XML2[3].SO_LUONG`, `XML13.MA_NOI_DEN`. */
export function place(path: string | undefined): { table: string; row: string; field: string } {
  const found = /^(XML\d+)?(?:\[(\d+)\])?\.?(.*)$/.exec(path ?? '')
  return { table: found?.[1] ?? '', row: found?.[2] ?? '', field: found?.[3] ?? '' }
}
