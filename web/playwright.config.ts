import { defineConfig } from '@playwright/test'

/** The browser of the system is used: nothing is downloaded. CHROMIUM names another one. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/.out',
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
