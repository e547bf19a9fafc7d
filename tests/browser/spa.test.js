// oidc-client-ts in a browser: an application without a server and without a secret, on an origin of its own.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { launch, person, press } from './browser.js'
import { CALLBACK, SILENT, application } from './spa.js'
import { ANN, serve } from '../peers/node/serve.js'

let browser, house, spa, client

before(async () => {
  spa = await application()
  house = await serve()
  // The same files under another site, and under the house's own.
  const [elsewhere, beside] = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${spa.port}`)
  client = await house.manager.application(house.account, {
    name: 'Reader',
    method: 'none',
    redirect_uri: elsewhere + CALLBACK,
    redirect_uris: [elsewhere, beside].flatMap((origin) => [origin + CALLBACK, origin + SILENT]),
    logout_uris: [`${elsewhere}/`],
  })
  Object.assign(client, { elsewhere, beside })
  spa.knows({ authority: house.issuer, client_id: client.id, scope: 'openid profile email offline_access' })
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await house?.stop()
  await spa?.stop()
})

const ready = (page) => page.locator('body[data-ready]').waitFor({ state: 'attached' })

/** Opens the application and lets Ann sign in at it; what it holds then. */
async function signsIn(page, origin) {
  await page.goto(`${origin}/`)
  await ready(page)
  await page.evaluate(() => void globalThis.manager.signinRedirect())
  await page.waitForURL(/\/sign-in$/)
  await page.getByLabel('E-mail address').fill(ANN.email)
  await page.getByLabel('Password', { exact: true }).fill(ANN.password)
  await press(page, 'Sign in')
  await page.waitForURL((url) => url.pathname === CALLBACK || url.pathname.endsWith('/consent'))
  if (new URL(page.url()).pathname !== CALLBACK) await page.locator('button[value="approve"]').click()
  return came(page)
}

async function came(page) {
  await page.waitForURL((url) => url.pathname === CALLBACK)
  await ready(page)
  return page.evaluate(async () => {
    const { access_token, refresh_token, id_token, profile, session_state } = await globalThis.came
    return { access_token, refresh_token, id_token, profile, session_state }
  })
}

/** 3E-13, PK1, OC3: code and PKCE without a secret; token, UserInfo and keys are read from another site's page. */
test('a page of another site signs somebody in and verifies what it was told', async () => {
  const { page, close } = await person(browser)
  const user = await signsIn(page, client.elsewhere)
  assert.equal(user.profile.iss, house.issuer)
  assert.equal(user.profile.aud, client.id)
  assert.equal(user.profile.email, ANN.email, 'of UserInfo')
  assert.ok(user.refresh_token)
  const verified = await page.evaluate(
    async ({ id_token, audience, issuer }) => {
      const { jwks_uri } = await globalThis.manager.metadataService.getMetadata()
      const keys = await globalThis.manager.metadataService.getSigningKeys()
      const judge = { issuer, audience, algorithms: ['RS256'] }
      const remote = globalThis.jose.createRemoteJWKSet(new URL(jwks_uri))
      const { payload, protectedHeader } = await globalThis.jose.jwtVerify(id_token, remote, judge)
      return { sub: payload.sub, known: keys.some(({ kid }) => kid === protectedHeader.kid) }
    },
    { id_token: user.id_token, audience: client.id, issuer: house.issuer },
  )
  assert.deepEqual(verified, { sub: user.profile.sub, known: true })
  // The code is gone from what the page can still send.
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).includes('code_verifier'))
  await close()
})

/** RT2, RU2: the library renews by itself with its refresh token, which is another one each time; nothing is asked. */
test('a page renews silently with its refresh token', async () => {
  const { page, close } = await person(browser)
  const first = await signsIn(page, client.elsewhere)
  const address = page.url()
  const second = await page.evaluate(async () => {
    const { access_token, refresh_token, profile } = await globalThis.manager.signinSilent()
    return { access_token, refresh_token, profile }
  })
  assert.notEqual(second.access_token, first.access_token)
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal(second.profile.sub, first.profile.sub)
  // As it happens by itself, when a token is about to expire: here each always is.
  const third = await page.evaluate(
    () =>
      new Promise((renewed, failed) => {
        const manager = globalThis.made({ automaticSilentRenew: true, accessTokenExpiringNotificationTimeInSeconds: 3600 })
        manager.events.addSilentRenewError(failed)
        manager.events.addUserLoaded(({ access_token, refresh_token }) => {
          manager.stopSilentRenew()
          renewed({ access_token, refresh_token })
        })
      }),
  )
  assert.ok(![first, second].some(({ refresh_token }) => refresh_token === third.refresh_token))
  assert.equal(page.url(), address)
  await close()
})

/** A page ends its tokens, and can read that they are refused. */
test('a page revokes its tokens and reads the refusal', async () => {
  const { page, close } = await person(browser)
  const user = await signsIn(page, client.elsewhere)
  const told = await page.evaluate(async (token) => {
    const address = await globalThis.manager.metadataService.getUserInfoEndpoint()
    const ask = () => fetch(address, { headers: { authorization: `Bearer ${token}` } })
    const before = (await ask()).status
    await globalThis.manager.revokeTokens()
    const after = await ask()
    return { before, after: after.status, challenge: after.headers.get('www-authenticate') }
  }, user.access_token)
  assert.deepEqual([told.before, told.after], [200, 401])
  assert.match(told.challenge, /^Bearer .*error="invalid_token"/)
  await close()
})

/** RU8: the endpoint that reads cookies is for the browser itself; a page elsewhere cannot read it. */
test('a page elsewhere reads nothing of the authorization endpoint', async () => {
  const one = await person(browser)
  await signsIn(one.page, client.elsewhere)
  const tried = await one.page.evaluate(async () => {
    const address = await globalThis.manager.metadataService.getAuthorizationEndpoint()
    const all = []
    for (const credentials of ['omit', 'include']) {
      all.push(await fetch(address, { credentials }).then(() => 'read', (error) => error.name))
    }
    return all
  })
  assert.deepEqual(tried, ['TypeError', 'TypeError'])
  const complaints = one.faults.splice(0)
  assert.equal(complaints.length, 2, complaints.join('\n'))
  for (const complaint of complaints) assert.match(complaint, /authorize.*blocked by CORS policy/)
  await one.close()
})

/**
 * OC2: a hidden frame with `prompt=none` renews where the browser lets the frame be the person's, on the house's own site.
 * In a frame of another site the cookie is not sent (SameSite), so that nobody is signed in there.
 */
test('a hidden frame renews on the same site and on no other', async () => {
  const frame = (page) =>
    page.evaluate(() => {
      const manager = globalThis.made({ scope: 'openid email' })
      return manager.removeUser().then(() => manager.signinSilent()).then(
        ({ profile, refresh_token }) => ({ sub: profile.sub, refresh_token }),
        ({ error }) => ({ error }),
      )
    })
  const beside = await person(browser)
  const user = await signsIn(beside.page, client.beside)
  assert.deepEqual(await frame(beside.page), { sub: user.profile.sub, refresh_token: undefined })
  await beside.close()

  const elsewhere = await person(browser)
  await signsIn(elsewhere.page, client.elsewhere)
  assert.deepEqual(await frame(elsewhere.page), { error: 'login_required' })
  await elsewhere.close()
})

/** OC4: the library's sign-out ends the session in the house as well. */
test('signing out of the page is signing out of the house', async () => {
  const { page, close } = await person(browser)
  await signsIn(page, client.elsewhere)
  await page.evaluate(() => void globalThis.manager.signoutRedirect())
  await page.waitForURL((url) => url.origin === client.elsewhere && url.pathname === '/')
  await ready(page)
  await page.evaluate(() => void globalThis.manager.signinRedirect())
  await page.waitForURL(/\/sign-in$/)
  await close()
})
