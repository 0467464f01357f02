import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Storage, storageFor } from './storage'

/** Settings are what a test file asks of the Innkeeper that it runs against. */
export interface Settings {
  /** After how long a visit without activity closes. */
  idle?: string
  /** How often the worker looks for visits that are over. */
  sweep?: string
  /** How long ago a sign-in may be for a visit to begin. */
  stepUp?: string
  /** Who must have a second factor. */
  secondFactor?: 'staff' | 'all' | 'off'
  /** Where the record is sent, besides. */
  shipTo?: string
}

export interface Person {
  kind: 'admin' | 'support' | 'reseller' | 'customer'
  name: string
  login: string
  password: string
  account_id: string
  owner_id: string
}

const run = promisify(execFile)
const readyLine = /Innkeeper is ready at (\S+)/
const startPatience = 60_000
const stopPatience = 30_000

/** House is one running Innkeeper with demo data, in a data directory of its own. */
export class House {
  readonly url: string
  readonly data: string
  private readonly process: ChildProcess
  private readonly people: readonly Person[]
  private readonly written: string[]

  private constructor(url: string, data: string, process: ChildProcess, people: Person[], written: string[]) {
    this.url = url
    this.data = data
    this.process = process
    this.people = people
    this.written = written
  }

  /** open fills a new installation with demo data and serves it on a free port. */
  static async open(storage: Storage, settings: Settings): Promise<House> {
    const binary = process.env.INNKEEPER_TEST_BIN
    if (!binary)
      throw new Error('INNKEEPER_TEST_BIN names no innkeeper: `make e2e` builds one and says where it is')
    const data = await mkdtemp(join(tmpdir(), 'innkeeper-e2e-'))
    const env = { ...clean(process.env), ...(await environment(storage, settings, data)) }
    // SQLite is migrated by whoever opens it; a shared database only on purpose.
    if (storage === 'postgres') await run(binary, ['migrate'], { env })
    const filled = await run(binary, ['demo', '--json'], { env })
    const { people } = JSON.parse(filled.stdout) as { people: Person[] }
    const child = spawn(binary, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    process.once('exit', () => child.kill('SIGKILL'))
    const written: string[] = []
    return new House(await ready(child, written), data, child, people, written)
  }

  /** person is somebody of the demo, by the name of their account. */
  person(name: string): Person {
    const found = this.people.find((each) => each.name === name)
    if (!found) throw new Error(`nobody in the demo is called ${name}`)
    return found
  }

  /** log is what the process has written so far. */
  get log(): string {
    return this.written.join('')
  }

  /** close stops the process as an operator would, and fails if it does not stop well. */
  async close(): Promise<void> {
    const ended = this.process.exitCode === null ? once(this.process, 'exit') : [this.process.exitCode]
    this.process.kill('SIGTERM')
    const late = setTimeout(() => this.process.kill('SIGKILL'), stopPatience)
    const [status] = await ended
    clearTimeout(late)
    await rm(this.data, { recursive: true, force: true })
    if (status !== 0) throw new Error(`innkeeper ended with ${status}:\n${this.log}`)
  }
}

/** clean leaves out our own names: settings of whoever runs the tests are none of the house's. */
function clean(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('INNKEEPER_')))
}

async function environment(
  storage: Storage,
  settings: Settings,
  data: string,
): Promise<Record<string, string>> {
  return {
    INNKEEPER_DATA: data,
    INNKEEPER_HTTP_ADDR: '127.0.0.1:0',
    INNKEEPER_PRIVATE_ADDR: '',
    ...(settings.idle ? { INNKEEPER_IMPERSONATION_IDLE: settings.idle } : {}),
    ...(settings.sweep ? { INNKEEPER_SWEEP_INTERVAL: settings.sweep } : {}),
    ...(settings.stepUp ? { INNKEEPER_STEP_UP: settings.stepUp } : {}),
    ...(settings.secondFactor ? { INNKEEPER_REQUIRE_SECOND_FACTOR: settings.secondFactor } : {}),
    ...(settings.shipTo ? { INNKEEPER_SHIP_TO: settings.shipTo } : {}),
    ...(await storageFor(storage)),
  }
}

/** ready resolves to the address that the process says it serves on. */
function ready(child: ChildProcess, written: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`innkeeper ${why}:\n${written.join('')}`))
    const late = setTimeout(() => fail('was not ready in time'), startPatience)
    const read = (part: Buffer) => {
      written.push(part.toString())
      const address = readyLine.exec(written.join(''))?.[1]
      if (!address) return
      clearTimeout(late)
      resolve(address)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', (part: Buffer) => written.push(part.toString()))
    child.once('error', (error) => fail(`did not start (${error.message})`))
    child.once('exit', (status) => fail(`ended with ${status}`))
  })
}
