// Opaque access tokens of another authorization server, npm oidc-provider: a gateway asks its introspection endpoint
// (RFC 7662), and oauth4webapi finds by the gateway's own words (RFC 9728) whose tokens open it.

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { freePorts } from './demo.js'
import { serve } from './serve.js'

const DOCS = 'https://api.example/docs'
const OTHER = 'https://api.example/other'
const GATE = { client_id: 'gate', client_secret: 'a secret, with / and + and %20 in it' }
const CALLER = { client_id: 'caller', client_secret: 'known to the caller alone' }
const insecure = { [oauth.allowInsecureRequests]: true }
/** For how many seconds an answer is believed. */
const REMEMBERED = 1

describe('opaque tokens of oidc-provider', () => {
  let elsewhere, api, house, gateway, folder, key
  let asked = 0

  before(async () => {
    elsewhere = await listening()
    elsewhere.answers(await provider(elsewhere.origin, (request) => (asked += request.url.endsWith('/introspection'))))
    api = await listening()
    api.answers((request, response) => response.end(JSON.stringify(request.headers)))
    folder = mkdtempSync(join(tmpdir(), 'tollgate-opaque-'))
    const secret = (name, text) => {
      const file = join(folder, name)
      writeFileSync(file, text)
      chmodSync(file, 0o600)
      return file
    }
    key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const [port] = await freePorts(1)
    gateway = `http://localhost:${port}`
    house = await serve(`
[gateway]
listen = "127.0.0.1:${port}"
public_url = "${gateway}"
assertion_key = "${secret('key.pem', key.privateKey.export({ type: 'pkcs8', format: 'pem' }))}"
[gateway.introspection]
url = "${elsewhere.origin}/token/introspection"
client_id = "${GATE.client_id}"
client_secret_file = "${secret('secret', GATE.client_secret)}"
issuer = "${elsewhere.origin}"
account = "firm"
remembered = ${REMEMBERED}
[upstream.api]
targets = ["${api.origin}"]
[[route]]
id = "read"
methods = ["GET"]
path = "/docs/{rest...}"
api = "docs"
scopes = ["read"]
opaque = true
upstream = "api"
[[route]]
id = "state"
path = "/stated/{rest...}"
api = "docs"
scopes = ["read"]
opaque = true
upstream = "api"
assertion = { audience = "${OTHER}" }
`)
  })
  after(async () => {
    await house?.stop()
    for (const one of [elsewhere, api]) await one?.stop()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const server = async () => {
    const issuer = new URL(elsewhere.origin)
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  }
  const client = { client_id: CALLER.client_id }
  const auth = oauth.ClientSecretBasic(CALLER.client_secret)
  const buys = async (resource, scope) => {
    const as = await server()
    const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, { resource, scope }, insecure)
    const { access_token } = await oauth.processClientCredentialsResponse(as, client, answer)
    assert.ok(!access_token.includes('.'), 'it says nothing by itself')
    return access_token
  }
  const calls = (token, path = '/docs/1') => fetch(gateway + path, { headers: { authorization: `Bearer ${token}` } })
  const refused = async (answer, status, code, challenge) => {
    assert.equal(answer.status, status)
    assert.equal((await answer.json()).code, code)
    assert.match(answer.headers.get('www-authenticate'), challenge)
  }

  // RFC 7662: allowed, and the API learns for whom; the token itself does not go on.
  test('a_token_for_this_api_passes_and_the_api_learns_for_whom', async () => {
    const before = asked
    const token = await buys(DOCS, 'read write')
    const answer = await calls(token)
    assert.equal(answer.status, 200)
    const seen = await answer.json()
    assert.equal(seen['tollgate-client'], CALLER.client_id)
    assert.equal(seen['tollgate-scopes'], 'read write')
    assert.equal(seen['tollgate-account'], 'acc_of_caller')
    assert.ok(!('authorization' in seen))
    assert.equal(asked, before + 1)
  })

  // RS3: the same server issues tokens for other APIs, and with fewer scopes.
  test('a_token_for_another_api_or_without_the_scope_does_not_pass', async () => {
    await refused(await calls(await buys(OTHER, 'read')), 401, 'token_audience', /error="invalid_token"/)
    await refused(await calls(await buys(DOCS, 'write')), 403, 'scope_insufficient', /scope="read"/)
    await refused(await calls('made-up'), 401, 'token_inactive', /error="invalid_token"/)
  })

  // RS11: revoked there, refused here once the last answer is no longer believed.
  test('a_revoked_token_is_refused_after_what_is_remembered', async () => {
    const token = await buys(DOCS, 'read')
    assert.equal((await calls(token)).status, 200)
    const as = await server()
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, insecure))
    const before = asked
    let answer
    // The gateway itself is what is awaited: it goes on for at most as long as it remembers.
    do answer = await calls(token)
    while (answer.status === 200)
    await refused(answer, 401, 'token_inactive', /error="invalid_token"/)
    assert.equal(asked, before + 1, 'it asked once more, and not before')
  })

  // In place of the token the server behind gets a statement that jose verifies, by the key that the gateway was given.
  test('a_server_behind_verifies_who_asks', async () => {
    const seen = await (await calls(await buys(DOCS, 'read'), '/stated/1')).json()
    assert.ok(!('authorization' in seen))
    const keys = createRemoteJWKSet(new URL(`${gateway}/.well-known/tollgate-gateway-jwks.json`))
    const { x, y } = key.publicKey.export({ format: 'jwk' })
    const published = await (await fetch(`${gateway}/.well-known/tollgate-gateway-jwks.json`)).json()
    assert.deepEqual(published.keys.map((one) => [one.x, one.y]), [[x, y]])
    const expected = { issuer: gateway, audience: OTHER, typ: 'tg-assertion+jwt', algorithms: ['ES256'] }
    const { payload } = await jwtVerify(seen['tollgate-assertion'], keys, expected)
    assert.equal(payload.client_id, CALLER.client_id)
    assert.equal(payload.account, 'acc_of_caller')
    assert.ok(payload.exp - payload.iat <= 60)
    await assert.rejects(jwtVerify(seen['tollgate-assertion'], keys, { ...expected, audience: DOCS }))
  })

  // RFC 9728: from a refusal to the servers whose tokens open the address, with a client that checks each step.
  test('a_refused_call_leads_to_whoever_issues_tokens', async () => {
    const address = new URL(`${gateway}/docs/1`)
    const refusal = await oauth
      .protectedResourceRequest('made-up', 'GET', address, undefined, undefined, insecure)
      .catch((error) => error)
    const [challenge] = refusal.cause
    assert.equal(challenge.scheme, 'bearer')
    const pointed = new URL(challenge.parameters.resource_metadata)
    assert.equal(pointed.href, `${gateway}/.well-known/oauth-protected-resource/docs/1`)
    const found = await oauth.resourceDiscoveryRequest(address, insecure)
    assert.equal(found.url, pointed.href)
    const said = await oauth.processResourceDiscoveryResponse(address, found)
    assert.deepEqual(said.authorization_servers, [house.issuer, elsewhere.origin])
    assert.deepEqual(said.scopes_supported, ['read'])
    assert.deepEqual(said.bearer_methods_supported, ['header'])
    assert.equal(said.resource_name, 'Documents')
  })

  // RS10: without its server nothing new passes.
  test('without_an_answer_nothing_passes', async () => {
    const token = await buys(DOCS, 'read')
    elsewhere.answers((request, response) => response.writeHead(500).end('{"active": true}'))
    const answer = await calls(token)
    assert.equal(answer.status, 503)
    assert.equal((await answer.json()).code, 'introspection_unreachable')
    assert.ok(answer.headers.has('retry-after'))
  })
})

