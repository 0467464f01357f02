/** A table's state is its address: every search parameter is a plain word, never JSON. */
export type Words<Name extends string> = Partial<Record<Name, string>>

/** words makes a validator that keeps the named search parameters and drops the rest. */
export function words<const Name extends string>(...names: Name[]) {
  return (raw: Record<string, unknown>): Words<Name> => {
    const kept: Words<Name> = {}
    for (const name of names) {
      const value = raw[name]
      if (typeof value === 'string' && value !== '') kept[name] = value
    }
    return kept
  }
}

export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const said = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') said.set(name, String(value))
  }
  const text = said.toString()
  return text ? `?${text}` : ''
}
