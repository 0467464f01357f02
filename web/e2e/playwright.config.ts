import { defineConfig } from '@playwright/test'
import type { Settings, Storage } from './house/test'

/** The browser of the system is used: nothing is downloaded. Each worker runs a whole Innkeeper of its own. */
export default defineConfig<object, { settings: Settings; storage: Storage }>({
  testDir: '.',
  outputDir: '../test-results',
  fullyParallel: false,
  forbidOnly: true,
  workers: Number(process.env.E2E_WORKERS ?? 2),
  // What passes at the second try only is named, and not forgiven often: scripts/tally/report.go.
  retries: 1,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      // Going back must do here what it does for people.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    },
  },
  projects: [
    { name: 'story', testMatch: '*.story.ts' },
    { name: 'postgres', testMatch: ['first-visit.story.ts', 'idle.story.ts'], use: { storage: 'postgres' } },
  ],
})
