import { allowed } from '../api/permission'
import { isProblem } from '../api/problem'
import { useSession } from '../api/session'
import { askable } from '../ui/ask'

const asking = askable<true, boolean>(false)

/** askForChanges offers *Make changes* and resolves to whether the visit may change things now. */
export const askForChanges = () => asking.ask(true)

export const useAskingForChanges = asking.useAsking

/** withChanges runs a write; where the visit only looks it offers *Make changes* and then tries again. */
export async function withChanges<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (isProblem(error, 'read-only-visit') && (await askForChanges())) return write()
    throw error
  }
}

/**
 * useAct returns a function that runs what a button does. In a visit that only looks the button stands
 * as the customer has it; using it offers *Make changes* first.
 */
export function useAct(): (permission: string, act: () => void) => void {
  const session = useSession()
  return (permission, act) => {
    if (allowed(session, permission) !== 'in-change-mode') return act()
    void askForChanges().then((changed) => changed && act())
  }
}
