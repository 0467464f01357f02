/**
 * Checking a receipt or a statement in the browser, without the server: the same as `innkeeper audit verify`.
 * A document has records, each with its path to one head (RFC 9162 §2.1.3.2), the signed head, and the links
 * that say which key signs since when.
 */

/** Broken says what does not hold. */
export class Broken extends Error {}

interface Proven {
  leaf: number
  salt: string
  text: string
  proof: string[] | null
  texts_salt?: string
  texts?: string
  texts_erased_at?: string
}

interface Proof {
  format: string
  impersonation_id?: string
  account_id?: string
  from?: string
  to?: string
  records: Proven[]
  head: string
  key: string
  links?: string[]
}

/** Sealed is what was recorded, as it was sealed. */
export interface Sealed {
  seq: number
  account_seq: number
  at: number
  actor_kind: string
  actor_name: string
  actor_account_id: string
  account_id: string
  impersonation_id: string
  /** In the visit, from 1, without gaps; records of older versions have none. */
  impersonation_seq?: number
  action: string
  object_name: string
  result: string
  /** The hash of reason, address and browser, which may be erased one day. */
  payload?: string
}

/** Link is what was stated about the record itself. */
export interface Link {
  kind: 'key' | 'epoch'
  epoch: number
  size: number
  at: string
  by: string
  key?: string
  lost?: number
  reason?: string
}

export interface Checked {
  records: Sealed[]
  /** Of a statement: what others than the account's own people did, and visits that reached into its time. */
  others: Sealed[]
  /** Of a receipt: no record of the visit up to the last one is missing, and whether that is its end. */
  gapless: boolean
  ended: boolean
  /** How many records have lost reason, address and browser, and when the last of them did. */
  erased: number
  erasedAt?: string
  size: number
  at: string
  key: string
  keys: string[]
  links: Link[]
}

/** canCheck: signatures are checked by the browser itself, and only on pages that came over TLS. */
export async function canCheck(): Promise<boolean> {
  if (!globalThis.crypto?.subtle) return false
  return crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).then(
    () => true,
    () => false,
  )
}

/** check checks all of a document; it throws Broken when something does not hold. */
export async function check(text: string): Promise<Checked> {
  const proof = read(text)
  const links = await chain(proof.links ?? [])
  const keys = keysOf(links, proof.key)
  const head = await openHead(proof.head, proof.key)
  const epoch = links.reduce((_, link) => link.epoch, 1)
  if (!keys.includes(proof.key) || head.epoch !== epoch || !inForce(links, proof.key, head)) {
    throw new Broken('its head is not the one of its key and its links')
  }
  const records: Sealed[] = []
  const erasures: string[] = []
  let before = -1
  for (const proven of proof.records) {
    if (proven.leaf <= before) throw new Broken(`leaf ${proven.leaf} stands there twice or out of order`)
    before = proven.leaf
    await checkPath(proven, head)
    const record = JSON.parse(proven.text) as Sealed
    await checkTexts(proven, record.payload)
    if (proven.texts_erased_at) erasures.push(proven.texts_erased_at)
    records.push(record)
  }
  const erasedAt = erasures.sort().at(-1)
  const checked = {
    records,
    others: [],
    gapless: false,
    ended: false,
    erased: erasures.length,
    erasedAt,
    size: head.size,
    at: head.at,
    key: proof.key,
    keys,
    links,
  }
  if (proof.format === receiptFormat) return ofVisit(checked, proof)
  return ofTime(checked, proof)
}

const receiptFormat = 'innkeeper-receipt-1'
const statementFormat = 'innkeeper-statement-1'

function read(text: string): Proof {
  let proof: Partial<Proof>
  try {
    proof = JSON.parse(text)
  } catch {
    throw new Broken('this is not a receipt')
  }
  const known = proof?.format === receiptFormat || proof?.format === statementFormat
  if (!known || !proof.records?.length || typeof proof.head !== 'string' || typeof proof.key !== 'string') {
    throw new Broken('this is not a receipt')
  }
  return proof as Proof
}

