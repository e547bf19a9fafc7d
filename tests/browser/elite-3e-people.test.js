// Elite 3E: steps 5 to 8 and the revoking of consent. The documented request in a browser, from the redirect to the
// last refresh.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { answers, ask, call, calledBack, firmOf, manage, register, signsIn, verified } from './application.js'
import { heading, launch, look, lookAround, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, client, origin

// As the document's code builds it.
const startUrl = (settings) =>
  `${settings.Authority}/authorize?response_type=code` +
  `&client_id=${encodeURIComponent(settings.ClientId)}` +
  `&scope=${encodeURIComponent(settings.Scope)}` +
  `&redirect_uri=${encodeURIComponent(settings.ReplyUrl)}` +
  '&login_hint=thomsonreuters.com' +
  '&connection=sso-auth-nonprod' +
  `&audience=${encodeURIComponent(settings.Audience)}`

const CALLBACK = 'https://matter-archive.firm.example/signin-oidc'
const SIGNED_OUT = 'https://matter-archive.firm.example/signed-out'
const AUDIENCE = 'https://api.thomsonreuters.com/3e'
const MATTER = 'https://api.thomsonreuters.com/auth/3e.matter'
const CLIENT = 'https://api.thomsonreuters.com/auth/3e.client'
const NAME = 'Matter archive'

before(async () => {
  ;({ env, stop } = await demo('elite-3e'))
  origin = new URL(env.TOLLGATE_AUTHORIZE_URL).origin
  // What the support case brought (3E-5).
  const wish = { account: await firmOf(env), name: NAME, redirect_uris: [CALLBACK], logout_uris: [SIGNED_OUT] }
  client = await register(manage(env), wish, { 'elite-3e': [MATTER, CLIENT] })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

const wanted = (scope, more = {}) =>
  startUrl({ Authority: origin, ClientId: client.id, Scope: scope, ReplyUrl: CALLBACK, Audience: AUDIENCE, ...more })

/** 3E-29: everything in the body of the form. */
const exchange = (code) =>
  ask(env.TOLLGATE_TOKEN_URL, { grant_type: 'authorization_code', code, client_id: client.id, client_secret: client.secret, redirect_uri: CALLBACK })

const refresh = (refresh_token) =>
  ask(env.TOLLGATE_TOKEN_URL, { grant_type: 'refresh_token', refresh_token, client_id: client.id, client_secret: client.secret })

const matters = (token) => call(`${env.TOLLGATE_GATEWAY}/3eapi/api/v1/matter`, token)
const clients = (token) => call(`${env.TOLLGATE_GATEWAY}/3eapi/api/v1/client`, token)

/** Sign-in, and the connection that the request names. */
async function signsOn(page) {
  await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/test\/sso-auth-nonprod$/)
  await press(page, 'I was there')
}

/** 3E-27: who declines gives an error to the application and no code. */
test('who declines gives no code', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted(MATTER))
  await signsOn(page)
  await answers(page, 'Do not allow')
  const told = await application.last()
  assert.deepEqual([told.error, told.code], ['access_denied', undefined])
  await close()
})

/** 3E-8, RU5: an address that is not listed gets nothing: the person reads why, and stays. */
test('an unlisted address gets a page and nobody is sent there', async () => {
  const { page, close } = await person(browser)
  const other = 'https://elsewhere.example/signin-oidc'
  const application = await calledBack(page, other)
  for (const [more, name] of [
    [{ ReplyUrl: other }, 'address'],
    [{ ReplyUrl: `${CALLBACK}/` }, 'slash'],
    [{ ClientId: '3fJ0vQ2mZ8xYpLr7NwKc5TbHsDgAeUi1' }, 'client'],
  ]) {
    const answer = await page.goto(wanted(MATTER, more))
    assert.equal(answer.status(), 400, name)
    assert.equal(new URL(page.url()).origin, origin, name)
    assert.equal(await heading(page), 'This sign-in cannot go on', name)
    assert.equal(await page.locator('a[href*="example"], form').count(), 0, name)
    await page.getByText('For developers').click()
    await lookAround(page, `elite-refused-${name}`)
  }
  assert.deepEqual(application.came, [])
  await close()
})

let first

/** 3E-14 to 3E-19, 3E-20, 3E-22 to 3E-26, 3E-28, 3E-29, 3E-34 to 3E-36: the whole way of the document. */
test('the documented request leads from the redirect to a call and a refresh', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  // 3E-16: neither state nor PKCE.
  await page.goto(wanted(`openid offline_access ${MATTER}`))
  await page.waitForURL(/\/sign-in$/)
  // 3E-17: the hint is a firm's, and no address to sign in with.
  assert.equal(await page.getByLabel('E-mail address').inputValue(), '')
  await lookAround(page, 'elite-sign-in')
  // 3E-18, 3E-23: sign-in, and straight to the connection.
  await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/test\/sso-auth-nonprod$/)
  await look(page, 'elite-connection')
  await press(page, 'I was there')
  // 3E-24, 3E-25: which application, and what it may do on whose behalf.
  await page.waitForURL(/\/consent$/)
  const words = await page.locator('main').innerText()
  for (const word of [NAME, 'Example Law Firm', 'matter-archive.firm.example', '3E API', 'Read and write matters', 'act for you'])
    assert.ok(words.includes(word), `${word}: ${words}`)
  assert.ok(!words.includes('Read and write clients'))
  await lookAround(page, 'elite-consent')
  await press(page, 'Allow')
  const told = await application.last()
  assert.deepEqual(Object.keys(told).sort(), ['code', 'iss'])

  // 3E-28, 3E-29.
  const { status, body } = await exchange(told.code)
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.token_type, body.expires_in], ['Bearer', 3600])
  // 3E-19.
  const claims = await verified(origin, body.access_token)
  assert.ok([claims.aud].flat().includes(AUDIENCE), JSON.stringify(claims))
  const called = await matters(body.access_token)
  assert.deepEqual([called.status, called.body.person], [200, claims.sub])
  // 3E-15: what was not asked for stays closed.
  assert.equal((await clients(body.access_token)).status, 403)

  // 3E-35, 3E-36: each use returns another.
  const next = await refresh(body.refresh_token)
  assert.equal(next.status, 200, JSON.stringify(next.body))
  assert.notEqual(next.body.refresh_token, body.refresh_token)
  const third = await refresh(next.body.refresh_token)
  assert.equal((await matters(third.body.access_token)).status, 200)
  first = third.body
  await close()
})

