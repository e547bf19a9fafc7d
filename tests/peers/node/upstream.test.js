// People come from another provider, npm oidc-provider: `connection` leads straight there and they come back signed in.

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Application } from './application.js'
import { Person } from './person.js'
import { CLIENT, provider } from './provider.js'
import { ANN, serve } from './serve.js'

const BEN = { email: 'ben@firm.example', password: 'over there', login: 'ben' }
const PEOPLE = {
  ben: { email: BEN.email, email_verified: true, name: 'Ben Example' },
  eve: { email: 'eve@firm.example', email_verified: false, name: 'Eve Example' },
  ann: { email: ANN.email, email_verified: false, name: 'Not Ann' },
}

/** How a provider may have us: each way is another client there. */
const WAYS = {
  staff: { alg: 'RS256', method: 'client_secret_basic' },
  partner: { alg: 'ES256', method: 'client_secret_post' },
  edge: { alg: 'EdDSA', method: 'client_secret_basic' },
}

describe('oidc-provider', () => {
  const providers = {}
  let house, app, folder

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-upstream-'))
    const file = join(folder, 'secret')
    writeFileSync(file, CLIENT.client_secret)
    chmodSync(file, 0o600)
    let connections = ''
    for (const name of Object.keys(WAYS)) {
      providers[name] = await provider(PEOPLE)
      connections += `[[people.connection]]
name = "${name}"
label = "${name} sign-in"
factor = "sso"
sign_up = true
issuer = "${providers[name].issuer}"
client_id = "${CLIENT.client_id}"
client_secret_file = "${file}"
`
    }
    house = await serve(connections)
    for (const [name, way] of Object.entries(WAYS)) await providers[name].opens(`${house.issuer}/flow/return`, way)
    const made = await house.manager.application(house.account, { redirect_uri: 'http://localhost:9/callback' })
    app = await Application.at({ issuer: house.issuer, auth: 'basic', scope: 'openid profile email offline_access', ...made })
  })
  after(async () => {
    await house?.stop()
    for (const one of Object.values(providers)) await one.stop()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const visits = (person, name) => person.seen.filter((address) => address.startsWith(providers[name].issuer))

  // CL2, CL3: code, PKCE, state, nonce, `iss` and signature between two servers that never met; the application hears of
  // it as of any sign-in. Somebody known is the same person the next time, from another browser.
  for (const name of Object.keys(WAYS)) {
    test(`somebody_signs_in_at_${name}_and_comes_back`, async () => {
      const subjects = []
      for (const ben of [new Person(BEN), new Person(BEN)]) {
        const tokens = await app.signsIn(ben, { connection: name })
        assert.deepEqual(tokens.claims().amr, ['sso'])
        assert.ok(visits(ben, name).some((address) => address.includes('/interaction/')), 'the other house asked')
        assert.ok(!ben.seen.some((address) => address.endsWith('/sign-in')), 'ours did not')
        const info = await app.userInfo(tokens)
        assert.equal(info.email, BEN.email)
        assert.equal(info.email_verified, true)
        assert.equal(info.name, 'Ben Example')
        subjects.push(info.sub)
        assert.ok((await app.refreshes(tokens.refresh_token)).access_token)
      }
      assert.equal(subjects[0], subjects[1])
    })
  }

  // Signed out here and not there: nobody shows a password or is asked to agree, in either house, unless the application
  // wants it (OC2), and then it is the provider that asks.
  test('a_session_over_there_is_enough_until_the_application_wants_more', async () => {
    const ben = new Person(BEN)
    const tokens = await app.signsIn(ben, { connection: 'staff' })
    await ben.walks(app.leaving(tokens), { until: app.house.redirect_uri })
    await assert.rejects(app.takes(await app.sends(ben, { prompt: 'none' })), { error: 'login_required' })

    const asked = async (more) => {
      const before = ben.seen.length
      const told = (await app.signsIn(ben, { connection: 'staff', ...more })).claims()
      assert.equal(told.sub, tokens.claims().sub)
      const opened = ben.seen.slice(before)
      assert.ok(opened.includes(`${providers.staff.issuer}/auth`))
      assert.ok(!opened.some((address) => address.endsWith('/sign-in')))
      return opened.some((address) => address.includes('/interaction/'))
    }
    assert.equal(await asked(), false)
    assert.equal(await asked({ prompt: 'login' }), true)
  })

  // Whoever turns back over there has said no to the application.
  test('a_no_over_there_reaches_the_application', async () => {
    const press = (page) => /href="([^"]+\/abort)"/.exec(page.text)?.[1]
    const sent = await app.sends(new Person(BEN), { connection: 'staff' }, { press })
    assert.equal(sent.iss, house.issuer)
    await assert.rejects(app.takes(sent), { error: 'access_denied' })
  })

  // AT12: an address that the provider did not verify makes nobody, and opens nobody's record.
  test('an_unverified_address_opens_nothing', async () => {
    for (const login of ['eve', 'ann']) {
      const stranger = new Person({ ...BEN, login })
      const page = await stranger.walks((await app.asks({ connection: 'staff' })).address, { until: app.house.redirect_uri })
      assert.equal(page.status, 403, page.text)
      const silent = await app.sends(stranger, { prompt: 'none' })
      await assert.rejects(app.takes(silent), { error: 'login_required' })
    }
    const { items } = await house.manager.asks('GET', '/users?email=eve@firm.example')
    assert.deepEqual(items, [])
  })
})
