// The sovos preset: the Hydra dialect, HTTP Basic alone, an audience that must be asked for.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { oauth4webapi, openidClient, refusal } from './clients.js'
import { start } from './demo.js'
import { discoveryHolds, theGateHolds } from './shared.js'
import { nobodyElseIsConvinced, verify } from './verify.js'

const AUDIENCE = 'signer.trust.sovos.com'
const RULES = { algorithm: 'RS256', audience: AUDIENCE }

describe('sovos', () => {
  let demo
  const env = () => demo.env
  const manner = { auth: 'basic', parameters: { audience: AUDIENCE } }
  before(async () => (demo = await start('sovos')))
  after(() => demo?.stop())

  discoveryHolds(env, 'basic')
  theGateHolds(env)

  for (const library of [openidClient, oauth4webapi]) {
    // SO-15..SO-18, SO-21, SO-24, SO-26, JW1: Basic, an audience that is no URL, an hour, and the Signer call.
    test(`${library.name}_buys_a_token_and_calls_the_api`, async () => {
      const answer = await library.token(env(), manner)
      assert.equal(answer.token_type, 'bearer')
      assert.ok([3599, 3600].includes(answer.expires_in), `${answer.expires_in}`)

      const server = await oauth4webapi.discover(env())
      const { claims } = await verify(env(), server, answer.access_token, RULES)
      assert.deepEqual(claims.aud, [AUDIENCE])
      assert.ok(Array.isArray(claims.scp))
      assert.equal(claims.client_id, env().TOLLGATE_CLIENT_ID)
      assert.equal(claims.sub, env().TOLLGATE_CLIENT_ID)
      assert.equal(claims.exp - claims.iat, 3600)
      assert.ok(claims.jti)
      await nobodyElseIsConvinced(env(), server, answer.access_token, RULES)

      const called = await library.call(env(), answer.access_token)
      assert.equal(called.status, 200)
    })
  }

  test('a_wrong_secret_is_an_invalid_client', async () => {
    const told = await refusal(openidClient.token(env(), manner, 'wrong'))
    assert.equal(told.status, 401)
    assert.equal(told.body.error, 'invalid_client')
    assert.match(told.body.error_description, /^Client authentication failed \(e\.g\., unknown client/)
  })

  // SO-22: a client registered for Basic may not put its secret into the body.
  test('a_secret_in_the_body_is_refused_with_a_hint', async () => {
    const told = await refusal(oauth4webapi.token(env(), { ...manner, auth: 'post' }))
    assert.equal(told.status, 401)
    assert.equal(told.body.error, 'invalid_client')
    assert.match(told.body.error_description, /method 'client_secret_post' was requested/)
  })

  // SO-20: an audience that is not on the client's list.
  test('an_audience_that_is_not_whitelisted_is_refused', async () => {
    const parameters = { audience: 'elsewhere.example' }
    const told = await refusal(oauth4webapi.token(env(), { auth: 'basic', parameters }))
    assert.equal(told.status, 400)
    assert.equal(told.body.error, 'invalid_request')
    assert.match(told.body.error_description, /'elsewhere\.example' has not been whitelisted/)
  })
})
