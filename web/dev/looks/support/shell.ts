import { readFileSync } from 'node:fs'
import type { Visit } from '../../../src/api/types'

interface Chunk {
  file: string
  css?: string[]
  imports?: string[]
}

/** renderShell writes the page as the server does, banner and policy included: README.md says how it looks. */
export function renderShell(inside: Visit | null): { html: string; policy: string } {
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
  const nonce = Math.random().toString(36).slice(2)
  const base = inside ? inside.base_url : ''
  const styles: string[] = []
  const preloads: string[] = []
  const collect = (name: string) => {
    const chunk = manifest[name]
    for (const each of chunk?.imports ?? []) {
      const file = manifest[each]?.file ?? ''
      if (preloads.includes(file)) continue
      preloads.push(file)
      collect(each)
    }
    styles.push(...(chunk?.css ?? []))
  }
  collect('index.html')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Innkeeper</title>${inside ? '<link rel="stylesheet" href="/banner.css">' : ''}
${[...new Set(styles)].map((file) => `<link rel="stylesheet" href="/${file}" nonce="${nonce}">`).join('')}
${preloads.map((file) => `<link rel="modulepreload" href="/${file}" nonce="${nonce}">`).join('')}
<script type="module" src="/${manifest['index.html']?.file}" nonce="${nonce}"></script></head>
<body>${inside ? banner(inside) : ''}<div id="root" data-base="${base}" data-nonce="${nonce}"></div></body></html>`
  const connect = inside ? `http://panel.test${base}/` : "'self'"
  const policy = `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src ${connect}; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'`
  return { html, policy }
}

function banner(visit: Visit): string {
  const mode = visit.mode === 'change' ? 'Making changes' : 'View only'
  return `<aside id="ik-banner" class="ik-banner" aria-label="Support visit" data-mode="${visit.mode}" data-remaining-seconds="3060" data-idle-seconds="900">
<p class="ik-banner-text"><strong class="ik-banner-who">You (Ada Brenner) are in ${visit.subject.name}'s account</strong>
<span class="ik-banner-facts"><span id="ik-banner-mode" class="ik-banner-mode">${mode}</span>
<span class="ik-banner-reason">${visit.reason}</span><span id="ik-banner-left" class="ik-banner-left">51 min left</span></span></p>
<div class="ik-banner-acts"><span id="ik-banner-more"></span>
<form id="ik-banner-leave" class="ik-banner-leave" method="post" action="${visit.base_url}/stop"><input type="hidden" name="csrf_token" value="csrf-for-tests"><button type="submit">Leave account</button></form></div></aside>`
}
