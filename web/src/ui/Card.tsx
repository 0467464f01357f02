import { Text, Title } from '@mantine/core'
import clsx from 'clsx'
import type { ReactNode } from 'react'
import classes from './Card.module.css'

interface Props {
  title?: ReactNode
  note?: ReactNode
  aside?: ReactNode
  flush?: boolean
  children: ReactNode
  className?: string
}

/** Card holds one matter on the page's ground. `flush` leaves the padding to what is inside. */
export function Card({ title, note, aside, flush, children, className }: Props) {
  return (
    <section className={clsx(classes.card, !flush && classes.padded, className)}>
      {(title || aside) && (
        <div className={classes.head}>
          {title && <Title order={2}>{title}</Title>}
          {aside}
        </div>
      )}
      {note && (
        <Text c="dimmed" size="sm" className={classes.note}>
          {note}
        </Text>
      )}
      {children}
    </section>
  )
}