/** 3E-20, 3E-21: the same again is not asked for; more is, and what is new is marked. What was agreed to stays good. */
test('incremental authorization shows what is new', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted(`openid offline_access ${MATTER}`))
  await signsOn(page)
  assert.ok((await application.last()).code, 'agreed to before')
  await page.goto(wanted(`openid offline_access ${MATTER} ${CLIENT}`))
  await page.waitForURL(/\/consent$/)
  const line = (text) => page.locator('.permissions > li').filter({ hasText: text })
  assert.match(await line('Read and write clients').innerText(), /New/)
  assert.doesNotMatch(await line('Read and write matters').innerText(), /New/)
  await lookAround(page, 'elite-consent-more')
  await press(page, 'Allow')
  const { body } = await exchange((await application.last()).code)
  assert.deepEqual([(await matters(body.access_token)).status, (await clients(body.access_token)).status], [200, 200])
  const old = await refresh(first.refresh_token)
  assert.deepEqual([old.status, (await clients(old.body.access_token)).status], [200, 403], 'the old grant stays, and is no wider')
  first = old.body
  await close()
})

/** 3E-43, 3E-44, 3E-45: the person cannot take it back, an operator can; refresh ends, and the next request asks again. */
test('an operator takes a consent back and the person cannot', async () => {
  const { page, close } = await person(browser)
  await signIn(page, env.TOLLGATE_CONSOLE, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/console\/clients/)
  await page.goto(`${env.TOLLGATE_CONSOLE}/profile/applications`)
  assert.equal(await page.getByRole('row').filter({ hasText: NAME }).count(), 1)
  assert.match(await page.locator('main').innerText(), /ask support/)
  assert.equal(await page.getByRole('button', { name: /Take back/ }).count(), 0)
  await lookAround(page, 'elite-profile-applications')
  const given = await manage(env)('GET', `/clients/${client.id}/consents`)
  const csrf = await page.locator('input[name="csrf"]').first().inputValue()
  const forged = await page.request.post(`${env.TOLLGATE_CONSOLE}/profile/applications/revoke`, {
    headers: { origin },
    form: { csrf, consent: given.items[0].id },
    maxRedirects: 0,
  })
  assert.ok(forged.status() >= 400, String(forged.status()))
  const still = await refresh(first.refresh_token)
  assert.equal(still.status, 200, 'nothing was taken back')

  const operator = await person(browser)
  await signIn(operator.page, env.TOLLGATE_CONSOLE, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD)
  await operator.page.waitForURL(/\/console\/desk/)
  await operator.page.goto(`${env.TOLLGATE_CONSOLE}/desk/clients/${client.id}/consents`)
  await lookAround(operator.page, 'elite-desk-consents')
  await operator.page.getByRole('link', { name: /^Take back/ }).click()
  await look(operator.page, 'elite-desk-consent-take-back')
  await operator.page.locator('main form button[type="submit"]').click()
  await operator.page.getByText('Nobody agreed to anything here').waitFor()
  await operator.close()

  const dead = await refresh(still.body.refresh_token)
  assert.deepEqual([dead.status, dead.body.error], [403, 'invalid_grant'])
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted(`openid offline_access ${MATTER}`))
  await page.waitForURL(/\/test\/sso-auth-nonprod$/)
  await press(page, 'I was there')
  await answers(page, 'Allow')
  assert.ok((await application.last()).code)
  await close()
})

/** 3E-11, 3E-12: `/v2/logout` leads to a listed address and to no other, and the session is over. */
test('the own way to log out is walked', async () => {
  const { page, close } = await person(browser)
  const [application, gone] = [await calledBack(page, CALLBACK), await calledBack(page, SIGNED_OUT)]
  await page.goto(wanted(MATTER))
  await signsOn(page)
  assert.ok((await application.last()).code)
  const logout = (returnTo) => `${origin}/v2/logout?${new URLSearchParams({ client_id: client.id, returnTo })}`
  await page.goto(logout('https://elsewhere.example/'))
  assert.equal(new URL(page.url()).origin, origin)
  await lookAround(page, 'elite-logout-unlisted')
  await page.goto(logout(SIGNED_OUT))
  if (await page.getByRole('button', { name: 'Sign out' }).count()) {
    await lookAround(page, 'elite-logout')
    await press(page, 'Sign out')
  }
  await gone.last()
  await page.goto(wanted(MATTER))
  await page.waitForURL(/\/sign-in$/)
  await close()
})
