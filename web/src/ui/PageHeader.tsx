import { Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { Link, type LinkProps } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { common } from '../i18n/common'
import classes from './PageHeader.module.css'

interface Props {
  title: string
  /** What stands beside the title: a status. */
  beside?: ReactNode
  /** One or two sentences on what the page is for. */
  lead?: ReactNode
  actions?: ReactNode
  back?: { to: LinkProps['to']; params?: LinkProps['params']; label: string }
}

/** PageHeader opens every page: its name, what it is for, and what can be done. It also names the tab. */
export function PageHeader({ title, beside, lead, actions, back }: Props) {
  const t = common.useT()
  useEffect(() => {
    document.title = `${title} · ${t('product')}`
  }, [title, t])
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {back && (
          <Link to={back.to} params={back.params} className={classes.back}>
            <IconArrowLeft size={15} aria-hidden="true" />
            {back.label}
          </Link>
        )}
        <div style={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: '0.25rem 0.75rem' }}>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {beside}
        </div>
        {lead && (
          <Text component="div" c="dimmed" size="sm" className={`${classes.lead} ik-prose`}>
            {lead}
          </Text>
        )}
      </div>
      {actions && <div className={`${classes.actions} ik-no-print`}>{actions}</div>}
    </header>
  )
}
