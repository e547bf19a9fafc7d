// openid-client acts for a person: the whole of the code flow, in every preset that has people and in a house with none.
// 3E-13: any standard library works; this is the first of them, and further ones stand in the files beside this.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { Application } from './application.js'
import { start } from './demo.js'
import { Manager } from './manager.js'
import { Person } from './person.js'
import { ANN, serve } from './serve.js'

const STANDARD = 'openid profile email phone'
const MATTER = 'https://api.thomsonreuters.com/auth/3e.matter'

/** @type {Record<string, {auth: 'basic' | 'post', scope: string, audience?: string, claims: string[], v2?: boolean}>} */
const PRESETS = {
  // SO-3..SO-6, SO-9: discovery, keys and ID token, all scopes and their claims; either word for offline, here both.
  sovos: {
    auth: 'basic',
    scope: `${STANDARD} birthdate credential offline offline_access`,
    claims: ['email', 'email_verified', 'name', 'given_name', 'family_name', 'phone_number', 'birthdate', 'credential'],
  },
  'elite-3e': {
    auth: 'post',
    scope: `${STANDARD} offline_access ${MATTER}`,
    audience: 'https://api.thomsonreuters.com/3e',
    claims: ['email', 'email_verified', 'name', 'given_name', 'family_name', 'locale'],
    v2: true,
  },
  signeasy: {
    auth: 'post',
    scope: `${STANDARD} offline_access user:read`,
    audience: 'https://api-ext.signeasy.com/',
    claims: ['email', 'name'],
    v2: true,
  },
}

for (const [preset, manner] of Object.entries(PRESETS)) {
  const { auth, scope, audience, claims, v2 } = manner
  suite(preset, { claims, audience, v2 }, async () => {
    const { env, stop } = await start(preset)
    const manager = Manager.of(env)
    const { account } = await manager.asks('GET', `/clients/${env.TOLLGATE_WEB_CLIENT_ID}`)
    return {
      at: { auth, scope, parameters: audience && { audience }, issuer: env.TOLLGATE_ISSUER },
      app: { id: env.TOLLGATE_WEB_CLIENT_ID, secret: env.TOLLGATE_WEB_CLIENT_SECRET, redirect_uri: env.TOLLGATE_REDIRECT_URI },
      who: { email: env.TOLLGATE_USER_EMAIL, password: env.TOLLGATE_USER_PASSWORD },
      api: env.TOLLGATE_GATEWAY + env.TOLLGATE_API_PATH,
      manager,
      account,
      stop,
    }
  })
}

suite('no-preset', { claims: ['email', 'email_verified', 'name', 'given_name', 'family_name', 'phone_number'] }, async () => {
  const house = await serve()
  const redirect_uri = 'http://localhost:9/callback'
  const app = await house.manager.application(house.account, { redirect_uri })
  return { ...house, app, who: ANN, at: { auth: 'basic', scope: `${STANDARD} offline_access`, issuer: house.issuer } }
})

