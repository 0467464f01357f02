import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import {
  bracketMatching,
  defaultHighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { useComputedColorScheme } from '@mantine/core'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { nonce } from '../../boot'
import { darkStyle, frame } from './codeTheme'
import classes from './Files.module.css'
import { languageOf } from './languages'

export interface CodeTextHandle {
  text: () => string
}

interface Props {
  ref: Ref<CodeTextHandle>
  name: string
  label: string
  text: string
  readOnly: boolean
  onEdit: () => void
  onSave: () => void
}

/** CodeText is a text area for code. Its text is its own: React only hands over the first one. */
export function CodeText({ ref, name, label, text, readOnly, onEdit, onSave }: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const locked = useRef(new Compartment())
  const colours = useRef(new Compartment())
  const saves = useRef(onSave)
  saves.current = onSave
  const dark = useComputedColorScheme('light') === 'dark'
  useImperativeHandle(ref, () => ({ text: () => view.current?.state.doc.toString() ?? text }), [text])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what changes later is reconfigured below, without losing the text
  useEffect(() => {
    if (!holder.current) return
    const language = new Compartment()
    const save = () => {
      saves.current()
      return true
    }
    const created = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          search({ top: true }),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: save },
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => update.docChanged && onEdit()),
          typeOver,
          frame,
          language.of([]),
          locked.current.of(lockedBy(readOnly)),
          colours.current.of(coloured(dark)),
        ],
      }),
    })
    view.current = created
    void languageOf(name).then(
      (support) => support && created.dispatch({ effects: language.reconfigure(support) }),
    )
    return () => created.destroy()
  }, [text, name])

  useEffect(() => {
    view.current?.dispatch({ effects: locked.current.reconfigure(lockedBy(readOnly)) })
  }, [readOnly])
  useEffect(() => {
    view.current?.dispatch({ effects: colours.current.reconfigure(coloured(dark)) })
  }, [dark])

  return <div ref={holder} className={classes.text} />
}

/**
 * Left to the browser, typing over a selection copies the colours of what was selected as an inline style,
 * which the policy of the page refuses. So the editor itself puts the new text there.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { inputType, data, isComposing } = event
    const over = view.state.selection.ranges.some((range) => !range.empty)
    if (inputType !== 'insertText' || data === null || isComposing || !over || view.state.readOnly)
      return false
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})

function lockedBy(readOnly: boolean) {
  // What cannot be edited takes no focus by itself, and without focus the keyboard cannot scroll it.
  const reached = readOnly ? EditorView.contentAttributes.of({ tabindex: '0' }) : []
  return [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly), reached]
}

function coloured(dark: boolean) {
  return [EditorView.theme({}, { dark }), syntaxHighlighting(dark ? darkStyle : defaultHighlightStyle)]
}
