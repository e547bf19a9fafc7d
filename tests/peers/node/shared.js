// What holds in every preset. Each preset's file adds its own words to it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oauth4webapi, openidClient } from './clients.js'

// RFC 7518 §6.2.2, §6.3.2, §6.4: the members that only a private or symmetric key has.
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** @param {() => Record<string, string>} env the running demo's settings */
export function discoveryHolds(env, auth) {
  // DI1: a client that reads either document learns the same.
  test('both_well_known_documents_agree', async () => {
    const oidc = (await openidClient.discover(env(), auth, 'oidc')).serverMetadata()
    const oauth2 = (await openidClient.discover(env(), auth, 'oauth2')).serverMetadata()
    assert.equal(oidc.issuer, env().TOLLGATE_ISSUER)
    assert.equal(oidc.token_endpoint, env().TOLLGATE_TOKEN_URL)
    const both = Object.keys(oidc).filter((name) => name in oauth2)
    assert.ok(both.includes('jwks_uri'))
    for (const name of both) assert.deepEqual(oidc[name], oauth2[name], name)
    assert.deepEqual(await oauth4webapi.discover(env(), 'oidc'), JSON.parse(JSON.stringify(oidc)))
    assert.deepEqual(await oauth4webapi.discover(env(), 'oauth2'), JSON.parse(JSON.stringify(oauth2)))
  })

  // DI3: an address that is advertised is served. Refusing an empty request is serving it.
  test('every_advertised_endpoint_is_there', async () => {
    const server = await oauth4webapi.discover(env())
    const addresses = Object.entries(server).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
    assert.ok(addresses.length >= 2)
    for (const [name, address] of addresses) {
      const read = ['jwks_uri', 'authorization_endpoint', 'userinfo_endpoint', 'end_session_endpoint'].includes(name)
      const answer = await fetch(address, { method: read ? 'GET' : 'POST', redirect: 'manual' })
      assert.ok(![404, 405].includes(answer.status) && answer.status < 500, `${name} ${address}: ${answer.status}`)
    }
    assert.ok(server.grant_types_supported.includes('client_credentials'))
    assert.ok(server.token_endpoint_auth_methods_supported.includes(`client_secret_${auth}`))
  })

  // JW7: public halves only, each with a name of its own.
  test('the_key_set_shows_public_keys_with_names_of_their_own', async () => {
    const server = await oauth4webapi.discover(env())
    const { keys } = await (await fetch(server.jwks_uri)).json()
    assert.ok(keys.length >= 1)
    for (const key of keys) for (const name of PRIVATE) assert.ok(!(name in key), `${key.kid}: ${name}`)
    assert.equal(new Set(keys.map((key) => key.kid)).size, keys.length)
  })
}

/** RS1: what a client without a token, or with a token that is none, is told at the gate. */
export function theGateHolds(env) {
  test('the_gate_refuses_a_token_that_is_none', async () => {
    for (const library of [openidClient, oauth4webapi]) {
      await assert.rejects(
        library.call(env(), 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA').then((answer) => answer.status),
        (error) => error.status === 401 || error.response?.status === 401 || error.cause?.status === 401,
        library.name,
      )
    }
  })
}
