// The safesend preset: the Auth0 dialect, credentials in the body, an audience, and an acting user at the gate.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { apiCall, oauth4webapi, openidClient, refusal } from './clients.js'
import { start } from './demo.js'
import { discoveryHolds, theGateHolds } from './shared.js'
import { nobodyElseIsConvinced, verify } from './verify.js'

const SCOPE = 'https://api.tr.com/auth/safesend.all'
const RULES = { algorithm: 'RS256', typ: 'JWT' }

describe('safesend', () => {
  let demo
  const env = () => demo.env
  const manner = () => ({ auth: 'post', parameters: { audience: env().TOLLGATE_AUDIENCE } })
  before(async () => (demo = await start('safesend')))
  after(() => demo?.stop())

  discoveryHolds(env, 'post')
  theGateHolds(env)

  for (const library of [openidClient, oauth4webapi]) {
    // SS-18, SS-19 (form), SS-24..SS-28, SS-42, JW1: one POST, four members, a token that others verify and the gate lets through.
    test(`${library.name}_buys_a_token_and_calls_the_api`, async () => {
      const answer = await library.token(env(), manner())
      assert.deepEqual(Object.keys(answer).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
      assert.equal(answer.scope, SCOPE)
      assert.equal(answer.token_type, 'bearer') // both libraries hand it on in lower case

      const server = await oauth4webapi.discover(env())
      const { header, claims } = await verify(env(), server, answer.access_token, RULES)
      assert.ok(header.kid)
      assert.equal(claims.exp - claims.iat, answer.expires_in)
      assert.equal(claims.sub, `${env().TOLLGATE_CLIENT_ID}@clients`)
      assert.equal(claims.azp, env().TOLLGATE_CLIENT_ID)
      assert.equal(claims.gty, 'client-credentials')
      assert.equal(claims.scope, SCOPE)
      await nobodyElseIsConvinced(env(), server, answer.access_token, RULES)

      const called = await library.call(env(), answer.access_token)
      assert.equal(called.status, 200)
    })
  }

  // SS-29: the words of the Auth0 dialect, read by a client's own error handling.
  test('a_wrong_secret_is_access_denied', async () => {
    const told = await refusal(openidClient.token(env(), manner(), 'wrong'))
    assert.equal(told.status, 401)
    assert.deepEqual(told.body, { error: 'access_denied', error_description: 'Unauthorized' })
  })

  // SS-30: right credentials, an audience nobody knows.
  test('an_unknown_audience_is_named_in_the_refusal', async () => {
    const elsewhere = 'https://elsewhere.example/'
    const told = await refusal(oauth4webapi.token(env(), { auth: 'post', parameters: { audience: elsewhere } }))
    assert.equal(told.status, 403)
    assert.equal(told.body.error, 'access_denied')
    assert.ok(told.body.error_description.includes(elsewhere), told.body.error_description)
  })

  // SS-43: with a right token, the acting user is still needed.
  test('a_call_without_an_acting_user_is_a_bad_request', async () => {
    const { access_token } = await oauth4webapi.token(env(), manner())
    const { url, method, headers, body } = apiCall(env())
    headers.delete('x-email')
    headers.set('authorization', `Bearer ${access_token}`)
    const answer = await fetch(url, { method, headers, body })
    assert.equal(answer.status, 400)
  })
})
