import { describe, expect, it } from 'vitest'
import { bytesOf, textOf, usability } from './passkey'

describe('bytes in the API', () => {
  it.each([[[]], [[0]], [[255, 254]], [[0xfb, 0xff, 0xbf, 0, 1]], [[62, 63, 64, 65, 66, 67]]])(
    'come back as they were: %j',
    (bytes) => {
      const text = textOf(Uint8Array.from(bytes).buffer)
      expect(text).toMatch(/^[\w-]*$/)
      expect([...bytesOf(text)]).toEqual(bytes)
    },
  )
})

describe('usability', () => {
  const here = 'https://panel.example.com'
  const available = { available: true, origin: here, reason: '' as const }
  it('is yes where page, panel and browser agree', () => {
    expect(usability(available, here, true)).toBe('yes')
  })
  it('says why not otherwise', () => {
    expect(usability(available, 'https://192.0.2.7', true)).toBe('elsewhere')
    expect(usability(available, here, false)).toBe('browser')
    expect(usability({ available: false, origin: '', reason: 'ip-address' }, here, true)).toBe('ip-address')
  })
})
