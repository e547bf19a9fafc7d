// The signicat preset: the IdentityServer dialect, Basic or body, scopes and no audience, every refusal a 400.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { oauth4webapi, openidClient, refusal } from './clients.js'
import { start } from './demo.js'
import { discoveryHolds, theGateHolds } from './shared.js'
import { nobodyElseIsConvinced, verify } from './verify.js'

describe('signicat', () => {
  let demo
  const env = () => demo.env
  const manner = (auth = 'basic') => ({ auth, parameters: { scope: env().TOLLGATE_SCOPE } })
  const rules = () => ({ algorithm: 'RS256', audience: env().TOLLGATE_AUDIENCE || undefined })
  before(async () => (demo = await start('signicat')))
  after(() => demo?.stop())

  discoveryHolds(env, 'basic')
  theGateHolds(env)

  test('the_addresses_are_those_of_the_vendor', async () => {
    const server = await oauth4webapi.discover(env())
    assert.ok(server.issuer.endsWith('/oauth'))
    assert.equal(server.token_endpoint, `${server.issuer}/connect/token`)
    assert.equal(server.jwks_uri, `${server.issuer}/.well-known/openid-configuration/jwks`)
  })

  for (const library of [openidClient, oauth4webapi]) {
    for (const auth of ['basic', 'post']) {
      // SG-22, SG-23, SG-26..SG-28, SG-30, SG-31, SG-34, JW1: Basic as the page says, body as the vendor's own libraries do.
      test(`${library.name}_buys_a_token_by_${auth}_and_calls_the_api`, async () => {
        const answer = await library.token(env(), manner(auth))
        assert.deepEqual(Object.keys(answer).sort(), ['access_token', 'expires_in', 'token_type'])
        assert.equal(answer.expires_in, 3600)

        const server = await oauth4webapi.discover(env())
        const { claims } = await verify(env(), server, answer.access_token, rules())
        assert.equal(claims.client_id, env().TOLLGATE_CLIENT_ID)
        assert.deepEqual(claims.scope, env().TOLLGATE_SCOPE.split(' '))
        assert.equal(claims.exp - claims.iat, 3600)
        assert.ok(!('sub' in claims), 'a machine is no subject here')
        await nobodyElseIsConvinced(env(), server, answer.access_token, rules())

        const called = await library.call(env(), answer.access_token)
        assert.equal(called.status, 200)
      })
    }
  }

  test('a_wrong_secret_is_an_invalid_client_with_status_400', async () => {
    const told = await refusal(openidClient.token(env(), manner(), 'wrong'))
    assert.equal(told.status, 400)
    assert.deepEqual(told.body, { error: 'invalid_client' })
  })

  // SG-24: a scope that the client lacks.
  test('a_scope_that_is_not_granted_is_an_invalid_scope', async () => {
    const parameters = { scope: 'no_such_scope' }
    const told = await refusal(oauth4webapi.token(env(), { auth: 'basic', parameters }))
    assert.equal(told.status, 400)
    assert.equal(told.body.error, 'invalid_scope')
  })
})
