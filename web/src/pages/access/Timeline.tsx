import { SegmentedControl, Text } from '@mantine/core'
import { IconBan, IconDoorEnter, IconDoorExit, IconEye, IconPencil } from '@tabler/icons-react'
import clsx from 'clsx'
import { type ComponentType, type ReactNode, useState } from 'react'
import type { AccessVisitDetail } from '../../api/types'
import { Card } from '../../ui/Card'
import { Changes } from '../../ui/Changes'
import { Moment } from '../../ui/Moment'
import { howItEnded } from '../../visit/sentence'
import classes from './Timeline.module.css'
import { accessTexts } from './texts'
import { countsOf, type Kind, kinds, stepsOf } from './timeline'

type Icon = ComponentType<{ size: number; stroke: number }>

const icons: Record<Kind, Icon> = { changed: IconPencil, viewed: IconEye, blocked: IconBan }

/** Timeline is a visit from its beginning to its end: what was changed, viewed and refused, in that order. */
export function Timeline({ visit }: { visit: AccessVisitDetail }) {
  const t = accessTexts.useT()
  const [only, setOnly] = useState<Kind | 'all'>('all')
  const steps = stepsOf(visit)
  const counts = countsOf(steps)
  const shown = only === 'all' ? steps : steps.filter(({ kind }) => kind === only)
  const choices = [
    { value: 'all', label: t('steps.all') },
    ...kinds.map((kind) => ({ value: kind, label: t(`steps.${kind}`, { count: counts[kind] }) })),
  ]
  const { name } = visit.actor
  return (
    <Card
      title={t('steps.title')}
      note={t('neverDone')}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={t('steps.which')}
          data={choices}
          value={only}
          onChange={(value) => setOnly(value as Kind | 'all')}
        />
      }
    >
      <ol className={classes.line}>
        <Point at={visit.started_at} icon={IconDoorEnter}>
          <Text size="sm" className="ik-said">
            {t('steps.came', { name })}
          </Text>
        </Point>
        {shown.map(({ kind, event }) => (
          <Point key={event.seq} at={event.at} icon={icons[kind]} kind={kind} word={t(`steps.one.${kind}`)}>
            <Text size="sm" className="ik-said">
              {event.sentence}
            </Text>
            <Changes before={event.before} after={event.after} />
          </Point>
        ))}
        {shown.length === 0 && <li className={classes.nothing}>{t(`steps.none.${only}`)}</li>}
        {visit.ended_at && (
          <Point at={visit.ended_at} icon={IconDoorExit}>
            <Text size="sm">{`${howItEnded(visit, true)}.`}</Text>
          </Point>
        )}
      </ol>
    </Card>
  )
}

interface PointProps {
  at: string
  icon: Icon
  kind?: Kind
  word?: string
  children: ReactNode
}

function Point({ at, icon: Icon, kind, word, children }: PointProps) {
  return (
    <li className={clsx(classes.point, kind && classes[kind])}>
      <span className={classes.dot} aria-hidden="true">
        <Icon size={15} stroke={1.7} />
      </span>
      <div className={classes.when}>
        <Moment at={at} />
        {word && <span className={classes.word}>{word}</span>}
      </div>
      <div className={classes.what}>{children}</div>
    </li>
  )
}
