import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Storage is where a house keeps its data: in a file of its own, or in PostgreSQL with a queue in Redis. */
export type Storage = 'sqlite' | 'postgres'

const run = promisify(execFile)

/** storageFor returns the settings for a new, empty storage. */
export async function storageFor(storage: Storage): Promise<Record<string, string>> {
  if (storage === 'sqlite') return {}
  const server = needed('INNKEEPER_TEST_POSTGRES_URL')
  const queue = new URL(needed('INNKEEPER_TEST_REDIS_URL'))
  const name = `e2e_${randomBytes(6).toString('hex')}`
  await run(await psql(), ['--no-psqlrc', '--quiet', '--command', `CREATE DATABASE ${name}`, server])
  // A server on a socket has an address without a host, which is none for URL.
  const database = server.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
  queue.pathname = `/${1 + (randomBytes(1).readUInt8() % 15)}`
  return { INNKEEPER_DATABASE_URL: database, INNKEEPER_REDIS_URL: queue.toString() }
}

function needed(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: \`make e2e\` starts the private services and names them`)
  return value
}

/** psql is on the PATH, or where Debian keeps one for each version. */
async function psql(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  return newest ? join('/usr/lib/postgresql', newest, 'bin', 'psql') : 'psql'
}
