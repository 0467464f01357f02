import type { FileEntry } from '../../api/types'
import { confirm } from '../../ui/confirm'
import { complain, toast } from '../../ui/toast'
import { withChanges } from '../../visit/makeChanges'
import { deleteFiles, refreshFolder } from './calls'
import { join } from './paths'
import { fileTexts } from './texts'

/** useDelete asks, and then deletes entries of a folder. */
export function useDelete(
  folder: string,
  onDone?: () => void,
): (entries: readonly FileEntry[]) => Promise<void> {
  const t = fileTexts.useT()
  return async (entries) => {
    const count = entries.length
    const title = t('delete.title', { count, name: entries[0]?.name })
    if (!(await confirm({ title, text: t('delete.text'), act: t('delete.submit') }))) return
    try {
      const paths = entries.map((entry) => join(folder, entry.name))
      const { deleted } = await withChanges(() => deleteFiles(paths))
      toast(t('done.deleted', { count: deleted.length }))
      onDone?.()
    } catch (error) {
      complain(error)
    }
    await refreshFolder(folder)
  }
}
