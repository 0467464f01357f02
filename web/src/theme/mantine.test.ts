import { expect, test } from 'vitest'

const sources: Record<string, string> = import.meta.glob(['../**/*.{ts,tsx}', '!../**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const styles = Object.keys(
  import.meta.glob('../../node_modules/@mantine/core/styles/*.css', { query: '?url' }),
)

/** named are the parts that a source takes from Mantine. */
const named = (source: string) =>
  [...source.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim().split(' ')[0] ?? ''),
  )

test('every part of Mantine that the panel uses has its style', () => {
  const all = Object.values(sources).join('\n')
  const styled = new Set(styles.map((path) => /(\w+)\.css$/.exec(path)?.[1]))
  const used = new Set(Object.values(sources).flatMap(named))
  expect(used.size).toBeGreaterThan(30)
  const bare = [...used].filter((name) => styled.has(name) && !all.includes(`styles/${name}.css'`))
  expect(bare).toEqual([])
})
