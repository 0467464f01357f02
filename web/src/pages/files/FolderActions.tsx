import { Button, Group } from '@mantine/core'
import { IconFilePlus, IconFolderPlus, IconUpload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { FileEntry } from '../../api/types'
import { toast } from '../../ui/toast'
import { useAct, withChanges } from '../../visit/makeChanges'
import { createFolder, refreshFolder, writeFile } from './calls'
import { type Dropped, readList } from './dropped'
import { NameDialog } from './NameDialog'
import { join } from './paths'
import { fileTexts } from './texts'

interface Props {
  folder: string
  entries: readonly FileEntry[]
  upload: (dropped: Dropped) => Promise<void>
}

/** FolderActions makes new things in a folder. */
export function FolderActions({ folder, entries, upload }: Props) {
  const t = fileTexts.useT()
  const act = useAct()
  const navigate = useNavigate()
  const chooser = useRef<HTMLInputElement>(null)
  const [naming, setNaming] = useState<'folder' | 'file' | null>(null)
  const taken = new Set(entries.map((entry) => entry.name))
  const make = async (name: string) => {
    const path = join(folder, name)
    if (naming === 'folder') await withChanges(() => createFolder(path))
    else await withChanges(() => writeFile(path, '', '*'))
    await refreshFolder(folder)
    if (naming === 'folder') toast(t('done.folder', { name }))
    else await navigate({ to: '/files/$', params: { _splat: folder }, search: { edit: name } })
  }
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<IconFolderPlus size={16} stroke={1.7} aria-hidden="true" />}
        onClick={() => act('file:manage', () => setNaming('folder'))}
      >
        {t('act.folder')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFilePlus size={16} stroke={1.7} aria-hidden="true" />}
        onClick={() => act('file:manage', () => setNaming('file'))}
      >
        {t('act.file')}
      </Button>
      <Button
        leftSection={<IconUpload size={16} stroke={1.7} aria-hidden="true" />}
        onClick={() => act('file:manage', () => chooser.current?.click())}
      >
        {t('act.upload')}
      </Button>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label={t('act.upload')}
        onChange={(event) => {
          const files = readList(event.currentTarget.files ?? [])
          event.currentTarget.value = ''
          void upload({ files, folders: [] })
        }}
      />
      {naming && (
        <NameDialog
          title={t(naming === 'folder' ? 'name.folderTitle' : 'name.fileTitle')}
          label={t(naming === 'folder' ? 'name.folder' : 'name.file')}
          submit={t('name.create')}
          taken={taken}
          onSubmit={make}
          onClose={() => setNaming(null)}
        />
      )}
    </Group>
  )
}
