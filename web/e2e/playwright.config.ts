import { defineConfig } from '@playwright/test'
import type { Settings, Storage } from './house/test'

/**
 * What the browser does without. Each of its windows, so each page here, fills the list under its address bar by two
 * pages of its own, which no test sees: a fifth of all the work. The rest is what Playwright switches off, said again
 * because of two such lists Chromium reads the last one.
 */
const without = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

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
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--no-first-run',
        `--disable-features=${without.join()}`,
      ],
    },
  },
  projects: [
    { name: 'story', testMatch: '*.story.ts' },
    { name: 'postgres', testMatch: ['first-visit.story.ts', 'idle.story.ts'], use: { storage: 'postgres' } },
  ],
})
