// Sovos: steps 2 to 4. The documented request in a browser, from the redirect to the token, the call and the refresh.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { ask, call, calledBack, firmOf, manage, pkce, register, signsIn, verified } from './application.js'
import { heading, launch, lookAround, person, press, shot } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, client, origin

// As the document prints it.
const DOCUMENT =
  'https://accounts.trust.sovos.com/oauth2/auth?response_type=code&client_id={{client_id}}&state=12345678901234567890&scope=openid%20profile%20birthdate%20email%20phone%20credential%20offline%20offline_access&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&code_challenge={{code_challenge}}&code_challenge_method=S256&acr_values=urn:acr:face'
const CALLBACK = 'https://example.com/callback'
const STATE = '12345678901234567890'

before(async () => {
  ;({ env, stop } = await demo('sovos'))
  origin = new URL(env.TOLLGATE_AUTHORIZE_URL).origin
  // What Professional Services set up (SO-1).
  const wish = {
    account: await firmOf(env),
    name: 'Onboarding app',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  }
  client = await register(manage(env), wish, { signer: [] })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

/** The document's address, its placeholders filled in; its host is this house. */
const pasted = (challenge) =>
  DOCUMENT.replace('{{client_id}}', client.id)
    .replace('{{code_challenge}}', challenge)
    .replace('https://accounts.trust.sovos.com', origin)

/** Up to the question: sign-in, then the face. */
async function upToConsent(page, challenge) {
  await page.goto(pasted(challenge))
  await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/test\/face$/)
  await press(page, 'I was there')
  await page.waitForURL(/\/consent$/)
}

/** SO-13: who declines gives no code, and the application learns that. */
test('who declines gives no code', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await upToConsent(page, pkce().challenge)
  await press(page, 'Do not allow')
  const told = await application.last()
  assert.deepEqual([told.error, told.state, told.code], ['access_denied', STATE, undefined])
  await close()
})

/** SO-13: who turns back at the sign-in or before the face has given nothing either. */
test('who turns back on the way gives no code', async () => {
  for (const at of ['sign-in', 'face']) {
    const { page, close } = await person(browser)
    const application = await calledBack(page, CALLBACK)
    await page.goto(pasted(pkce().challenge))
    if (at === 'face') {
      await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
      await page.waitForURL(/\/test\/face$/)
    }
    await press(page, 'Cancel')
    const told = await application.last()
    assert.deepEqual([told.error, told.state, told.code], ['access_denied', STATE, undefined], at)
    await close()
  }
})