function ofVisit(checked: Checked, proof: Proof): Checked {
  let gapless = false
  for (const [i, record] of checked.records.entries()) {
    if (record.impersonation_id !== proof.impersonation_id) {
      throw new Broken(`leaf ${proof.records[i]?.leaf} belongs to another visit`)
    }
    const number = record.impersonation_seq
    if (number === undefined ? gapless : number !== i + 1) {
      throw new Broken(`record ${i + 1} of the visit is missing`)
    }
    gapless = number !== undefined
  }
  return { ...checked, gapless, ended: checked.records.some(({ action }) => action === 'impersonation.stop') }
}

/** A visit is set to last a day at most: so far back a statement looks for one that reaches into its time. */
const longestVisit = 24 * 60 * 60 * 1000

function ofTime(checked: Checked, proof: Proof): Checked {
  const { records } = checked
  const from = Date.parse(proof.from ?? '')
  const to = Date.parse(proof.to ?? '')
  const first = records[0] as Sealed
  const last = records.at(-1) as Sealed
  for (const [i, record] of records.entries()) {
    if (record.account_id !== proof.account_id) throw new Broken('a record belongs to another account')
    const due = first.account_seq + i
    if (record.account_seq !== due) throw new Broken(`record ${due} of the account is missing`)
  }
  if (!(first.account_seq === 1 || instant(first) < from - longestVisit)) {
    throw new Broken('its beginning is missing')
  }
  if (!(instant(last) >= to)) throw new Broken('its end is missing')
  return { ...checked, others: others(records, from, to) }
}

const instant = (record: Sealed) => record.at / 1000

function others(records: Sealed[], from: number, to: number): Sealed[] {
  const open = new Set<string>()
  for (const record of records) {
    if (instant(record) >= from) continue
    if (record.action === 'impersonation.start') open.add(record.impersonation_id)
    if (record.action === 'impersonation.stop') open.delete(record.impersonation_id)
  }
  const reaching = records.filter(
    (record) =>
      record.action === 'impersonation.start' && instant(record) < from && open.has(record.impersonation_id),
  )
  const within = records.filter(
    (record) => instant(record) >= from && instant(record) < to && ofAnother(record),
  )
  return [...reaching, ...within]
}

/** What the program does by itself is nobody's. */
function ofAnother(record: Sealed): boolean {
  if (record.impersonation_id) return true
  return record.actor_kind !== 'system' && record.actor_account_id !== record.account_id
}

// ---- the tree

async function checkPath(proven: Proven, head: Head): Promise<void> {
  const broken = new Broken(`leaf ${proven.leaf} is not what was sealed`)
  const salt = bytes(proven.salt)
  if (salt.length !== 16) throw broken
  let hash = await sha256([0], salt, new TextEncoder().encode(proven.text))
  let at = proven.leaf
  let end = head.size - 1
  if (at < 0 || at > end) throw broken
  for (const step of proven.proof ?? []) {
    const beside = bytes(step)
    if (end === 0 || beside.length !== 32) throw broken
    if (at % 2 === 1 || at === end) {
      hash = await sha256([1], beside, hash)
      while (at !== 0 && at % 2 === 0) {
        at = Math.floor(at / 2)
        end = Math.floor(end / 2)
      }
    } else {
      hash = await sha256([1], hash, beside)
    }
    at = Math.floor(at / 2)
    end = Math.floor(end / 2)
  }
  if (end !== 0 || !same(hash, head.root)) throw broken
}

/** The texts of a record stand beside it, and only their salted hash is sealed: erased, they are none. */
async function checkTexts(proven: Proven, hash = ''): Promise<void> {
  const broken = new Broken(`leaf ${proven.leaf} has texts that are not those that were sealed`)
  const { texts = '', texts_salt: salt = '', texts_erased_at: erased } = proven
  if (texts === '' && salt === '' && Boolean(erased) === Boolean(hash)) return
  if (erased || !hash || bytes(salt).length !== 16) throw broken
  const own = await sha256(bytes(salt), new TextEncoder().encode(texts))
  if (!same(own, bytes(hash))) throw broken
}

