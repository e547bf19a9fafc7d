// Sovos: step 1, "contact the Professional Services team".

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copied, launch, lookAround, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console

before(async () => {
  ;({ env, stop } = await demo('sovos'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

/** SO-1: nobody registers a client alone; the page says whom to ask, and the server refuses the form as well. */
test('a firm is told whom to ask for a client', async () => {
  const { page, close } = await person(browser)
  await signIn(page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/console\/clients/)
  assert.equal(await page.getByRole('link', { name: 'New client' }).count(), 0)
  assert.match(await page.locator('main').innerText(), /Professional Services/)
  await lookAround(page, 'clients-ask')
  await page.goto(`${console}/clients/new`)
  assert.equal(new URL(page.url()).pathname, '/console/clients', 'there is no form')
  const csrf = await page.locator('input[name="csrf"]').first().inputValue()
  const forged = await page.request.post(`${console}/clients/new`, {
    headers: { origin: env.TOLLGATE_CONSOLE.replace('/console', '') },
    form: { csrf, name: 'Forged', environment: 'test', api: 'signer' },
  })
  assert.equal(forged.status(), 403)
  await page.goto(`${console}/clients`)
  assert.equal(await page.getByRole('link', { name: 'Forged' }).count(), 0)
  await close()
})

/** SO-1, SO-15, SO-16, SO-17, SO-21, SO-24: Professional Services makes it at the desk; what is handed over buys a token. */
test('an operator makes the client, and its credentials work', async () => {
  const { page, close } = await person(browser)
  await signIn(page, console, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD)
  await page.waitForURL(/\/console\/desk/)
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Accounts' }).click()
  await page.getByRole('link', { name: 'Example Bank', exact: true }).click()
  await press(page, 'Make a client')
  await page.waitForURL(/\/clients\/new/)
  await page.getByLabel('Name', { exact: true }).fill('Signing desk')
  await page.getByRole('radio', { name: /^Live/ }).check()
  await press(page, 'Create')
  const [secret, id, url] = [await copied(page, 'client secret'), await copied(page, 'client id'), await copied(page, 'token URL')]
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', audience: 'signer.trust.sovos.com' }),
  })
  assert.equal(answer.status, 200)
  const { access_token } = await answer.json()
  const envelopes = await fetch(`${env.TOLLGATE_GATEWAY}/envelopes`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.equal(envelopes.status, 200)
  await close()

  // The firm sees it, and sees no secret.
  const firm = await person(browser)
  await signIn(firm.page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await firm.page.getByRole('link', { name: 'Signing desk', exact: true }).click()
  assert.equal(await copied(firm.page, 'client id'), id)
  assert.ok(!(await firm.page.content()).includes(secret))
  await firm.close()
})
