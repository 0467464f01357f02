import { askable } from '../ui/ask'

/** What becomes of proving again who is here: the password is asked for by one dialog, whoever needs it. */

const asking = askable<true, boolean>(false)

export const useAskingForProof = asking.useAsking

let known: (() => Promise<unknown>) | null = null

/** knowing runs an act whose form holds the password already: where it has to be proved, that one is tried first. */
export async function knowing<T>(prove: () => Promise<unknown>, act: () => Promise<T>): Promise<T> {
  known = prove
  try {
    return await act()
  } finally {
    known = null
  }
}

/** prove tries the password that is known, and asks for one where that does not do. */
async function prove(): Promise<boolean> {
  const done = await known?.().then(
    () => true,
    () => false,
  )
  return done || asking.ask(true)
}

let asked: Promise<boolean> | null = null

/** askForProof asks for the password, and resolves to whether it was given. All who need it at once wait for the one answer. */
export function askForProof(): Promise<boolean> {
  asked ??= prove().finally(() => {
    asked = null
  })
  return asked
}

let done = 0
let underWay: Promise<unknown> | null = null

/** proofs counts how often the session has changed its cookie on this page. */
export const proofs = (): number => done

/** proving runs what changes the cookie of the session. */
export async function proving<T>(act: () => Promise<T>): Promise<T> {
  const act_ = act()
  underWay = act_.catch(() => {})
  try {
    const result = await act_
    done++
    return result
  } finally {
    underWay = null
  }
}

/** provedSince waits for a change of the cookie that is under way, and says whether there was one since the count. */
export async function provedSince(before: number): Promise<boolean> {
  await underWay
  return done !== before
}
