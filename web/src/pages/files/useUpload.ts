import { isProblem } from '../../api/problem'
import type { FileEntry } from '../../api/types'
import { confirm } from '../../ui/confirm'
import { complain } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { createFolder, refreshFolder } from './calls'
import type { Dropped } from './dropped'
import { join } from './paths'
import { fileTexts } from './texts'
import { enqueue } from './uploads'

/** useUpload returns a function that uploads into a folder. It asks once about names that exist already. */
export function useUpload(
  folder: string,
  entries: readonly FileEntry[],
): (dropped: Dropped) => Promise<void> {
  const t = fileTexts.useT()
  return async ({ files, folders }) => {
    try {
      for (const name of folders) await withChanges(() => ensureFolder(join(folder, name)))
    } catch (error) {
      return complain(error)
    }
    if (folders.length > 0) await refreshFolder(folder)
    const there = new Set(entries.map((entry) => entry.name))
    const clashing = files.map((file) => file.name).filter((name) => there.has(name))
    const replace = clashing.length > 0 && (await askReplace(clashing))
    const wanted = replace ? files : files.filter((file) => !there.has(file.name))
    enqueue(folder, wanted, new Set(replace ? clashing : []))
  }

  function askReplace(names: string[]): Promise<boolean> {
    const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '')
    const text = t('clash.text', { count: names.length, names: shown })
    return confirm({ title: t('clash.title'), text, act: t('clash.replace') })
  }
}

async function ensureFolder(path: string): Promise<void> {
  try {
    await createFolder(path)
  } catch (error) {
    if (!(isProblem(error, 'file-exists') || (error as { status?: number }).status === 409)) throw error
  }
}