/** What holds everywhere. */
function suite(name, { claims, audience, v2 }, open) {
  describe(name, () => {
    let house
    before(async () => (house = await open()))
    after(() => house?.stop())

    const application = (metadata) => Application.at({ ...house.at, ...house.app }, metadata)
    const person = () => new Person(house.who)

    // SO-3, SO-4, 3E-13, OC1, OC3: from discovery to claims, judged by the library: `iss` and state, the signature by the
    // served keys, `aud`, `nonce`, `auth_time` with max_age, the subject at UserInfo. `at_hash` it leaves to us.
    test('a_person_lets_an_application_act', async () => {
      const app = await application()
      assert.ok(app.server.supportsPKCE())
      const tokens = await app.signsIn(person(), { max_age: '300' })
      const told = tokens.claims()
      assert.equal(told.iss, house.at.issuer)
      assert.equal([told.aud].flat()[0], house.app.id)
      assert.ok(told.auth_time <= told.iat && told.sub && told.nonce)
      // OpenID Connect Core §3.1.3.6: the left half of the hash.
      const half = createHash('sha256').update(tokens.access_token).digest().subarray(0, 16)
      assert.equal(told.at_hash, half.toString('base64url'))
      assert.deepEqual(told.amr, ['pwd'])
      const info = await app.userInfo(tokens)
      assert.equal(info.email, house.who.email)
      for (const claim of claims) assert.ok(info[claim], `${claim}: ${JSON.stringify(info)}`)
      if (house.api && audience) assert.equal((await app.calls(tokens.access_token, house.api)).status, 200)
    })

    // RT1, RT2: each refresh gives the next token and an ID token of the same person, a retry gives the same once more, and
    // an older one is a copy that takes everything with it.
    test('a_refresh_token_buys_the_next', async () => {
      const app = await application()
      const first = await app.signsIn(person())
      const second = await app.refreshes(first.refresh_token)
      assert.ok(second.refresh_token && second.refresh_token !== first.refresh_token)
      assert.equal(second.claims().sub, first.claims().sub)
      assert.equal(second.claims().auth_time, first.claims().auth_time)
      assert.equal((await app.refreshes(first.refresh_token)).refresh_token, second.refresh_token)
      const third = await app.refreshes(second.refresh_token)
      assert.equal((await app.userInfo(third)).email, house.who.email)
      await assert.rejects(app.refreshes(first.refresh_token), { error: 'invalid_grant' })
      await assert.rejects(app.refreshes(third.refresh_token), { error: 'invalid_grant' })
    })

    // RU10: a refusal names the issuer as a success does; the library believes neither otherwise.
    test('both_answers_name_the_issuer', async () => {
      const app = await application()
      assert.equal(app.server.authorization_response_iss_parameter_supported, true)
      const who = person()
      const no = await app.sends(who, { prompt: 'consent' }, { answer: 'deny' })
      assert.equal(no.iss, house.at.issuer)
      await assert.rejects(app.takes(no), { error: 'access_denied' })
      const yes = await app.sends(who)
      assert.equal(yes.iss, house.at.issuer)
      const forged = new URL(yes.back.url)
      forged.searchParams.set('iss', 'https://elsewhere.example/')
      await assert.rejects(app.takes({ ...yes, back: { url: forged } }), (error) => /"iss"/.test(error.cause.message))
      assert.ok((await app.takes(yes)).access_token)
    })

    // OC2: who is signed in and agreed is told nothing new; who is not is refused without a page.
    test('prompt_none_shows_no_page', async () => {
      const app = await application()
      const who = person()
      const stranger = await app.sends(who, { prompt: 'none' })
      await assert.rejects(app.takes(stranger), { error: 'login_required' })
      const first = await app.signsIn(who)
      const pages = who.seen.length
      const again = await app.signsIn(who, { prompt: 'none' })
      assert.equal(again.claims().sub, first.claims().sub)
      assert.equal(who.seen.length, pages + 1, 'one redirect, straight back')
      assert.equal(again.claims().auth_time, first.claims().auth_time)
    })

    // OAuth 2.0 Form Post Response Mode: the browser posts the answer, and nothing of it stands in an address.
    test('an_answer_comes_by_post', async () => {
      const app = await application()
      const sent = await app.sends(person(), { response_mode: 'form_post' })
      assert.equal(sent.back.method, 'POST')
      assert.equal(sent.back.url.search, '')
      assert.ok((await app.takes(sent)).access_token)
    })

    // OC3: signed as the client registered it, and verified by the library with the served keys.
    test('userinfo_comes_signed_to_whom_wants_it', async () => {
      const redirect_uri = house.app.redirect_uri
      const made = await house.manager.application(house.account, { redirect_uri, sign_in: { userinfo_alg: 'RS256' } })
      await granted(house, made)
      const metadata = { userinfo_signed_response_alg: 'RS256' }
      const app = await Application.at({ ...house.at, ...made }, metadata)
      assert.ok(app.server.userinfo_signing_alg_values_supported.includes('RS256'))
      const tokens = await app.signsIn(person())
      const plain = await app.calls(tokens.access_token, app.server.userinfo_endpoint)
      assert.match(plain.headers.get('content-type'), /^application\/jwt/)
      const info = await app.userInfo(tokens)
      assert.equal(info.email, house.who.email)
      assert.equal(info.sub, tokens.claims().sub)
    })

    // RFC 7662 and RFC 7009: an application is told of its own tokens, and ends them.
    test('a_token_is_introspected_and_revoked', async () => {
      const app = await application()
      const tokens = await app.signsIn(person())
      const alive = await app.introspects(tokens.access_token)
      assert.equal(alive.active, true)
      assert.equal(alive.client_id, house.app.id)
      assert.equal(alive.sub, tokens.claims().sub)
      await app.revokes(tokens.refresh_token)
      await assert.rejects(app.refreshes(tokens.refresh_token), { error: 'invalid_grant' })
      assert.deepEqual(await app.introspects(tokens.access_token), { active: false })
      await assert.rejects(app.userInfo(tokens), { status: 401 })
    })

    // OC4: RP-initiated logout ends the session on the server, and leads back to the registered address alone.
    test('whoever_leaves_is_signed_out', async () => {
      const app = await application()
      const who = person()
      const tokens = await app.signsIn(who)
      const left = await who.walks(app.leaving(tokens, 'good bye'), { until: house.app.redirect_uri })
      assert.equal(left.url.searchParams.get('state'), 'good bye')
      await assert.rejects(app.takes(await app.sends(who, { prompt: 'none' })), { error: 'login_required' })
      const nowhere = new URL(app.leaving(tokens))
      nowhere.searchParams.set('post_logout_redirect_uri', 'https://elsewhere.example/')
      const page = await who.walks(nowhere, { until: 'https://elsewhere.example/' })
      assert.equal(page.url.origin, new URL(house.at.issuer).origin)
      assert.ok(!page.text.includes('elsewhere.example'))
    })

    if (v2) {
      // Auth0's own way out, in the presets of its family.
      test('the_other_way_out_is_there_too', async () => {
        const app = await application()
        const who = person()
        await app.signsIn(who)
        const address = new URL('/v2/logout', house.at.issuer)
        address.search = new URLSearchParams({ client_id: house.app.id, returnTo: house.app.redirect_uri })
        const left = await who.walks(address, { until: house.app.redirect_uri })
        assert.ok(left.url.href.startsWith(house.app.redirect_uri))
        await assert.rejects(app.takes(await app.sends(who, { prompt: 'none' })), { error: 'login_required' })
      })
    }

    // RU8: pages of other origins reach what needs no cookie, and never an endpoint that reads one.
    test('pages_elsewhere_reach_no_authorization_endpoint', async () => {
      const { server } = await application()
      const asked = {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      }
      for (const name of ['token_endpoint', 'userinfo_endpoint', 'revocation_endpoint', 'jwks_uri']) {
        const answer = await fetch(server[name], { method: 'OPTIONS', headers: asked })
        assert.equal(answer.headers.get('access-control-allow-origin'), '*', name)
        assert.equal(answer.headers.get('access-control-allow-credentials'), null, name)
      }
      for (const name of ['authorization_endpoint', 'end_session_endpoint']) {
        for (const method of ['OPTIONS', 'GET', 'POST']) {
          const answer = await fetch(server[name], { method, headers: asked, redirect: 'manual' })
          const told = [...answer.headers.keys()].filter((header) => header.startsWith('access-control-'))
          assert.deepEqual(told, [], `${method} ${name}`)
        }
      }
    })
  })
}