/** SO-2 to SO-15, SO-24: from the redirect to the envelope and the refresh. */
test('the documented request leads from the redirect to an envelope and a refresh', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  const { verifier, challenge } = pkce()

  // SO-7, SO-13: sign-in first.
  await page.goto(pasted(challenge))
  await page.waitForURL(/\/flow\/[^/]+\/sign-in$/)
  assert.match(await page.locator('main').innerText(), /Onboarding app/)
  await lookAround(page, 'sovos-sign-in')
  await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  // SO-12: then the face.
  await page.waitForURL(/\/test\/face$/)
  assert.match(await page.locator('main').innerText(), /Show my face/)
  await lookAround(page, 'sovos-face')
  await press(page, 'I was there')
  await page.waitForURL(/\/consent$/)
  assert.equal(await heading(page), 'Allow access?')
  const asked = await page.locator('.permissions > li').allInnerTexts()
  assert.ok(asked.some((line) => /date of birth/i.test(line)) && asked.some((line) => /identity document/i.test(line)), asked.join('\n'))
  const words = await page.locator('main').innerText()
  for (const word of ['Onboarding app', 'Example Bank', 'example.com', env.TOLLGATE_USER_EMAIL]) assert.ok(words.includes(word), word)
  await lookAround(page, 'sovos-consent')
  assert.deepEqual(application.came, [], 'nothing came before it was agreed to')
  await press(page, 'Allow')
  // SO-8, SO-10: the code comes to the registered address, with the same state.
  const { code, state, iss } = await application.last()
  assert.deepEqual([state, iss], [STATE, env.TOLLGATE_ISSUER])

  // SO-11, SO-21: Basic, and the verifier.
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }
  const { status, body } = await ask(env.TOLLGATE_TOKEN_URL, exchange, client)
  assert.equal(status, 200, JSON.stringify(body))
  const claims = await verified(origin, body.id_token)
  assert.deepEqual([claims.iss, [claims.aud].flat()[0], claims.acr], [env.TOLLGATE_ISSUER, client.id, 'urn:acr:face'])
  assert.ok(claims.amr.includes('face') && claims.auth_time <= claims.iat, JSON.stringify(claims))

  // SO-4, SO-5, SO-6: what the scopes open.
  const info = await call(`${origin}/userinfo`, body.access_token)
  assert.equal(info.status, 200)
  assert.equal(info.body.sub, claims.sub)
  assert.deepEqual([info.body.birthdate, info.body.credential.country], ['1990-01-31', 'CL'])
  assert.deepEqual([info.body.email, info.body.phone_number], [env.TOLLGATE_USER_EMAIL, '+15555550100'])

  // SO-14, SO-15, SO-24: the integration's own token opens the API, and the person's ID token says for whom.
  const own = await ask(env.TOLLGATE_TOKEN_URL, { grant_type: 'client_credentials', audience: 'signer.trust.sovos.com' }, client)
  assert.equal(own.status, 200, JSON.stringify(own.body))
  const envelope = (id_token) =>
    call(`${env.TOLLGATE_GATEWAY}/create-envelope`, own.body.access_token, {
      method: 'POST',
      headers: { 'x-id-token': id_token, 'content-type': 'application/json' },
      body: '{"name": "Contract"}',
    })
  const made = await envelope(body.id_token)
  assert.deepEqual([made.status, made.body.client, made.body.person], [200, client.id, claims.sub])
  const [head, , signature] = body.id_token.split('.')
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url')
  assert.equal((await envelope(`${head}.${other}.${signature}`)).status, 401, 'a forged one is refused')

  // SO-9: the refresh token buys the next, and the person stays the same.
  const next = await ask(env.TOLLGATE_TOKEN_URL, { grant_type: 'refresh_token', refresh_token: body.refresh_token }, client)
  assert.equal(next.status, 200, JSON.stringify(next.body))
  assert.notEqual(next.body.refresh_token, body.refresh_token)
  assert.equal((await call(`${origin}/userinfo`, next.body.access_token)).body.sub, claims.sub)
  await close()
})

/** SO-28, 3E-45: where the preset lets people, they see what they agreed to and take it back; the refresh ends with it. */
test('a person takes back what was agreed to', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  const { verifier, challenge } = pkce()
  await page.goto(pasted(challenge))
  await signsIn(page, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/test\/face$/)
  // Agreed to before, so that it is not asked again.
  await press(page, 'I was there')
  const { code } = await application.last()
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }
  const { body } = await ask(env.TOLLGATE_TOKEN_URL, exchange, client)
  await page.goto(`${env.TOLLGATE_CONSOLE}/profile/applications`)
  const row = page.getByRole('row').filter({ hasText: 'Onboarding app' })
  await lookAround(page, 'profile-applications')
  await row.getByRole('button', { name: /^Take back/ }).click()
  await row.waitFor({ state: 'detached' })
  const dead = await ask(env.TOLLGATE_TOKEN_URL, { grant_type: 'refresh_token', refresh_token: body.refresh_token }, client)
  assert.equal(dead.body.error, 'invalid_grant')
  await page.goto(pasted(pkce().challenge))
  await page.waitForURL(/\/consent$/)
  await close()
})

/** SO-2, SO-13: nothing of the way needs script. */
test('the way is gone without script', async () => {
  const { page, close } = await person(browser, { script: false })
  const application = await calledBack(page, CALLBACK)
  await upToConsent(page, pkce().challenge)
  await shot(page, 'sovos-consent-no-script')
  await press(page, 'Allow')
  assert.ok((await application.last()).code)
  await close()
})