// ---- heads and links

interface Head {
  epoch: number
  size: number
  root: Uint8Array
  at: string
}

const origin = 'innkeeper-record'

async function openHead(note: string, key: string): Promise<Head> {
  const said = await openNote(note, [key])
  const [name, size, root, at, epoch = '1'] = said
  if (name !== origin || said.length < 4 || said.length > 5) throw new Broken('its head says something else')
  return { size: Number(size), root: bytes(root ?? ''), at: at ?? '', epoch: Number(epoch) }
}

/** chain reads links: each is signed by the key in force, and that a key follows by that key too. */
async function chain(notes: string[]): Promise<Link[]> {
  const links: Link[] = []
  for (const [i, note] of notes.entries()) {
    const link = await readLink(note, i + 1)
    const before = links.at(-1)
    const inForceThen = links.reduce((key, { key: next }) => next ?? key, links[0]?.by ?? link.by)
    const epoch = (before?.epoch ?? 1) + (link.kind === 'epoch' ? 1 : 0)
    if (link.by !== inForceThen || link.epoch !== epoch) {
      throw new Broken(`link ${i + 1} does not follow on the one before it`)
    }
    links.push(link)
  }
  return links
}

async function readLink(note: string, number: number): Promise<Link> {
  const lines = note.split('\n')
  const kind = lines[0] === `${origin}-link key` ? 'key' : 'epoch'
  const said = await openNote(note, kind === 'key' ? [lines[6] ?? '', lines[7] ?? ''] : [lines[6] ?? ''])
  const [first, which, epoch, size, , at = '', by = '', seventh = '', reason = ''] = said
  if (first !== `${origin}-link ${kind}` || Number(which) !== number)
    throw new Broken('a link says something else')
  const link = { kind, epoch: Number(epoch), size: Number(size), at, by } as const
  return kind === 'key' ? { ...link, key: seventh } : { ...link, lost: Number(seventh), reason }
}

function keysOf(links: Link[], key: string): string[] {
  return [links[0]?.by ?? key, ...links.flatMap(({ key: next }) => next ?? [])]
}

/** inForce: a key signs from the link that names it to the one by which it is replaced. */
function inForce(links: Link[], key: string, head: Head): boolean {
  const since = links.find((link) => link.key === key)
  const until = links.find((link) => link.kind === 'key' && link.by === key)
  return (!since || !beyond(since, head)) && (!until || !beyond(head, until))
}

function beyond(one: { epoch: number; size: number }, other: { epoch: number; size: number }): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.size > other.size)
}

/** openNote checks that a note is signed by each of the keys, and returns its lines. */
async function openNote(note: string, keys: string[]): Promise<string[]> {
  const end = note.indexOf('\n\n')
  const text = note.slice(0, end + 1)
  const signatures = note.slice(end + 2).split('\n')
  for (const key of keys) {
    if (end < 0 || !(await signedBy(text, signatures, key))) {
      throw new Broken('a head is not signed by the key of this record')
    }
  }
  return text.trimEnd().split('\n')
}

/** A key is "name+hash+base64(1, public key)"; a signature "— name base64(hash, signature)". */
async function signedBy(text: string, signatures: string[], key: string): Promise<boolean> {
  const [name, hash, ...rest] = key.split('+')
  const publicKey = bytes(rest.join('+'))
  if (publicKey.length !== 33 || publicKey[0] !== 1) return false
  const verifier = await crypto.subtle.importKey('raw', publicKey.slice(1), 'Ed25519', false, ['verify'])
  for (const line of signatures) {
    const [dash, by, encoded = ''] = line.split(' ')
    const signature = bytes(encoded)
    const named = Array.from(signature.slice(0, 4), (b) => b.toString(16).padStart(2, '0')).join('')
    if (dash !== '—' || by !== name || named !== hash) continue
    const data = new TextEncoder().encode(text)
    if (await crypto.subtle.verify('Ed25519', verifier, signature.slice(4), data)) return true
  }
  return false
}

// ---- bytes

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

async function sha256(...parts: (number[] | Uint8Array)[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
