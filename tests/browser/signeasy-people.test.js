// Signeasy: an app with many users acts for each of them with a code, at any of its five addresses.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { answers, call, calledBack, firmOf, manage, register, signsIn, verified } from './application.js'
import { launch, lookAround, person } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, app, origin

const FIVE = ['one', 'two', 'three', 'four', 'five'].map((name) => `https://${name}.firm.example/callback`)

before(async () => {
  ;({ env, stop } = await demo('signeasy'))
  origin = new URL(env.TOLLGATE_AUTHORIZE_URL).origin
  const api = manage(env)
  const account = await firmOf(env)
  const { owner } = await api('GET', `/clients/${env.TOLLGATE_CLIENT_ID}`)
  app = await register(api, { account, owner, name: 'Closing room', redirect_uris: FIVE }, { signeasy: ['rs:read', 'rs:update'] })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

// The request with what the vendor's page requires: `state` is optional, and PKCE is not spoken of.
const wanted = (redirect_uri) =>
  `${origin}/authorize?${new URLSearchParams({ client_id: app.id, redirect_uri, scope: 'rs:read rs:update offline_access', response_type: 'code', audience: 'https://api-ext.signeasy.com/' })}`

/** SE-5, SE-12, SE-20: each of five addresses gets codes, and a sixth gets none; the token is the user's. */
test('each of five addresses gets codes', async () => {
  const { page, close } = await person(browser)
  for (const redirect_uri of FIVE) {
    const application = await calledBack(page, redirect_uri)
    await page.goto(wanted(redirect_uri))
    if (redirect_uri === FIVE[0]) {
      await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
      await page.waitForURL(/\/consent$/)
      await lookAround(page, 'signeasy-consent')
      await answers(page, 'Allow')
    }
    const { code } = await application.last()
    const answer = await fetch(env.TOLLGATE_TOKEN_URL, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: app.id, client_secret: app.secret, code, grant_type: 'authorization_code', redirect_uri }),
    })
    const body = await answer.json()
    assert.deepEqual([answer.status, body.expires_in], [200, 2_592_000], JSON.stringify(body))
    assert.ok(body.refresh_token)
    assert.doesNotMatch((await verified(origin, body.access_token)).sub, /@clients$/)
    assert.equal((await call(`${env.TOLLGATE_GATEWAY}/v3/rs/pending`, body.access_token)).status, 200)
  }
  const sixth = await page.goto(wanted('https://six.firm.example/callback'))
  assert.equal(sixth.status(), 400)
  await close()
})
