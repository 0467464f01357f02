/**
 * qr draws a text as a QR code (ISO/IEC 18004): bytes, error correction M, versions 1 to 15. The rows are
 * the modules without the quiet zone; true is dark. It throws where the text is longer than 412 bytes.
 */
export function qr(text: string, mask?: number): boolean[][] {
  const data = new TextEncoder().encode(text)
  const version = versions.findIndex((each) => capacity(each) >= data.length + (each.long ? 3 : 2)) + 1
  if (version === 0) throw new RangeError('the text is too long for a QR code')
  const words = interleaved(data, versions[version - 1] as Version)
  if (mask !== undefined) return drawn(version, words, mask)
  const candidates = [0, 1, 2, 3, 4, 5, 6, 7].map((each) => drawn(version, words, each))
  const scores = candidates.map(penalty)
  return candidates[scores.indexOf(Math.min(...scores))] as boolean[][]
}

interface Version {
  /** Error-correction words of each block. */
  correction: number
  /** Data words of each block. */
  blocks: number[]
  /** Whether the length takes two bytes. */
  long: boolean
}

const blocksOf = (...groups: [count: number, words: number][]) =>
  groups.flatMap(([count, words]) => Array<number>(count).fill(words))

/** The layout of each version at level M (table 9 of the standard). */
const versions: Version[] = (
  [
    [10, [1, 16]],
    [16, [1, 28]],
    [26, [1, 44]],
    [18, [2, 32]],
    [24, [2, 43]],
    [16, [4, 27]],
    [18, [4, 31]],
    [22, [2, 38], [2, 39]],
    [22, [3, 36], [2, 37]],
    [26, [4, 43], [1, 44]],
    [30, [1, 50], [4, 51]],
    [22, [6, 36], [2, 37]],
    [22, [8, 37], [1, 38]],
    [24, [4, 40], [5, 41]],
    [24, [5, 41], [5, 42]],
  ] as [number, ...[number, number][]][]
).map(([correction, ...groups], index) => ({ correction, blocks: blocksOf(...groups), long: index >= 9 }))

const capacity = ({ blocks }: Version) => blocks.reduce((sum, each) => sum + each, 0)

/** interleaved is the text as words, with those that correct errors, in the order in which they are drawn. */
function interleaved(data: Uint8Array, version: Version): number[] {
  const words = padded(data, version)
  let from = 0
  const blocks = version.blocks.map((size) => {
    const block = words.slice(from, from + size)
    from += size
    return block
  })
  const corrections = blocks.map((block) => remainder(block, version.correction))
  return [...columns(blocks), ...columns(corrections)]
}

function columns(rows: number[][]): number[] {
  const longest = Math.max(...rows.map((row) => row.length))
  return Array.from({ length: longest }, (_, i) => rows.flatMap((row) => row.slice(i, i + 1))).flat()
}

/** padded is mode, length, text, end, and filling, as words of eight bits. */
function padded(data: Uint8Array, version: Version): number[] {
  const bits: number[] = []
  const push = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1)
  }
  push(4, 4)
  push(data.length, version.long ? 16 : 8)
  for (const byte of data) push(byte, 8)
  push(0, 4)
  while (bits.length % 8 !== 0) bits.push(0)
  const words = Array.from({ length: bits.length / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((word, bit) => (word << 1) | bit, 0),
  )
  const size = capacity(version)
  for (let i = 0; words.length < size; i++) words.push(i % 2 === 0 ? 0xec : 0x11)
  return words.slice(0, size)
}

/** times multiplies in GF(2⁸) modulo x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let i = 7; i >= 0; i--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d)
    product ^= ((b >> i) & 1) * a
  }
  return product
}

/** remainder is the error correction of Reed and Solomon. */
function remainder(block: number[], count: number): number[] {
  let generator = [1]
  for (let i = 0, root = 1; i < count; i++, root = times(root, 2)) {
    const next = [...generator, 0]
    for (const [at, factor] of generator.entries()) next[at + 1] = (next[at + 1] ?? 0) ^ times(factor, root)
    generator = next
  }
  const rest = Array<number>(count).fill(0)
  for (const word of block) {
    const factor = word ^ (rest.shift() as number)
    rest.push(0)
    for (let i = 0; i < count; i++) rest[i] = (rest[i] as number) ^ times(generator[i + 1] as number, factor)
  }
  return rest
}

