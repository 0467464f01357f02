import { Button, Group, Menu } from '@mantine/core'
import { IconBookmark, IconColumns, IconDownload } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useMay } from '../../api/permission'
import { PrintButton } from '../../ui/Printed'
import { allColumns, chosenColumns, columnsWord } from './columns'
import type { ActivitySearch } from './filters'
import { activityTexts } from './texts'

const ExportDialog = lazy(() => import('./ExportDialog'))
const SavedFilters = lazy(() => import('./SavedFilters'))

interface Props {
  search: ActivitySearch
  fixed: ActivitySearch
  go: (search: ActivitySearch) => void
}

/** ActivityTools is what can be done with the list as it is: other columns, keeping its filters, paper, a file. */
export function ActivityTools({ search, fixed, go }: Props) {
  const t = activityTexts.useT()
  const may = useMay()
  const [opened, open] = useState<'export' | 'filters' | null>(null)
  const shut = () => open(null)
  return (
    <Group gap="xs" mb="sm" className="ik-no-print">
      <Columns search={search} go={go} />
      {may('operation:view') && (
        <Button variant="default" size="xs" leftSection={icon(IconBookmark)} onClick={() => open('filters')}>
          {t('tools.filters')}
        </Button>
      )}
      <PrintButton size="xs" />
      {may('operation:view') && (
        <Button variant="default" size="xs" leftSection={icon(IconDownload)} onClick={() => open('export')}>
          {t('tools.export')}
        </Button>
      )}
      <Suspense>
        {opened === 'export' && <ExportDialog search={search} fixed={fixed} onClose={shut} />}
        {opened === 'filters' && <SavedFilters search={search} fixed={fixed} go={go} onClose={shut} />}
      </Suspense>
    </Group>
  )
}

function icon(Icon: typeof IconDownload) {
  return <Icon size={15} stroke={1.6} aria-hidden="true" />
}

function Columns({ search, go }: Omit<Props, 'fixed'>) {
  const t = activityTexts.useT()
  const chosen = chosenColumns(search.columns)
  const toggle = (name: (typeof allColumns)[number]) => {
    const next = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name]
    go({ ...search, columns: columnsWord(next) })
  }
  return (
    <Menu withinPortal>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={icon(IconColumns)} visibleFrom="sm">
          {t('tools.columns')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {allColumns.map((name) => (
          <Menu.CheckboxItem
            key={name}
            checked={chosen.includes(name)}
            disabled={chosen.length === 1 && chosen[0] === name}
            onChange={() => toggle(name)}
          >
            {t(`column.${name}`)}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
