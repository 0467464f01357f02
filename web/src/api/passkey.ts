import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, ok } from './client'
import { ApiError, noAnswer } from './problem'
import { proving } from './proof'
import { keepSession } from './signing'
import type { PasskeyRequest, PasskeySupport, SessionInfo } from './types'

/** What a device is asked for and what it answers, between the API, where all is text, and the browser. */

export const passkeySupportQuery = queryOptions({
  queryKey: ['passkey-support'],
  queryFn: () => ok(api.GET('/session/passkey')),
  staleTime: Number.POSITIVE_INFINITY,
})

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: () => ok(api.GET('/me/passkeys')),
})

/** Usability is whether passkeys can be used on this page, or why not. */
export type Usability = 'yes' | 'elsewhere' | 'browser' | Exclude<PasskeySupport['reason'], ''>

export function usability(support: PasskeySupport, here: string, able: boolean): Usability {
  if (support.reason) return support.reason
  if (support.origin !== here) return 'elsewhere'
  return able ? 'yes' : 'browser'
}

/** onThisPage is the usability here and now. */
export const onThisPage = (support: PasskeySupport): Usability =>
  usability(support, window.location.origin, 'PublicKeyCredential' in window)

/** usePasskeysHere says whether passkeys can be used on this page; undefined while that is not known. */
export function usePasskeysHere(): boolean | undefined {
  const support = useQuery(passkeySupportQuery)
  if (support.isPending) return undefined
  return support.data !== undefined && onThisPage(support.data) === 'yes'
}

/** addPasskey has a device make a passkey, and keeps it under the name. With the first come recovery codes. */
export async function addPasskey(name: string): Promise<string[]> {
  const asked = await ok(api.POST('/me/passkeys/challenge'))
  const made = await byDevice(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(asked.challenge),
        rp: { id: asked.relying_party_id, name: asked.relying_party_name },
        user: { id: bytesOf(asked.user_id), name: asked.user_name, displayName: asked.user_display_name },
        pubKeyCredParams: asked.algorithms.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: asked.exclude.map(descriptorOf),
        authenticatorSelection: {
          residentKey: 'required',
          requireResidentKey: true,
          userVerification: 'required',
        },
        attestation: 'none',
      },
    }),
  )
  const response = made.response as AuthenticatorAttestationResponse
  const body = {
    name,
    credential_id: textOf(made.rawId),
    client_data: textOf(response.clientDataJSON),
    attestation: textOf(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  }
  return (await ok(api.POST('/me/passkeys', { body }))).recovery_codes
}

/** signInWithPasskey opens a session: by a passkey alone, or by one besides the password that is known. */
export async function signInWithPasskey(known?: { login: string; password: string }): Promise<SessionInfo> {
  const asked = await ok(api.POST('/session/passkey/challenge', { body: known ?? {} }))
  return keepSession(await ok(api.POST('/session/passkey', { body: await assertion(asked) })))
}

/** stepUpWithPasskey proves again who is here. The session goes on under a new cookie. */
export async function stepUpWithPasskey(): Promise<void> {
  const passkey = await assertion(await ok(api.POST('/session/step-up/challenge')))
  await proving(async () => keepSession(await ok(api.POST('/session/step-up', { body: { passkey } }))))
}

async function assertion(asked: PasskeyRequest) {
  const used = await byDevice(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytesOf(asked.challenge),
        rpId: asked.relying_party_id,
        userVerification: asked.user_verification,
        allowCredentials: (asked.allow ?? []).map(descriptorOf),
      },
    }),
  )
  const response = used.response as AuthenticatorAssertionResponse
  return {
    credential_id: textOf(used.rawId),
    client_data: textOf(response.clientDataJSON),
    authenticator_data: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    user_handle: response.userHandle ? textOf(response.userHandle) : undefined,
  }
}

/** byDevice asks a device, and says in our words why it gave no answer. */
async function byDevice(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask()
    if (credential) return credential as PublicKeyCredential
  } catch (error) {
    const known = error instanceof DOMException && error.name === 'InvalidStateError'
    if (known) throw new ApiError({ ...noAnswer(), code: 'passkey-exists' })
  }
  throw new ApiError({ ...noAnswer(), code: 'passkey-no-answer' })
}

function descriptorOf({ credential_id, transports }: { credential_id: string; transports: string[] | null }) {
  return {
    type: 'public-key' as const,
    id: bytesOf(credential_id),
    transports: (transports ?? []) as AuthenticatorTransport[],
  }
}

/** bytesOf reads base64url, in which the API carries bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

/** textOf is the reverse of bytesOf. */
export function textOf(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes))
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
