// express-openid-connect: people sign in at web applications, and these hear of it when they sign out elsewhere.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { start } from './demo.js'
import { Manager } from './manager.js'
import { Person } from './person.js'
import { relyingParty } from './relying.js'
import { ANN, serve } from './serve.js'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const shown = async (person, base) => JSON.parse((await person.walks(`${base}/who`)).text)

/** Somebody signs in at an application: the claims that it holds then. */
async function signsIn(person, { base }) {
  const home = await person.walks(`${base}/login`)
  assert.equal(home.text, 'home')
  return shown(person, base)
}

describe('express-openid-connect', () => {
  let house
  const parties = []
  before(async () => (house = await serve()))
  after(async () => {
    for (const party of parties) await party.stop()
    await house?.stop()
  })

  const party = async (name, answers) => {
    const made = await relyingParty(house, name, answers)
    parties.push(made)
    return made
  }

  // 3E-13, OC1: one sign-in at the issuer serves both applications, each of which believes its own ID token.
  test('people_sign_in_through_the_middleware', async () => {
    const [one, two] = [await party('one'), await party('two')]
    const ann = new Person(ANN)
    assert.deepEqual(await shown(ann, one.base), {})
    const first = await signsIn(ann, one)
    assert.equal(first.aud, one.id)
    const pages = ann.seen.filter((address) => address.endsWith('/sign-in')).length
    const second = await signsIn(ann, two)
    assert.equal(second.sub, first.sub)
    assert.equal(second.sid, first.sid)
    assert.equal(ann.seen.filter((address) => address.endsWith('/sign-in')).length, pages, 'nobody asks for a password twice')
  })

  // Whoever says no comes back without a session.
  test('a_no_leaves_nobody_signed_in', async () => {
    const one = await party('refused')
    const ann = new Person(ANN)
    const back = await ann.walks(`${one.base}/login`, { answer: 'deny' })
    assert.equal(back.status, 400)
    assert.deepEqual(JSON.parse(back.text), { error: 'access_denied' })
    assert.deepEqual(await shown(ann, one.base), {})
  })

  // OC5: who signs out at one application is signed out at the other, whose library found the logout token right; one
  // that never answers, and was registered first, delays nobody.
  test('signing_out_at_one_is_signing_out_at_all', async () => {
    let release
    const never = new Promise((released) => (release = () => released(204)))
    const slow = await party('slow', () => never)
    const here = await party('here')
    const there = await party('there')
    const ann = new Person(ANN)
    const ben = new Person(ANN)
    await signsIn(ann, slow)
    await signsIn(ann, here)
    const session = await signsIn(ann, there)
    const other = await signsIn(ben, here)

    const home = await ann.walks(`${here.base}/logout`)
    assert.equal(home.text, 'home')
    assert.deepEqual(await shown(ann, here.base), {})
    const heard = await there.answered()
    assert.equal(heard.status, 204)
    assert.deepEqual(await shown(ann, there.base), {})
    await slow.arrives()
    assert.equal(slow.told[0].status, undefined, 'the slow one has not answered yet')
    release()
    assert.equal((await slow.answered()).status, 204)

    // OpenID Connect Back-Channel Logout §2.4, §2.5
    assert.match(heard.type, /^application\/x-www-form-urlencoded/)
    assert.equal(heard.cookies, undefined)
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', house.issuer))
    const expected = { issuer: session.iss, audience: there.id, typ: 'logout+jwt', maxTokenAge: 120 }
    const { payload } = await jwtVerify(heard.token, keys, expected)
    assert.equal(payload.sid, session.sid)
    assert.equal(payload.sub, session.sub)
    assert.deepEqual(payload.events, { [EVENT]: {} })
    assert.ok(payload.jti && payload.exp - payload.iat <= 120)
    assert.ok(!('nonce' in payload))
    assert.equal(there.told.length, 1)
    // Another browser's session is another one.
    assert.notEqual(other.sid, session.sid)
    const again = await signsIn(ann, there)
    assert.notEqual(again.sid, session.sid, 'the session ended on the server')
  })

  // OC5: an application that was away for a moment is told again, with the same `jti`.
  test('a_failed_notice_comes_again', async () => {
    const flaky = await party('flaky', (attempt) => (attempt === 1 ? 503 : undefined))
    const ann = new Person(ANN)
    await signsIn(ann, flaky)
    await ann.walks(`${flaky.base}/logout`)
    assert.equal((await flaky.answered(1)).status, 503)
    assert.equal((await flaky.answered(2)).status, 204)
    const [first, second] = flaky.told.map(({ token }) => decodeJwt(token))
    assert.equal(second.jti, first.jti)
    assert.equal(second.sid, first.sid)
  })
})

for (const preset of ['elite-3e', 'signeasy']) {
  describe(`express-openid-connect-at-${preset}`, () => {
    let demo, party
    before(async () => {
      demo = await start(preset)
      const manager = Manager.of(demo.env)
      const { account } = await manager.asks('GET', `/clients/${demo.env.TOLLGATE_WEB_CLIENT_ID}`)
      const house = { manager, account, issuer: demo.env.TOLLGATE_ISSUER }
      party = await relyingParty(house, 'portal', undefined, { auth0Logout: true })
    })
    after(async () => {
      await party?.stop()
      await demo?.stop()
    })

    // 3E-13, OC5: the library of that family's own vendor, which leaves by `/v2/logout`.
    test('people_come_and_leave_as_in_auth0', async () => {
      const person = new Person({ email: demo.env.TOLLGATE_USER_EMAIL, password: demo.env.TOLLGATE_USER_PASSWORD })
      const session = await signsIn(person, party)
      assert.equal(session.iss, demo.env.TOLLGATE_ISSUER)
      const home = await person.walks(`${party.base}/logout`)
      assert.equal(home.text, 'home')
      assert.ok(person.seen.some((address) => address.endsWith('/v2/logout')))
      assert.deepEqual(await shown(person, party.base), {})
      const heard = await party.answered()
      assert.equal(heard.status, 204)
      assert.equal(decodeJwt(heard.token).sid, session.sid)
    })
  })
}
