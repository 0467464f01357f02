import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useSession } from '../api/session'
import { common } from '../i18n/common'
import { Mark } from '../ui/Mark'
import classes from './Frame.module.css'
import { navigationFor, type Place } from './navigation'
import { layoutTexts } from './texts'

export function Brand() {
  const t = common.useT()
  return (
    <Link to="/dashboard" className={classes.brand} aria-label={t('product')}>
      <Mark />
      <span>{t('product')}</span>
    </Link>
  )
}

/** Places is the list of pages this person may open. */
export function Places({ onGo }: { onGo?: () => void }) {
  const t = layoutTexts.useT()
  const session = useSession()
  return (
    <nav className={classes.nav} aria-label={t('nav.label')}>
      {navigationFor(session).map((group) => (
        <Fragment key={group.label ?? 'home'}>
          {group.label && <div className={classes.group}>{t(group.label)}</div>}
          <ul className={classes.list}>
            {group.places.map((place) => (
              <li key={place.to}>
                <PlaceLink place={place} own={session.principal.kind === 'customer'} onGo={onGo} />
              </li>
            ))}
          </ul>
        </Fragment>
      ))}
    </nav>
  )
}

function PlaceLink({ place, own, onGo }: { place: Place; own: boolean; onGo?: () => void }) {
  const t = layoutTexts.useT()
  const Icon = place.icon
  const label = own && place.label === 'nav.activity' ? 'nav.activityOwn' : place.label
  return (
    <Link to={place.to} className={classes.place} onClick={onGo} activeOptions={{ includeSearch: false }}>
      <Icon size={18} stroke={1.6} aria-hidden="true" />
      {t(label)}
    </Link>
  )
}
