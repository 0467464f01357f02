import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** frame gives the editor the panel's own colours, in both schemes. */
export const frame = EditorView.theme({
  '&': { backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--ik-quiet-ground)',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--ik-line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--ik-hover) 60%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--mantine-color-pine-5) 35%, transparent)',
  },
  '.cm-panels': {
    backgroundColor: 'var(--ik-quiet-ground)',
    color: 'var(--mantine-color-text)',
    borderColor: 'var(--ik-line)',
  },
})

export const darkStyle = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: '#e0a878' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: '#a6cf9d' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: '#e7bd68' },
  { tag: [tags.comment, tags.meta], color: '#96a099', fontStyle: 'italic' },
  { tag: [tags.tagName, tags.typeName, tags.className], color: '#8fbeae' },
  { tag: [tags.attributeName, tags.propertyName], color: '#9cc3dd' },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: '#d9c9a3' },
  { tag: tags.heading, fontWeight: 'bold' },
  { tag: tags.link, textDecoration: 'underline' },
  { tag: tags.invalid, color: '#ee9d80' },
])
