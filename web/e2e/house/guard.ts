import { type BrowserContext, type ConsoleMessage, expect } from '@playwright/test'
import { listen } from './traffic'

interface Refusal {
  status: number
  path: RegExp
}

const failedToLoad = /^Failed to load resource: the server responded with a status of (\d+)/

/**
 * Guard watches browsers for what must not happen anywhere: an error in the console, an exception that nobody
 * caught, something the content security policy had to stop. A refusal that a test provokes is named first.
 */
export class Guard {
  private readonly faults: string[] = []
  private readonly expected: Refusal[] = []
  private readonly away: RegExp[] = []
  private readonly complaints: RegExp[] = []

  /** expectRefusal lets the browser complain about an answer of the server that the test provokes. */
  expectRefusal(status: number, path: RegExp): void {
    this.expected.push({ status, path })
  }

  /** expectAway lets the browser complain about files that a test keeps from it. */
  expectAway(path: RegExp): void {
    this.away.push(path)
  }

  /** expectComplaint lets Innkeeper write an error into its log that the test provokes. */
  expectComplaint(line: RegExp): void {
    this.complaints.push(line)
  }

  /** unannounced returns the errors in a log that no test has announced. */
  unannounced(log: string): string[] {
    const errors = log.split('\n').filter((line) => /level=ERROR|panic/i.test(line))
    return errors.filter((line) => !this.complaints.some((each) => each.test(line)))
  }

  async watch(context: BrowserContext): Promise<void> {
    context.on('page', listen)
    context.on('console', (message) => this.hear(message))
    context.on('weberror', (error) => this.faults.push(`not caught: ${error.error().stack}`))
    await context.exposeBinding('ikViolation', ({ page }, what: string) => {
      this.faults.push(`against the policy on ${page.url()}: ${what}`)
    })
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const { ikViolation } = window as unknown as { ikViolation: (what: string) => void }
        ikViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
      })
    })
  }

  /** settle fails if anything was heard that no test has announced. */
  settle(): void {
    expect(this.faults.splice(0), 'what the browser complained of').toEqual([])
  }

  private hear(message: ConsoleMessage): void {
    if (message.type() !== 'error') return
    const { url } = message.location()
    const status = Number(failedToLoad.exec(message.text())?.[1])
    const path = pathOf(url)
    const refused = this.expected.some((each) => each.status === status && each.path.test(path))
    const away = message.text().includes('net::ERR_') && this.away.some((each) => each.test(path))
    if (!refused && !away) this.faults.push(`${message.text()} (${url})`)
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url
}
