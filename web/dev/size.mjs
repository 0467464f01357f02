// Says what a browser loads first, compressed: `npm run build && npm run size`.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
const pages = {
  'sign-in': ['src/pages/session/SignIn.tsx'],
  dashboard: ['src/layout/Frame.tsx', 'src/pages/dashboard/Dashboard.tsx'],
  accounts: ['src/layout/Frame.tsx', 'src/pages/accounts/Accounts.tsx'],
  'file editor': ['src/layout/Frame.tsx', 'src/pages/files/Files.tsx', 'src/pages/files/Editor.tsx'],
}
// What somebody may open first; the other pages come after it.
const first = ['sign-in', 'dashboard']
const budget = 200 * 1024

const gzip = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length

function closure(names) {
  const seen = new Set()
  const walk = (name) => {
    if (seen.has(name) || !manifest[name]) return
    seen.add(name)
    for (const each of manifest[name].imports ?? []) walk(each)
  }
  for (const name of ['index.html', ...names]) walk(name)
  return [...seen].map((name) => manifest[name])
}

let over = false
for (const [page, names] of Object.entries(pages)) {
  const chunks = closure(names)
  const js = chunks.map((chunk) => chunk.file).filter((file) => file.endsWith('.js'))
  const css = [...new Set(chunks.flatMap((chunk) => chunk.css ?? []))]
  const sum = (files) => files.reduce((total, file) => total + gzip(file), 0)
  const size = sum(js)
  if (first.includes(page) && size > budget) over = true
  console.log(
    `${page.padEnd(12)} ${(size / 1024).toFixed(0).padStart(4)} KB JS in ${js.length} files, ${(sum(css) / 1024).toFixed(0)} KB CSS`,
  )
  if (process.argv.includes('-v'))
    for (const file of js) console.log(`   ${(gzip(file) / 1024).toFixed(1).padStart(6)} ${file}`)
}
if (over) {
  console.error(`A first page is over the budget of ${budget / 1024} KB.`)
  process.exit(1)
}
