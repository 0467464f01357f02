import { apiBase, notice, problemFrom, renewToken, withToken } from '../../api/client'
import { ApiError, isProblem, noAnswer } from '../../api/problem'
import type { SendPiece } from './chunks'

/** sendPiece uses XMLHttpRequest because fetch does not tell how much of a body is out. */
export function sendPiece(replace: boolean): SendPiece {
  const once = sendOnce(replace)
  return async (...piece) => {
    try {
      await once(...piece)
    } catch (error) {
      if (!isProblem(error, 'csrf-token') || !(await renewToken())) throw error
      await once(...piece)
    }
  }
}

function sendOnce(replace: boolean): SendPiece {
  return (query, piece, report, signal) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('PUT', `${apiBase}/files/content?${new URLSearchParams(query)}`)
      const headers = withToken('PUT', new Headers({ 'Content-Type': 'application/octet-stream' }))
      if (!replace) headers.set('If-None-Match', '*')
      headers.forEach((value, name) => {
        request.setRequestHeader(name, value)
      })
      request.upload.onprogress = (event) => report(event.loaded)
      request.onerror = () => reject(new ApiError(noAnswer()))
      request.onabort = () => reject(new DOMException('Aborted', 'AbortError'))
      request.onload = () => {
        settle(request).then(resolve, reject)
      }
      signal.addEventListener('abort', () => request.abort(), { once: true })
      request.send(piece)
    })
}

async function settle(request: XMLHttpRequest): Promise<void> {
  const remaining = request.getResponseHeader('Impersonation-Remaining')
  const empty = request.status === 204
  const response = new Response(empty ? null : request.responseText, {
    status: request.status,
    statusText: request.statusText,
    headers: remaining === null ? {} : { 'Impersonation-Remaining': remaining },
  })
  const problem = response.ok ? null : await problemFrom(response)
  notice(response, problem)
  if (problem) throw new ApiError(problem)
}
