/** chunkMax is the most the server takes in one request. */
export const chunkMax = 8 * 1024 * 1024

export interface Chunk {
  offset: number
  end: number
  last: boolean
}

/** chunksOf cuts a file of that size into pieces the server takes. An empty file is one empty piece. */
export function chunksOf(size: number, max: number = chunkMax): Chunk[] {
  const count = Math.max(1, Math.ceil(size / max))
  return Array.from({ length: count }, (_, index) => ({
    offset: index * max,
    end: Math.min(size, (index + 1) * max),
    last: index === count - 1,
  }))
}

/** SendPiece puts one piece where the query says; it reports how much of it is out. */
export type SendPiece = (
  query: Record<string, string>,
  piece: Blob,
  report: (sent: number) => void,
  signal: AbortSignal,
) => Promise<void>

interface Options {
  path: string
  file: Blob
  uploadId: string
  send: SendPiece
  signal: AbortSignal
  onProgress: (sent: number) => void
  /** Where to begin: what an earlier try has already brought over. */
  from?: number
  max?: number
}

/**
 * upload sends a file in pieces, one after the other. It resolves when the last one is there, and
 * tells through onProgress how far it came, so that a later try can go on from the last whole piece.
 */
export async function upload({
  path,
  file,
  uploadId,
  send,
  signal,
  onProgress,
  from = 0,
  max = chunkMax,
}: Options): Promise<void> {
  const pieces = chunksOf(file.size, max)
  const single = pieces.length === 1
  for (const piece of pieces) {
    if (piece.end <= from && !piece.last) continue
    signal.throwIfAborted()
    const query: Record<string, string> = single
      ? { path }
      : { path, upload: uploadId, offset: String(piece.offset), complete: String(piece.last) }
    await send(query, file.slice(piece.offset, piece.end), (sent) => onProgress(piece.offset + sent), signal)
    onProgress(piece.end)
  }
}
