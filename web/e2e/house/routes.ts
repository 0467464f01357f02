import { readFileSync } from 'node:fs'

/** routes are the addresses that the panel knows, read where it declares them: one that is added is walked too. */
export function routes(): string[] {
  const source = readFileSync(new URL('../../src/router.tsx', import.meta.url), 'utf8')
  const paths = new Map<string, string>()
  for (const [, name = '', declared = ''] of source.matchAll(
    /const (\w+) = createRoute\(\{([\s\S]*?)\n\}\)/g,
  )) {
    const path = /\n {2}path: '([^']*)'/.exec(declared)?.[1]
    if (path === undefined) continue
    const parent = declared.includes('...ofAccount')
      ? 'account'
      : /getParentRoute: \(\) => (\w+)/.exec(declared)?.[1]
    const whole = `${paths.get(parent ?? '') ?? ''}/${path}`.replace(/\/{2,}/g, '/')
    paths.set(name, whole.length > 1 ? whole.replace(/\/$/, '') : whole)
  }
  return [...new Set(paths.values())]
}
