import clsx from 'clsx'
import type { ReactNode } from 'react'
import classes from './Status.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'quiet'

/** Status is a coloured dot with its word: the word alone says it too. */
export function Status({ tone, hollow, children }: { tone: Tone; hollow?: boolean; children: ReactNode }) {
  return (
    <span className={clsx(classes.status, classes[tone])}>
      <span className={clsx(classes.dot, hollow && classes.hollow)} aria-hidden="true" />
      {children}
    </span>
  )
}
