import { afterEach, expect, test } from 'vitest'
import type { SessionVisit } from '../api/types'
import { ensureBanner, writeBanner } from './bannerDom'

const visit = {
  mode: 'look',
  reason: '<img src=x onerror=alert(1)> looking at the files',
  base_url: '/as/imp_1',
  actor: { name: 'Anna <b>' },
  subject: { name: 'Blue Door' },
} as unknown as SessionVisit

afterEach(() => {
  document.body.innerHTML = ''
})

test('ensureBanner takes the banner that the server rendered', () => {
  document.body.innerHTML = '<aside id="ik-banner">mine</aside><div id="root"></div>'
  expect(ensureBanner(visit, 'token').textContent).toBe('mine')
  expect(document.querySelectorAll('#ik-banner')).toHaveLength(1)
})

test('ensureBanner builds the same banner where there is none, its texts inert, its way out a plain form', () => {
  document.body.innerHTML = '<div id="root"></div>'
  const banner = ensureBanner(visit, 'token')
  expect(document.body.firstElementChild).toBe(banner)
  expect(banner.querySelector('img, b')).toBeNull()
  expect(banner.textContent).toContain('You (Anna <b>) are in Blue Door’s account')
  const isolated = [...banner.querySelectorAll('bdi')].map((node) => node.textContent)
  expect(isolated).toEqual(['Anna <b>', 'Blue Door', visit.reason])
  const leave = banner.querySelector<HTMLFormElement>('#ik-banner-leave')
  expect(leave?.getAttribute('method')).toBe('post')
  expect(leave?.getAttribute('action')).toBe('/as/imp_1/stop')
  expect(new FormData(leave ?? undefined).get('csrf_token')).toBe('token')
  expect(leave?.querySelector('button')?.type).toBe('submit')
})

test('writeBanner brings mode and time up to date', () => {
  document.body.innerHTML = '<div id="root"></div>'
  const banner = ensureBanner(visit, 'token')
  writeBanner(banner, visit, 720)
  expect(banner.dataset.mode).toBe('look')
  expect(document.getElementById('ik-banner-mode')?.textContent).toBe('View only')
  expect(document.getElementById('ik-banner-left')?.textContent).toBe('12 min left')
  writeBanner(banner, { ...visit, mode: 'change' }, 42)
  expect(banner.dataset.mode).toBe('change')
  expect(document.getElementById('ik-banner-mode')?.textContent).toBe('Making changes')
  expect(document.getElementById('ik-banner-left')?.textContent).toBe('42 s left')
})
