import type { LanguageSupport } from '@codemirror/language'

const languages: [RegExp, () => Promise<LanguageSupport>][] = [
  [/\.(?:php|phtml)$/i, () => import('@codemirror/lang-php').then(({ php }) => php())],
  [/\.(?:html?|vue|twig|tpl)$/i, () => import('@codemirror/lang-html').then(({ html }) => html())],
  [/\.css$/i, () => import('@codemirror/lang-css').then(({ css }) => css())],
  [/\.json$/i, () => import('@codemirror/lang-json').then(({ json }) => json())],
  [/\.md$/i, () => import('@codemirror/lang-markdown').then(({ markdown }) => markdown())],
  [/\.(?:xml|svg)$/i, () => import('@codemirror/lang-xml').then(({ xml }) => xml())],
  [
    /\.(?:m?js|jsx|ts|tsx)$/i,
    () =>
      import('@codemirror/lang-javascript').then(({ javascript }) =>
        javascript({ jsx: true, typescript: true }),
      ),
  ],
]

/** languageOf loads what colours a file of that name, or nothing. */
export async function languageOf(name: string): Promise<LanguageSupport | null> {
  const found = languages.find(([pattern]) => pattern.test(name))
  return found ? found[1]() : null
}
