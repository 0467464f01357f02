import { Button } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { api, ok } from '../../api/client'
import { useMay } from '../../api/permission'
import { problemOf } from '../../api/problem'
import { Waiting } from '../../layout/errors'
import { Card } from '../../ui/Card'
import { PageHeader } from '../../ui/PageHeader'
import { usePaging } from '../../ui/paging'
import { Empty } from '../../ui/states'
import { Crumbs } from './Crumbs'
import { folderKey } from './calls'
import { DropZone } from './DropZone'
import classes from './Files.module.css'
import { FileTable } from './FileTable'
import { FolderActions } from './FolderActions'
import { fromHome, join, nameOf, normal } from './paths'
import { fileTexts } from './texts'
import { UploadList } from './UploadList'
import { useUpload } from './useUpload'

const route = getRouteApi('/panel/files/$')
const Editor = lazy(() => import('./Editor'))

/** Files is the file manager: a folder, or one of its files being edited. */
export function Files() {
  const t = fileTexts.useT()
  const folder = normal(route.useParams()._splat ?? '')
  const { edit } = route.useSearch()
  const navigate = route.useNavigate()
  const close = () => void navigate({ search: {} })
  return (
    <>
      <PageHeader title={t('title')} lead={edit ? undefined : t('lead')} />
      {edit ? (
        <Suspense fallback={<Waiting />}>
          <Editor key={edit} path={join(folder, edit)} onClose={close} />
        </Suspense>
      ) : (
        <Folder key={folder} folder={folder} />
      )}
      <UploadList />
    </>
  )
}

function Folder({ folder }: { folder: string }) {
  const t = fileTexts.useT()
  const may = useMay()
  const [cursor, setCursor] = useState<string>()
  const query = useQuery({
    queryKey: [...folderKey(folder), cursor],
    queryFn: () =>
      ok(api.GET('/files', { params: { query: { path: fromHome(folder), page_size: 200, cursor } } })),
    placeholderData: keepPreviousData,
  })
  const entries = query.data?.entries ?? []
  const upload = useUpload(folder, entries)
  const paging = usePaging(cursor, query.data?.next_cursor, setCursor)
  if (problemOf(query.error).status === 404 && folder) return <Missing />
  const manages = may('file:manage')
  return (
    <>
      <div className={classes.bar}>
        <Crumbs folder={folder} />
        {manages && <FolderActions folder={folder} entries={entries} upload={upload} />}
      </div>
      <DropZone enabled={manages} name={folder ? nameOf(folder) : t('home')} upload={upload}>
        <FileTable
          folder={folder}
          query={query}
          entries={query.data?.entries}
          paging={paging}
          manages={manages}
        />
      </DropZone>
    </>
  )
}

function Missing() {
  const t = fileTexts.useT()
  return (
    <Card>
      <Empty
        title={t('missing.title')}
        text={t('missing.text')}
        action={
          <Button
            renderRoot={(props) => <Link to="/files/$" params={{ _splat: '' }} {...props} />}
            variant="default"
          >
            {t('missing.act')}
          </Button>
        }
      />
    </Card>
  )
}
