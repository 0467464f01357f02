import { Button, Text } from '@mantine/core'
import { IconFile, IconFileText, IconFolderFilled, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ComponentProps, useMemo, useState } from 'react'
import { inert } from '../../api/inert'
import type { FileEntry } from '../../api/types'
import { common } from '../../i18n/common'
import { bytes } from '../../i18n/format'
import { Listing } from '../../ui/Listing'
import { Moment } from '../../ui/Moment'
import type { Paging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { useAct } from '../../visit/makeChanges'
import { contentUrl } from './calls'
import { FileMenu } from './FileMenu'
import classes from './Files.module.css'
import { edits, join } from './paths'
import { fileTexts } from './texts'
import { useDelete } from './useDelete'

interface Props {
  folder: string
  query: ComponentProps<typeof Listing<FileEntry>>['query']
  entries: readonly FileEntry[] | undefined
  paging: Paging
  manages: boolean
}

/** FileTable lists a folder, its folders first. */
export function FileTable({ folder, query, entries, paging, manages }: Props) {
  const t = fileTexts.useT()
  const navigate = useNavigate()
  const [sort, setSort] = useState('name')
  const [selected, setSelected] = useState<FileEntry[]>([])
  const rows = useMemo(() => entries && sorted(entries, sort), [entries, sort])
  const open = (entry: FileEntry) => {
    if (entry.kind === 'folder')
      void navigate({ to: '/files/$', params: { _splat: join(folder, entry.name) } })
    else if (edits(entry))
      void navigate({ to: '/files/$', params: { _splat: folder }, search: { edit: entry.name } })
  }
  return (
    <>
      {selected.length > 0 && <Selected folder={folder} entries={selected} done={() => setSelected([])} />}
      <Listing<FileEntry>
        label={t('title')}
        query={query}
        rows={rows}
        idOf={(entry) => entry.name}
        paging={paging}
        sort={sort}
        onSort={setSort}
        onOpen={open}
        selection={manages ? { selected, onSelect: setSelected, labelOf: (entry) => entry.name } : undefined}
        columns={[
          {
            key: 'name',
            title: t('column.name'),
            sort: 'name',
            render: (entry) => <Name folder={folder} entry={entry} />,
          },
          {
            key: 'size',
            title: t('column.size'),
            sort: 'size',
            width: 130,
            right: true,
            render: (entry) => <Size entry={entry} />,
          },
          {
            key: 'modified',
            title: t('column.modified'),
            sort: 'modified',
            width: 190,
            from: 'md',
            render: (entry) => <Moment at={entry.modified_at} />,
          },
        ]}
        card={(entry) => (
          <>
            <Name folder={folder} entry={entry} />
            <Text size="xs" c="dimmed" pl={28}>
              <Size entry={entry} /> · <Moment at={entry.modified_at} />
            </Text>
          </>
        )}
        actions={(entry) => (
          <FileMenu folder={folder} entry={entry} siblings={entries ?? []} manages={manages} />
        )}
        empty={<Empty title={t('empty.title')} text={manages ? t('empty.text') : t('empty.textRead')} />}
      />
    </>
  )
}

function Selected({ folder, entries, done }: { folder: string; entries: FileEntry[]; done: () => void }) {
  const t = fileTexts.useT()
  const act = useAct()
  const remove = useDelete(folder, done)
  return (
    <Button
      mb="sm"
      size="xs"
      variant="default"
      leftSection={<IconTrash size={15} stroke={1.7} aria-hidden="true" />}
      onClick={() => act('file:manage', () => void remove(entries))}
    >
      {t('act.deleteMany', { count: entries.length })}
    </Button>
  )
}

function Name({ folder, entry }: { folder: string; entry: FileEntry }) {
  if (entry.kind === 'folder') {
    return (
      <Link to="/files/$" params={{ _splat: join(folder, entry.name) }} className={classes.name}>
        <IconFolderFilled size={19} className={classes.folder} aria-hidden="true" />
        <span className="ik-said">{inert(entry.name)}</span>
      </Link>
    )
  }
  if (edits(entry)) {
    return (
      <Link to="/files/$" params={{ _splat: folder }} search={{ edit: entry.name }} className={classes.name}>
        <IconFileText size={19} stroke={1.5} className={classes.file} aria-hidden="true" />
        <span className="ik-said">{inert(entry.name)}</span>
      </Link>
    )
  }
  return (
    <a href={contentUrl(join(folder, entry.name))} download={entry.name} className={classes.name}>
      <IconFile size={19} stroke={1.5} className={classes.file} aria-hidden="true" />
      <span className="ik-said">{inert(entry.name)}</span>
    </a>
  )
}

function Size({ entry }: { entry: FileEntry }) {
  const c = common.useT()
  return <span className="ik-tabular">{entry.kind === 'folder' ? c('none') : bytes(entry.size)}</span>
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** sorted keeps folders above files whatever they are sorted by. */
export function sorted(entries: readonly FileEntry[], sort: string): FileEntry[] {
  const by = sort.replace(/^-/, '')
  const turn = sort.startsWith('-') ? -1 : 1
  return [...entries].sort((a, b) => {
    if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1
    const difference =
      by === 'size' ? a.size - b.size : by === 'modified' ? a.modified_at.localeCompare(b.modified_at) : 0
    return turn * (difference || collator.compare(a.name, b.name))
  })
}
