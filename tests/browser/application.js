// An application that acts for people: its client at a house, the address it sends a browser to, and what it does with
// what it is told. It is no page of ours: where it is called back, the browser is answered here.

import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import assert from 'node:assert/strict'
import { press } from './browser.js'

/** What an operator's program asks of the management API. */
export function management(server, token) {
  return async (method, path, body) => {
    const answer = await fetch(`${server}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
    return text && JSON.parse(text)
  }
}

/** The management API of a demo. */
export const manage = (env) => management(env.TOLLGATE_SERVER, env.TOLLGATE_OPERATOR_TOKEN)

/** The account of a demo's firm. */
export async function firmOf(env) {
  return (await manage(env)('GET', `/clients/${env.TOLLGATE_CLIENT_ID}`)).account
}

/**
 * A client with a secret, as operators make it.
 *
 * @param {ReturnType<typeof management>} api
 * @param {object} wish as the management API has it
 * @param {Record<string, string[]>} grants scopes by API
 */
export async function register(api, wish, grants = {}) {
  const { id } = await api('POST', '/clients', { grant_types: ['authorization_code', 'refresh_token'], ...wish })
  for (const [name, scopes] of Object.entries(grants)) await api('PUT', `/clients/${id}/grants/${name}`, { scopes })
  const { client_secret: secret } = await api('POST', `/clients/${id}/secrets`, {})
  return { id, secret }
}

/** A verifier and its challenge (RFC 7636 §4.1, §4.2). */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** An address with these parameters; those that are undefined stay away. */
export function address(endpoint, parameters) {
  const said = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return `${endpoint}?${new URLSearchParams(said)}`
}

/**
 * Answers in the application's place at this address, and keeps what came. The browser's own protocol does it:
 * playwright's routes do not see where a redirect leads.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} uri without a query
 */
export async function calledBack(page, uri) {
  const came = []
  const wire = await page.context().newCDPSession(page)
  wire.on('Fetch.requestPaused', async ({ requestId, request }) => {
    const url = new URL(request.url)
    const told = new URLSearchParams(request.method === 'POST' ? request.postData : url.search)
    came.push({ method: request.method, url: request.url, told: Object.fromEntries(told) })
    const body = Buffer.from('<!doctype html><title>Application</title><h1>The application</h1>').toString('base64')
    const responseHeaders = [{ name: 'content-type', value: 'text/html' }]
    await wire.send('Fetch.fulfillRequest', { requestId, responseCode: 200, responseHeaders, body })
  })
  await wire.send('Fetch.enable', { patterns: [uri, `${uri}?*`].map((urlPattern) => ({ urlPattern })) })
  return {
    came,
    /** What the application was told, once the browser is there. */
    async last() {
      await page.getByRole('heading', { name: 'The application' }).waitFor()
      return came.at(-1).told
    },
  }
}

/** Signs in on the way. */
export async function signsIn(page, email, password) {
  await page.waitForURL(/\/flow\/[^/]+\/sign-in$/)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await press(page, 'Sign in')
}

/** Waits for the question, and answers it. */
export async function answers(page, button) {
  await page.waitForURL(/\/flow\/[^/]+\/consent$/)
  await press(page, button)
}

/** Asks the token endpoint: with Basic credentials, or with those that are in the form. */
export async function ask(endpoint, form, basic) {
  const headers = basic && { authorization: `Basic ${Buffer.from(`${basic.id}:${basic.secret}`).toString('base64')}` }
  const answer = await fetch(endpoint, { method: 'POST', headers, body: new URLSearchParams(form) })
  return { status: answer.status, body: await answer.json() }
}

/** The claims of a token whose signature is right. */
export async function verified(issuer, token) {
  const [head, body, signature] = token.split('.')
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url'))
  const { kid, alg } = read(head)
  assert.equal(alg, 'RS256')
  const { keys } = await (await fetch(new URL('/.well-known/jwks.json', issuer))).json()
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid), format: 'jwk' })
  assert.ok(verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')), 'the signature')
  return read(body)
}

/** Calls an API through the gateway: status and body. */
export async function call(url, token, more = {}) {
  const { headers, ...init } = more
  const answer = await fetch(url, { ...init, headers: { authorization: `Bearer ${token}`, ...headers } })
  const text = await answer.text()
  return { status: answer.status, body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text }
}
