import { Menu } from '@mantine/core'
import { IconCursorText, IconDownload, IconPencil, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { FileEntry } from '../../api/types'
import { RowMenu } from '../../ui/RowMenu'
import { toast } from '../../ui/toast'
import { useAct, withChanges } from '../../visit/makeChanges'
import { contentUrl, refreshFolder, renameFile } from './calls'
import { NameDialog } from './NameDialog'
import { edits, join } from './paths'
import { fileTexts } from './texts'
import { useDelete } from './useDelete'

interface Props {
  folder: string
  entry: FileEntry
  siblings: readonly FileEntry[]
  manages: boolean
}

export function FileMenu({ folder, entry, siblings, manages }: Props) {
  const t = fileTexts.useT()
  const act = useAct()
  const navigate = useNavigate()
  const remove = useDelete(folder)
  const [renaming, setRenaming] = useState(false)
  const path = join(folder, entry.name)
  const rename = async (name: string) => {
    await withChanges(() => renameFile(path, join(folder, name)))
    await refreshFolder(folder)
    toast(t('done.renamed', { name }))
  }
  if (entry.kind === 'folder' && !manages) return null
  return (
    <>
      <RowMenu name={entry.name} width={170}>
        {entry.kind === 'file' && (
          <Menu.Item
            component="a"
            href={contentUrl(path)}
            download={entry.name}
            leftSection={<IconDownload size={16} stroke={1.6} />}
          >
            {t('act.download')}
          </Menu.Item>
        )}
        {entry.kind === 'file' && edits(entry) && (
          <Menu.Item
            leftSection={<IconPencil size={16} stroke={1.6} />}
            onClick={() =>
              void navigate({ to: '/files/$', params: { _splat: folder }, search: { edit: entry.name } })
            }
          >
            {manages ? t('act.edit') : t('act.open')}
          </Menu.Item>
        )}
        {manages && (
          <>
            <Menu.Item
              leftSection={<IconCursorText size={16} stroke={1.6} />}
              onClick={() => act('file:manage', () => setRenaming(true))}
            >
              {t('act.rename')}
            </Menu.Item>
            <Menu.Item
              c="var(--ik-bad)"
              leftSection={<IconTrash size={16} stroke={1.6} />}
              onClick={() => act('file:manage', () => void remove([entry]))}
            >
              {t('act.delete')}
            </Menu.Item>
          </>
        )}
      </RowMenu>
      {renaming && (
        <NameDialog
          title={t('name.renameTitle', { name: entry.name })}
          label={t('name.rename')}
          submit={t('name.save')}
          name={entry.name}
          taken={new Set(siblings.map((sibling) => sibling.name))}
          onSubmit={rename}
          onClose={() => setRenaming(false)}
        />
      )}
    </>
  )
}
