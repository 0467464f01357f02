import type { Page } from '@playwright/test'

/** giveDevice gives the page a device that holds passkeys and always knows its owner, as Chromium can play one. */
export async function giveDevice(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** byName is the address of this machine under which browsers use passkeys. */
export const byName = (url: string): string => url.replace('127.0.0.1', 'localhost')
