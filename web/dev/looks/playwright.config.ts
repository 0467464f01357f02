import { defineConfig } from '@playwright/test'

/**
 * The looks: every page of the built panel against a stand-in for the server, which answers what a page is to
 * show. `npm run build && npm run looks`; SHOTS=1 leaves pictures in dev/shots. The real server is e2e's matter.
 * The system's browser is used; CHROMIUM names another one.
 */
export default defineConfig({
  testDir: '.',
  outputDir: '../../e2e/.out/looks',
  fullyParallel: true,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: 'http://panel.test',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    },
  },
})
