import { useSyncExternalStore } from 'react'
import { isProblem } from '../../api/problem'
import { sayProblem } from '../../api/words'
import { withChanges } from '../../visit/makeChanges'
import { refreshFolder } from './calls'
import { chunkMax, upload } from './chunks'
import { fromHome, join, parent } from './paths'
import { sendPiece } from './sendPiece'

export type UploadState = 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled'

export interface Upload {
  id: string
  path: string
  size: number
  sent: number
  state: UploadState
  problem: string | null
}

interface Job extends Upload {
  file: File
  /** What the server knows the pieces by. */
  uploadId: string
  replace: boolean
  abort: AbortController
}

/** Uploads live beside the page: they go on while the person looks at another folder. */
let jobs: Job[] = []
let running = false
const listeners = new Set<() => void>()

function change(id: string, part: Partial<Job>): void {
  jobs = jobs.map((job) => (job.id === id ? { ...job, ...part } : job))
  for (const listener of listeners) listener()
}

/** useUploads returns what is being uploaded, has been, or could not be. */
export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => jobs,
  )
}

export interface Incoming {
  /** Where it goes, below the folder: "logo.png", "img/logo.png". */
  name: string
  file: File
}

/** enqueue adds files to what is uploaded into a folder. `replace` names those that may replace what is there. */
export function enqueue(folder: string, files: Incoming[], replace: ReadonlySet<string>): void {
  const added = files.map(({ name, file }) => ({
    id: crypto.randomUUID(),
    path: join(folder, name),
    size: file.size,
    sent: 0,
    state: 'waiting' as const,
    problem: null,
    file,
    uploadId: crypto.randomUUID(),
    replace: replace.has(name),
    abort: new AbortController(),
  }))
  jobs = [...jobs.filter((job) => job.state === 'waiting' || job.state === 'sending'), ...added]
  for (const listener of listeners) listener()
  void work()
}

export function cancel(id: string): void {
  const job = jobs.find((each) => each.id === id)
  job?.abort.abort()
  if (job?.state === 'waiting') change(id, { state: 'cancelled' })
}

/** again goes on with an upload that failed or was cancelled, from the last whole piece. */
export function again(id: string): void {
  change(id, { state: 'waiting', problem: null, abort: new AbortController() })
  void work()
}

export function clear(): void {
  jobs = jobs.filter((job) => job.state === 'waiting' || job.state === 'sending')
  for (const listener of listeners) listener()
}

/** work sends one file after the other: they share one line anyhow. */
async function work(): Promise<void> {
  if (running) return
  running = true
  window.addEventListener('beforeunload', warn)
  for (let job = next(); job; job = next()) await sendOne(job)
  window.removeEventListener('beforeunload', warn)
  running = false
}

function next(): Job | undefined {
  return jobs.find((job) => job.state === 'waiting')
}

async function sendOne(job: Job): Promise<void> {
  const from = Math.floor(job.sent / chunkMax) * chunkMax
  change(job.id, { state: 'sending' })
  try {
    await withChanges(() =>
      upload({
        path: fromHome(job.path),
        file: job.file,
        uploadId: job.uploadId,
        send: sendPiece(job.replace),
        signal: job.abort.signal,
        onProgress: (sent) => change(job.id, { sent }),
        from,
      }),
    )
    change(job.id, { state: 'done', sent: job.size })
    await refreshFolder(parent(job.path))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError')
      return change(job.id, { state: 'cancelled' })
    // Where the server lost the pieces, going on from the middle cannot work: the next try starts anew.
    const lost = isProblem(error, 'upload-not-found') || isProblem(error, 'upload-offset')
    change(job.id, {
      state: 'failed',
      problem: sayProblem(error),
      ...(lost ? { sent: 0, uploadId: crypto.randomUUID() } : {}),
    })
  }
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
