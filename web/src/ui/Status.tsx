import clsx from 'clsx'
import type { ReactNode } from 'react'
import classes from './Status.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'quiet'

interface Props {
  tone: Tone
  hollow?: boolean
  /** It is a whole sentence, which takes the lines it needs. */
  sentence?: boolean
  children: ReactNode
}

/** Status is a coloured dot with its word: the word alone says it too. */
export function Status({ tone, hollow, sentence, children }: Props) {
  return (
    <span className={clsx(classes.status, classes[tone], sentence && classes.sentence)}>
      <span className={clsx(classes.dot, hollow && classes.hollow)} aria-hidden="true" />
      {children}
    </span>
  )
}
