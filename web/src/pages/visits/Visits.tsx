import { Outlet } from '@tanstack/react-router'
import { PageHeader } from '../../ui/PageHeader'
import { RouteTabs } from '../../ui/RouteTabs'
import { visitsTexts } from './texts'

export function Visits() {
  const t = visitsTexts.useT()
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <RouteTabs
        label={t('tabs.label')}
        tabs={[
          { to: '/impersonations/live', label: t('tabs.live') },
          { to: '/impersonations/history', label: t('tabs.history') },
        ]}
      />
      <Outlet />
    </>
  )
}
