import { apiBase } from './client'
import { emit } from './events'
import { parseInert } from './inert'
import { readProblem } from './problem'
import { heardUnread, heardVisits, missedSomething } from './running'
import type { Visit } from './types'

/**
 * The one event stream of a tab. It is open while the tab is visible, comes again after a fault with growing
 * patience, and is left for good when the server has said the last word. While it is away the questions that it
 * answers are asked again at each try.
 */

const shortest = 1_000
const longest = 30_000

/** waitBefore is how long to wait before a try: twice as long each time, never the same for all tabs. */
export function waitBefore(failures: number, random = Math.random()): number {
  const base = failures === 0 ? 250 : Math.min(longest, shortest * 2 ** (failures - 1))
  return base * (0.5 + random)
}

class Stream {
  private source: EventSource | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private wanted = false

  start(): void {
    this.wanted = true
    this.again()
  }

  stop(): void {
    this.wanted = false
    this.close()
  }

  /** pause lets go of the stream for a page that is about to be left; it comes back if the page stays. */
  pause(): void {
    if (!this.wanted) return
    this.close()
    this.timer = setTimeout(() => this.open(), longest / 6)
  }

  /** again opens the stream if the tab is visible, and closes it if not. */
  again(): void {
    this.close()
    if (this.wanted && document.visibilityState === 'visible')
      this.timer = setTimeout(() => this.open(), waitBefore(this.failures))
  }

  private close(): void {
    clearTimeout(this.timer)
    this.source?.close()
    this.source = null
  }

  private open(): void {
    const source = new EventSource(`${apiBase}/events`)
    this.source = source
    const hear = (name: string, told: (data: unknown) => void) =>
      source.addEventListener(name, (event) => {
        this.failures = 0
        told(parseInert((event as MessageEvent<string>).data))
      })
    hear('visits', (data) => heardVisits((data as { impersonations: Visit[] }).impersonations))
    hear('unread', (data) => heardUnread((data as { unread: number }).unread))
    hear('replaced', () => this.close())
    hear('session-ended', () => {
      this.stop()
      emit('signedOut', undefined)
    })
    hear('impersonation-ended', (data) => {
      this.stop()
      emit('visitEnded', readProblem(410, data))
    })
    source.onerror = () => {
      this.failures++
      missedSomething()
      this.again()
    }
  }
}

const stream = new Stream()

/** followEvents opens the tab's stream; the returned function closes it. */
export function followEvents(): () => void {
  const seen = () => stream.again()
  const leaving = () => stream.pause()
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('beforeunload', leaving)
  stream.start()
  return () => {
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('beforeunload', leaving)
    stream.stop()
  }
}

/** withoutEvents runs what ends the session on purpose: its end is no news. */
export async function withoutEvents<T>(run: () => Promise<T>): Promise<T> {
  stream.stop()
  try {
    return await run()
  } catch (error) {
    stream.start()
    throw error
  }
}

/** resumeEvents opens the stream again after somebody has signed in on top of the page. */
export function resumeEvents(): void {
  stream.start()
}
