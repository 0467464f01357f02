import { IconChevronRight, IconHome } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import classes from './Files.module.css'
import { crumbs } from './paths'
import { fileTexts } from './texts'

/** Crumbs is the way from the home folder to here. */
export function Crumbs({ folder }: { folder: string }) {
  const t = fileTexts.useT()
  const steps = [{ name: t('home'), path: '' }, ...crumbs(folder)]
  return (
    <nav aria-label={t('crumbs')}>
      <ol className={classes.crumbs}>
        {steps.map((step, index) => (
          <li key={step.path}>
            {index === 0 ? (
              <IconHome size={16} stroke={1.6} aria-hidden="true" />
            ) : (
              <IconChevronRight size={14} stroke={1.6} aria-hidden="true" />
            )}
            {index === steps.length - 1 ? (
              <span aria-current="page">{step.name}</span>
            ) : (
              <Link to="/files/$" params={{ _splat: step.path }}>
                {step.name}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
