import type { ReactNode } from 'react'
import { askable } from './ask'

export interface Question {
  title: string
  /** What will happen, naming the object. */
  text: ReactNode
  act: string
  /** For containers: the name that must be typed. */
  typeName?: string
  risky?: boolean
}

const asking = askable<Question, boolean>(false)

/** confirm asks before something that matters and resolves to whether to go on. */
export const confirm = asking.ask

export const useConfirming = asking.useAsking
