// Signeasy: steps 1 and 2 of "How to generate access token for single user applications?".

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copied, go, heading, launch, lookAround, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console

before(async () => {
  ;({ env, stop } = await demo('signeasy'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

async function owner() {
  const one = await person(browser)
  await signIn(one.page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await go(one.page, 'Developer')
  return one
}

const me = (token) => fetch(`${env.TOLLGATE_GATEWAY}/v3/me`, { headers: { authorization: `Bearer ${token}` } })

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))

/** Step 3's request, with values from the page. */
async function tokenBy(page, secret) {
  return fetch(await copied(page, 'token URL'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{
    "client_id": "${await copied(page, 'client id')}",
    "client_secret": "${secret}",
    "audience": "https://api-ext.signeasy.com/",
    "grant_type": "client_credentials"
}`,
  })
}

async function tokenByClick(page) {
  await press(page, 'Get a token')
  const token = await copied(page, 'access token')
  const { iat, exp, aud } = claims(token)
  assert.equal(exp - iat, 2_592_000, 'SE-5: 30 days')
  assert.equal([aud].flat()[0], 'https://api-ext.signeasy.com/')
  assert.equal((await me(token)).status, 200)
  return token
}

/** SE-6, SE-7, SE-9, SE-16, SE-21: the live app's Authentication tab has id and secret, to be seen again; they buy a token that opens GET /v3/me. */
test('the credentials of a live app are found again under its Authentication tab', async () => {
  const { page, close } = await owner()
  await page.getByRole('link', { name: 'Case management', exact: true }).click()
  assert.equal(await page.getByRole('navigation', { name: 'Client', exact: true }).getByRole('link', { name: 'Authentication' }).getAttribute('aria-current'), 'page')
  assert.equal(await copied(page, 'client id'), env.TOLLGATE_CLIENT_ID)
  assert.ok(!(await page.content()).includes(env.TOLLGATE_CLIENT_SECRET), 'masked until it is asked for')
  const client = page.url()
  // Twice: it can be revisited.
  for (const nth of [1, 2]) {
    await page.getByRole('button', { name: /^Reveal/ }).click()
    assert.equal(await copied(page, 'client secret'), env.TOLLGATE_CLIENT_SECRET, `time ${nth}`)
    if (nth === 1) await lookAround(page, 'reveal')
    await page.goto(client)
  }
  const answer = await tokenBy(page, env.TOLLGATE_CLIENT_SECRET)
  assert.equal(answer.status, 200)
  const token = await answer.json()
  assert.deepEqual(Object.keys(token).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
  assert.deepEqual([token.scope, token.expires_in, token.token_type], ['rs:read rs:update', 2_592_000, 'Bearer'])
  const told = await me(token.access_token)
  assert.equal(told.status, 200)
  assert.equal((await told.json()).email, env.TOLLGATE_USER_EMAIL, 'SE-19: on behalf of the owner')
  await close()
})

/** SE-3, SE-24: a token for a live app at a click, and the advice to let code do it. */
test('a token for a live app comes at a click, with a recommendation', async () => {
  const { page, close } = await owner()
  await page.getByRole('link', { name: 'Case management', exact: true }).click()
  assert.match(await page.locator('main').innerText(), /let your code get its tokens/)
  const token = await tokenByClick(page)
  await lookAround(page, 'token')
  // It is shown this once.
  await page.getByRole('link', { name: 'Done' }).click()
  assert.ok(!(await page.content()).includes(token))
  await close()
})

/** SE-2, SE-6: a test app has credentials of its own, and a token at a click. */
test('a token for a test app comes at a click', async () => {
  const { page, close } = await owner()
  await page.getByRole('link', { name: 'New client' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Trial')
  await page.getByRole('radio', { name: /^Test/ }).check()
  for (const scope of ['rs:read', 'rs:update']) await page.getByRole('checkbox', { name: new RegExp(`^${scope}`) }).check()
  await lookAround(page, 'client-new')
  await press(page, 'Create')
  const secret = await copied(page, 'client secret')
  assert.notEqual(secret, env.TOLLGATE_CLIENT_SECRET)
  assert.equal((await tokenBy(page, secret)).status, 200)
  await page.getByRole('link', { name: 'I have copied it' }).click()
  assert.equal(await heading(page).then((text) => text.startsWith('Trial')), true)
  await tokenByClick(page)
  await close()
})
