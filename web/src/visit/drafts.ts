/** Draft is something a person typed and has not saved. */
export interface Draft {
  label: string
  text: string
}

/** Editors whose text is not in a form field say here what they hold. */
const editors = new Map<object, () => Draft | null>()

/** keepDraft registers an editor's text until the returned function is called. */
export function keepDraft(read: () => Draft | null): () => void {
  const key = {}
  editors.set(key, read)
  return () => {
    editors.delete(key)
  }
}

/** What the person typed into: a field that was filled for him is no loss. */
const touched = new WeakSet<EventTarget>()

/** watchTyping notes which fields are typed into until the returned function is called. */
export function watchTyping(): () => void {
  const note = (event: Event) => {
    if (event.target) touched.add(event.target)
  }
  document.addEventListener('input', note, true)
  return () => document.removeEventListener('input', note, true)
}

const never = new Set(['password', 'hidden', 'checkbox', 'radio', 'file', 'submit', 'button', 'search'])

/** typedSoFar gathers what stands in the page's fields and editors, except secrets and searches. */
export function typedSoFar(root: ParentNode = document): Draft[] {
  const drafts: Draft[] = []
  for (const field of root.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')) {
    if (never.has(field.type) || field.readOnly || field.closest('[data-no-draft], .cm-editor')) continue
    if (field.value.trim() === '' || !touched.has(field)) continue
    drafts.push({ label: labelOf(field), text: field.value })
  }
  for (const read of editors.values()) {
    const draft = read()
    if (draft) drafts.push(draft)
  }
  return drafts
}

function labelOf(field: HTMLInputElement | HTMLTextAreaElement): string {
  const label = field.labels?.[0]?.textContent ?? field.getAttribute('aria-label') ?? field.placeholder
  return label.replace(/\s*\*\s*$/, '').trim()
}
