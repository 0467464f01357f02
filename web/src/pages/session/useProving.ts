import { useState } from 'react'
import { type Problem, problemOf } from '../../api/problem'

export type Way = 'password' | 'passkey'

interface Options<T> {
  /** What follows when somebody has shown who they are. */
  done: (proved: T) => void
  /** The words for an answer that is none of these two: a code is needed, it was not right. */
  say: (error: unknown) => string
  /** What begins again when the password was refused. */
  again: () => void
}

/**
 * useProving goes with somebody who shows who they are, by password or passkey: it asks for a code once the server
 * wants one, and remembers what else would do, what was refused and what is under way.
 */
export function useProving<T>({ done, say, again }: Options<T>) {
  const [code, setCode] = useState<string | null>(null)
  const [methods, setMethods] = useState<string[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState<Way | null>(null)
  const refuse = (error: unknown) => {
    const answer = problemOf(error)
    setProblem(answer.code === 'code-required' ? null : say(error))
    if (answer.code === 'code-required') setMethods(methodsOf(answer))
    if (answer.code === 'code-required' || answer.code === 'code-wrong') setCode('')
    else if (!answer.code.startsWith('passkey-')) again()
  }
  const tryIt = async (way: Way, prove: () => Promise<T>) => {
    setBusy(way)
    setProblem(null)
    try {
      done(await prove())
    } catch (error) {
      setBusy(null)
      refuse(error)
    }
  }
  return { code, setCode, methods, problem, setProblem, busy, tryIt }
}

/** methodsOf is what may stand for the code, where an answer asks for one. */
function methodsOf({ more }: Pick<Problem, 'more'>): string[] {
  return Array.isArray(more.methods) ? more.methods.map(String) : ['totp', 'recovery']
}
