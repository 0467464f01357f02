import { Alert, Button, Group, Skeleton, Text } from '@mantine/core'
import { IconArrowLeft, IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { allowed, useMay } from '../../api/permission'
import { ApiError } from '../../api/problem'
import { useSession } from '../../api/session'
import { bytes } from '../../i18n/format'
import { Card } from '../../ui/Card'
import { confirm } from '../../ui/confirm'
import { Empty, Failure } from '../../ui/states'
import { complain, toast } from '../../ui/toast'
import { keepDraft } from '../../visit/drafts'
import { askForChanges, withChanges } from '../../visit/makeChanges'
import { CodeText, type CodeTextHandle } from './CodeText'
import { contentUrl, readFile, refreshFolder, writeFile } from './calls'
import { decode } from './decode'
import classes from './Files.module.css'
import { editableMax, nameOf, parent } from './paths'
import { fileTexts } from './texts'

/** Editor edits one text file. It is loaded only when somebody edits. */
export default function Editor({ path, onClose }: { path: string; onClose: () => void }) {
  const t = fileTexts.useT()
  const name = nameOf(path)
  const [loads, setLoads] = useState(0)
  const query = useQuery({
    queryKey: ['file-content', path, loads],
    queryFn: () => readFile(path),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  if (query.isPending) return <Skeleton height={420} radius="lg" aria-busy="true" />
  if (query.error) {
    return (
      <Card>
        <Failure error={query.error} retry={() => query.refetch()} />
      </Card>
    )
  }
  const text = query.data.bytes.length > editableMax ? null : decode(query.data.bytes)
  if (text === null) {
    const size = bytes(query.data.bytes.length)
    const title =
      query.data.bytes.length > editableMax
        ? t('editor.tooLarge', { name, size })
        : t('editor.binary', { name })
    return (
      <Card>
        <Empty
          title={title}
          action={
            <Group>
              <Button variant="default" onClick={onClose}>
                {t('editor.back')}
              </Button>
              <Button
                component="a"
                href={contentUrl(path)}
                download={name}
                leftSection={<IconDownload size={16} aria-hidden="true" />}
              >
                {t('act.download')}
              </Button>
            </Group>
          }
        />
      </Card>
    )
  }
  return (
    <Loaded
      key={loads}
      path={path}
      text={text}
      etag={query.data.etag}
      onClose={onClose}
      reload={() => setLoads(loads + 1)}
    />
  )
}

interface LoadedProps {
  path: string
  text: string
  etag: string
  onClose: () => void
  reload: () => void
}

function Loaded({ path, text, etag: firstEtag, onClose, reload }: LoadedProps) {
  const t = fileTexts.useT()
  const name = nameOf(path)
  const may = useMay()
  const writable = may('file:manage')
  const editor = useRef<CodeTextHandle>(null)
  const [etag, setEtag] = useState(firstEtag)
  const [dirty, setDirty] = useState(false)
  const [busy, setBusy] = useState(false)
  const [conflict, setConflict] = useState(false)
  const looking = allowed(useSession(), 'file:manage') === 'in-change-mode'

  useEffect(() => {
    if (!dirty) return
    return keepDraft(() => ({ label: path, text: editor.current?.text() ?? '' }))
  }, [dirty, path])

  useBlocker({
    shouldBlockFn: async () =>
      dirty &&
      !(await confirm({
        title: t('editor.leave'),
        text: t('editor.leaveText', { name }),
        act: t('editor.leaveAct'),
      })),
    enableBeforeUnload: () => dirty,
  })

  const save = async (condition: string | null) => {
    const written = editor.current?.text() ?? ''
    setBusy(true)
    try {
      setEtag(await withChanges(() => writeFile(path, written, condition)))
      setConflict(false)
      setDirty(editor.current?.text() !== written)
      toast(t('done.saved', { name }))
      void refreshFolder(parent(path))
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) setConflict(true)
      else complain(error)
    } finally {
      setBusy(false)
    }
  }
  const saveNow = useRef(save)
  saveNow.current = save
  const onSave = useCallback(() => void saveNow.current(etag), [etag])
  const onEdit = useCallback(() => setDirty(true), [])

  return (
    <div className={classes.editor}>
      <div className={classes.editorHead}>
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          leftSection={<IconArrowLeft size={15} aria-hidden="true" />}
          onClick={onClose}
        >
          {t('editor.back')}
        </Button>
        <Text fw={600} size="sm" className="ik-said">
          {path}
        </Text>
        <Text size="xs" c="dimmed" role="status">
          {writable ? (dirty ? t('editor.dirty') : t('editor.keys')) : t('editor.readOnly')}
        </Text>
        {writable &&
          (looking ? (
            <Button size="xs" onClick={() => void askForChanges()}>
              {t('act.edit')}
            </Button>
          ) : (
            <Button size="xs" loading={busy} disabled={!dirty} onClick={onSave}>
              {t('editor.save')}
            </Button>
          ))}
      </div>
      {conflict && (
        <Alert color="brass" role="alert" title={t('editor.conflictTitle')} radius={0}>
          <Text size="sm">{t('editor.conflictText')}</Text>
          <Group gap="xs" mt="xs">
            <Button size="xs" color="clay.7" onClick={() => void save(null)}>
              {t('editor.overwrite')}
            </Button>
            <Button size="xs" variant="default" onClick={reload}>
              {t('editor.reload')}
            </Button>
          </Group>
        </Alert>
      )}
      <CodeText
        ref={editor}
        name={name}
        label={t('editor.area', { name })}
        text={text}
        readOnly={!writable || looking}
        onEdit={onEdit}
        onSave={onSave}
      />
    </div>
  )
}
