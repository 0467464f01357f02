import i18next, { type TFunction } from 'i18next'
import { useSyncExternalStore } from 'react'

/** A tree of texts; a text that counts has the forms name_one and name_other. */
type Texts = { readonly [name: string]: string | Texts }

type Counted<Name extends string> = Name extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Name

/** Key is every path to a text in a tree: "create.title". */
export type Key<T> = {
  [Name in keyof T & string]: T[Name] extends string ? Counted<Name> : `${Name}.${Key<T[Name]>}`
}[keyof T & string]

export type Values = Record<string, string | number | null | undefined>

/** Translate gives the text of a key, with {{values}} put in. */
export type Translate<T> = (key: Key<T>, values?: Values) => string

void i18next.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: {},
  interpolation: { escapeValue: false }, // React escapes; escaping twice would show &amp; to people
  initAsync: false,
})

/** language is what the texts are written in. */
export function language(): string {
  return i18next.resolvedLanguage ?? 'en'
}

/** locale is what dates and numbers are written in: the person's own kind of the language, where there is one. */
export function locale(): string {
  const own = typeof navigator === 'undefined' ? [] : navigator.languages
  return own.find((each) => each.split('-')[0] === language()) ?? language()
}

/** texts registers a room's English texts and returns them as a function and as a hook that follows the language. */
export function texts<const T extends Texts>(room: string, english: T) {
  i18next.addResourceBundle('en', room, english)
  const translators = new Map<string, Translate<T>>()
  const current = (): Translate<T> => {
    const known = translators.get(language())
    if (known) return known
    const fixed: TFunction = i18next.getFixedT(null, room)
    const translate: Translate<T> = (key, values) => fixed(key as never, values as never) as unknown as string
    translators.set(language(), translate)
    return translate
  }
  return { t: current, useT: () => useSyncExternalStore(subscribe, current, current) }
}

function subscribe(listener: () => void): () => void {
  i18next.on('languageChanged', listener)
  return () => i18next.off('languageChanged', listener)
}

/** maybe returns the text of a key that only running code knows, such as a code the server sent, or null. */
export function maybe(room: string, key: string, values?: Values): string | null {
  return i18next.exists(`${room}:${key}`, values as never)
    ? String(i18next.t(`${room}:${key}`, values as never))
    : null
}
