// The signeasy preset: the Auth0 dialect with one fixed audience and tokens of thirty days.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { oauth4webapi, openidClient, refusal } from './clients.js'
import { start } from './demo.js'
import { discoveryHolds, theGateHolds } from './shared.js'
import { nobodyElseIsConvinced, verify } from './verify.js'

const AUDIENCE = 'https://api-ext.signeasy.com/'
const RULES = { algorithm: 'RS256', typ: 'JWT', audience: AUDIENCE }
const THIRTY_DAYS = 2_592_000

describe('signeasy', () => {
  let demo
  const env = () => demo.env
  const manner = { auth: 'post', parameters: { audience: AUDIENCE } }
  before(async () => (demo = await start('signeasy')))
  after(() => demo?.stop())

  discoveryHolds(env, 'post')
  theGateHolds(env)

  for (const library of [openidClient, oauth4webapi]) {
    // SE-8, SE-12, SE-14..SE-18, SE-20, SE-21, JW1: the token the vendor's page shows, and the call it opens.
    test(`${library.name}_buys_a_token_and_calls_the_api`, async () => {
      const answer = await library.token(env(), manner)
      assert.deepEqual(Object.keys(answer).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
      assert.equal(answer.expires_in, THIRTY_DAYS)
      assert.equal(answer.scope, env().TOLLGATE_SCOPE)
      assert.ok(answer.access_token.startsWith('eyJhbGciOiJSU'), 'alg comes first in the header')

      const server = await oauth4webapi.discover(env())
      const { claims } = await verify(env(), server, answer.access_token, RULES)
      assert.equal(claims.aud, AUDIENCE)
      assert.equal(claims.exp - claims.iat, THIRTY_DAYS)
      assert.equal(claims.azp, env().TOLLGATE_CLIENT_ID)
      assert.equal(claims.gty, 'client-credentials')
      assert.equal(claims.scope, answer.scope)
      await nobodyElseIsConvinced(env(), server, answer.access_token, RULES)

      const called = await library.call(env(), answer.access_token)
      assert.equal(called.status, 200)
    })
  }

  test('a_wrong_secret_is_access_denied', async () => {
    const told = await refusal(oauth4webapi.token(env(), manner, 'wrong'))
    assert.equal(told.status, 401)
    assert.deepEqual(told.body, { error: 'access_denied', error_description: 'Unauthorized' })
  })

  // SE-11: exactly this audience; without its last slash it is another.
  test('an_audience_without_its_slash_is_refused', async () => {
    const parameters = { audience: AUDIENCE.slice(0, -1) }
    const told = await refusal(openidClient.token(env(), { auth: 'post', parameters }))
    assert.equal(told.status, 403)
    assert.equal(told.body.error, 'access_denied')
  })
})
