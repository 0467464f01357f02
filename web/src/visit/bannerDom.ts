import type { SessionVisit } from '../api/types'
import { timeLeft } from '../i18n/format'
import { visitTexts } from './texts'

// Where the names stand in the sentence: characters that stand for nothing else.
const actorMark = '\ue000'
const subjectMark = '\ue001'

/**
 * ensureBanner returns the banner the server rendered. Where there is none, which is a defect, it builds
 * the same one: a visit without a banner must not be possible.
 */
export function ensureBanner(visit: SessionVisit, csrfToken: string): HTMLElement {
  const rendered = document.getElementById('ik-banner')
  if (rendered) return rendered
  const t = visitTexts.t()
  const banner = element('aside', { id: 'ik-banner', class: 'ik-banner', 'aria-label': t('banner.label') })
  const words = element('p', { class: 'ik-banner-text' })
  const who = element('strong', { class: 'ik-banner-who' })
  who.append(
    ...t('banner.who', { actor: actorMark, subject: subjectMark })
      .split(/([\ue000\ue001])/)
      .map((part) => {
        if (part === actorMark) return isolated(visit.actor.name)
        return part === subjectMark ? isolated(visit.subject.name) : part
      }),
  )
  const facts = element('span', { class: 'ik-banner-facts' })
  const reason = element('span', { class: 'ik-banner-reason' })
  reason.append(isolated(visit.reason))
  facts.append(
    element('span', { id: 'ik-banner-mode', class: 'ik-banner-mode' }),
    reason,
    element('span', { id: 'ik-banner-left', class: 'ik-banner-left' }),
  )
  words.append(who, facts)
  const leave = element('form', {
    id: 'ik-banner-leave',
    class: 'ik-banner-leave',
    method: 'post',
    action: `${visit.base_url}/stop`,
  })
  const button = element('button', { type: 'submit' })
  button.textContent = t('banner.leave')
  leave.append(element('input', { type: 'hidden', name: 'csrf_token', value: csrfToken }), button)
  const acts = element('div', { class: 'ik-banner-acts' })
  acts.append(element('span', { id: 'ik-banner-more' }), leave)
  banner.append(words, acts)
  document.body.prepend(banner)
  return banner
}

/** writeBanner brings mode and time up to date. Only what differs is touched: a changed node is read out again. */
export function writeBanner(banner: HTMLElement, visit: SessionVisit, secondsLeft: number): void {
  const t = visitTexts.t()
  if (banner.dataset.mode !== visit.mode) banner.dataset.mode = visit.mode
  setText('ik-banner-mode', visit.mode === 'change' ? t('mode.change') : t('mode.look'))
  setText('ik-banner-left', timeLeft(secondsLeft))
}

function setText(id: string, text: string): void {
  const node = document.getElementById(id)
  if (node && node.textContent !== text) node.textContent = text
}

/** isolated keeps what somebody else wrote to itself: letters of another direction turn nothing around it. */
function isolated(text: string): HTMLElement {
  const node = element('bdi', {})
  node.textContent = text
  return node
}

function element(name: string, attributes: Record<string, string>): HTMLElement {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  return node
}

/** followHeight tells the style sheet how tall the banner is, so that fixed things start below it. */
export function followHeight(banner: HTMLElement): () => void {
  const write = () =>
    document.documentElement.style.setProperty(
      '--ik-banner-height',
      `${banner.getBoundingClientRect().height}px`,
    )
  write()
  if (typeof ResizeObserver === 'undefined') return () => {}
  const observer = new ResizeObserver(write)
  observer.observe(banner)
  return () => observer.disconnect()
}
