import { Link, type LinkProps } from '@tanstack/react-router'
import classes from './RouteTabs.module.css'

interface Tab {
  to: LinkProps['to']
  params?: LinkProps['params']
  label: string
}

/** RouteTabs are links to the parts of one thing: each part has its address. */
export function RouteTabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          params={tab.params}
          className={classes.tab}
          activeOptions={{ includeSearch: false }}
          activeProps={{ 'aria-current': 'page' }}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}
