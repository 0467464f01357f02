import type { Incoming } from './uploads'

export interface Dropped {
  files: Incoming[]
  /** Folders, each after the one it lies in. */
  folders: string[]
}

/** readDrop gathers what was dragged in, folders with all they hold. */
export async function readDrop(transfer: DataTransfer): Promise<Dropped> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry) => entry !== null)
  if (entries.length === 0) return { files: readList(transfer.files), folders: [] }
  const dropped: Dropped = { files: [], folders: [] }
  for (const entry of entries) await walk(entry, '', dropped)
  return dropped
}

/** readList gives the files of a chooser; a chosen folder's files carry their way below it. */
export function readList(list: Iterable<File>): Incoming[] {
  return [...list].map((file) => ({ name: file.webkitRelativePath || file.name, file }))
}

async function walk(entry: FileSystemEntry, above: string, dropped: Dropped): Promise<void> {
  const name = above ? `${above}/${entry.name}` : entry.name
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    dropped.files.push({ name, file })
    return
  }
  dropped.folders.push(name)
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    // A reader hands out a folder in batches, and an empty one at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (batch.length === 0) return
    for (const child of batch) await walk(child, name, dropped)
  }
}