const masks: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/** drawn puts the words into the square, around what every code of the version has. */
function drawn(version: number, words: number[], mask: number): boolean[][] {
  const size = version * 4 + 17
  const square = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const fixed = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  const set = (x: number, y: number, dark: boolean) => {
    const [row, kept] = [square[y], fixed[y]]
    if (!row || !kept || x < 0 || x >= size) return
    row[x] = dark
    kept[x] = true
  }
  patterns(version, size, set, (x, y) => fixed[y]?.[x] === true)
  information(version, size, mask, set)
  let bit = 0
  for (const [x, y] of zigzag(size)) {
    if (fixed[y]?.[x]) continue
    const dark = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
    bit++
    ;(square[y] as boolean[])[x] = dark !== (masks[mask] as (x: number, y: number) => boolean)(x, y)
  }
  return square
}

type Set = (x: number, y: number, dark: boolean) => void

function patterns(version: number, size: number, set: Set, taken: (x: number, y: number) => boolean): void {
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  const around = (cx: number, cy: number, reach: number, dark: (distance: number) => boolean) => {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        set(cx + dx, cy + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))))
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    around(x, y, 4, (distance) => distance !== 2 && distance !== 4)
  const places = alignments(version, size)
  const last = places.length - 1
  for (const [i, x] of places.entries())
    for (const [j, y] of places.entries()) {
      const corner = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)
      if (!corner && (!taken(x, y) || x === 6 || y === 6)) around(x, y, 2, (distance) => distance !== 1)
    }
}

function alignments(version: number, size: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.ceil((size - 13) / (count * 2 - 2)) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - (count - 2 - i) * step)]
}

/** information writes the level, the mask and, of large codes, the version, each with its own correction. */
function information(version: number, size: number, mask: number, set: Set): void {
  const format = (corrected(mask, 10, 0x537) ^ 0x5412) & 0x7fff // level M is 00
  const bit = (value: number, i: number) => ((value >> i) & 1) === 1
  for (let i = 0; i < 15; i++) {
    const dark = bit(format, i)
    if (i < 6) set(8, i, dark)
    else if (i < 8) set(8, i + 1, dark)
    else if (i === 8) set(7, 8, dark)
    else set(14 - i, 8, dark)
    if (i < 8) set(size - 1 - i, 8, dark)
    else set(8, size - 15 + i, dark)
  }
  set(8, size - 8, true)
  if (version < 7) return
  const text = corrected(version, 12, 0x1f25)
  for (let i = 0; i < 18; i++) {
    const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)]
    set(a, b, bit(text, i))
    set(b, a, bit(text, i))
  }
}

function corrected(value: number, count: number, generator: number): number {
  let rest = value
  for (let i = 0; i < count; i++) rest = (rest << 1) ^ ((rest >> (count - 1)) * generator)
  return (value << count) | rest
}

/** zigzag is the way through the square: two columns at a time, up and down, from the right. */
function* zigzag(size: number): Generator<[number, number]> {
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5
    for (let i = 0; i < size; i++) for (const x of [right, right - 1]) yield [x, up ? size - 1 - i : i]
  }
}

/** penalty is how hard a square is to read: the mask with the least is taken. */
function penalty(square: boolean[][]): number {
  const size = square.length
  const turned = square.map((_, x) => square.map((row) => row[x] as boolean))
  let score = 0
  for (const row of [...square, ...turned]) score += runs(row) + lookalikes(row)
  for (let y = 1; y < size; y++)
    for (let x = 1; x < size; x++) {
      const dark = square[y]?.[x]
      if (square[y]?.[x - 1] === dark && square[y - 1]?.[x] === dark && square[y - 1]?.[x - 1] === dark)
        score += 3
    }
  const share = square.flat().filter(Boolean).length / (size * size)
  return score + Math.floor(Math.abs(share * 20 - 10)) * 10
}

function runs(row: boolean[]): number {
  let score = 0
  for (let x = 0, length = 0; x < row.length; x++) {
    length = x > 0 && row[x] === row[x - 1] ? length + 1 : 1
    if (length === 5) score += 3
    else if (length > 5) score += 1
  }
  return score
}

function lookalikes(row: boolean[]): number {
  const text = row.map((dark) => (dark ? '1' : '0')).join('')
  return [...text.matchAll(/(?=00001011101|10111010000)/g)].length * 40
}