/** A server on a free port, whose answers can be changed. */
async function listening() {
  let answer
  const server = createServer((request, response) => answer(request, response))
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    origin: `http://localhost:${server.address().port}`,
    answers: (how) => (answer = how),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** An authorization server with two APIs, whose tokens it keeps to itself. `sees` is told of each request. */
async function provider(issuer, sees) {
  const { info, warn } = console
  // It warns of its development mode, which is what a test is in.
  console.info = console.warn = () => {}
  try {
    const { default: Provider } = await import('oidc-provider')
    const machine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
    const made = new Provider(issuer, {
      clients: [
        { ...CALLER, ...machine, scope: 'read write' },
        { ...GATE, ...machine },
      ],
      scopes: ['read', 'write'],
      ttl: { ClientCredentials: 600 },
      extraTokenClaims: (context, token) => ({ firm: `acc_of_${token.clientId}` }),
      features: {
        clientCredentials: { enabled: true },
        introspection: { enabled: true, allowedPolicy: () => true },
        revocation: { enabled: true, allowedPolicy: () => true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (context, audience) => ({ audience, scope: 'read write', accessTokenFormat: 'opaque' }),
        },
      },
    }).callback()
    return (request, response) => {
      sees(request)
      return made(request, response)
    }
  } finally {
    Object.assign(console, { info, warn })
  }
}
