import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepDraft, typedSoFar, watchTyping } from './drafts'

let unwatch: () => void
beforeEach(() => {
  unwatch = watchTyping()
})
afterEach(() => {
  unwatch()
  document.body.innerHTML = ''
})

function type(selector: string, text: string): void {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(selector)
  if (!field) throw new Error(`no ${selector}`)
  field.value = text
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}

test('typedSoFar keeps what was typed, and nothing that is secret or was there before', () => {
  document.body.innerHTML = `
    <label for="a">Domain name *</label><input id="a">
    <textarea id="b" aria-label="Value"></textarea>
    <input id="c" type="password"><input id="d" type="search"><input id="e" value="was there before">
    <div data-no-draft><input id="f"></div>`
  type('#a', 'shop.example')
  type('#b', 'two\nlines')
  for (const hidden of ['#c', '#d', '#f']) type(hidden, 'not kept')
  expect(typedSoFar()).toEqual([
    { label: 'Domain name', text: 'shop.example' },
    { label: 'Value', text: 'two\nlines' },
  ])
})

test('typedSoFar leaves out what was emptied again', () => {
  document.body.innerHTML = '<input id="a">'
  type('#a', 'x')
  type('#a', '  ')
  expect(typedSoFar()).toEqual([])
})

test('an editor says itself what it holds, until it is gone', () => {
  const forget = keepDraft(() => ({ label: '/index.html', text: '<b>' }))
  expect(typedSoFar()).toEqual([{ label: '/index.html', text: '<b>' }])
  forget()
  expect(typedSoFar()).toEqual([])
})