/** A client of the same account may ask for what the demo's own may. */
async function granted({ manager, app }, made) {
  const { items } = await manager.asks('GET', `/clients/${app.id}/grants`)
  for (const { api, scopes } of items) await manager.asks('PUT', `/clients/${made.id}/grants/${api}`, { scopes })
}

describe('clients-without-a-secret', () => {
  let house
  before(async () => (house = await serve()))
  after(() => house?.stop())

  // PK1, RU2: PKCE in place of a secret, at any port of this machine's number (RFC 8252 §7.3).
  test('a_public_client_signs_in_with_pkce_alone', async () => {
    const made = await house.manager.application(house.account, { redirect_uri: 'http://127.0.0.1/back', method: 'none' })
    const at = { issuer: house.issuer, auth: 'none', scope: 'openid email offline_access', ...made }
    const app = await Application.at({ ...at, redirect_uri: 'http://127.0.0.1:51234/back' })
    const tokens = await app.signsIn(new Person(ANN))
    assert.equal((await app.userInfo(tokens)).email, ANN.email)
    const next = await app.refreshes(tokens.refresh_token)
    assert.notEqual(next.refresh_token, tokens.refresh_token)
    const bare = await app.sends(new Person(ANN), { code_challenge: '', code_challenge_method: '' })
    await assert.rejects(app.takes(bare), { error: 'invalid_request' })
  })

  // The client's choice of signature, by the name that registrations have for it.
  test('an_id_token_is_signed_as_the_client_registered', async () => {
    const redirect_uri = 'http://localhost:9/callback'
    const sign_in = { id_token_alg: 'ES256', pairwise: true }
    const made = await house.manager.application(house.account, { redirect_uri, sign_in })
    const metadata = { id_token_signed_response_alg: 'ES256' }
    const app = await Application.at({ issuer: house.issuer, auth: 'basic', scope: 'openid email', ...made }, metadata)
    const tokens = await app.signsIn(new Person(ANN))
    assert.equal((await app.userInfo(tokens)).email, ANN.email)
    assert.equal(tokens.refresh_token, undefined)
  })
})
