// Elite 3E: steps 1 to 3. A request with redirect addresses, an operator's answer, credentials.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copied, go, tab, launch, look, lookAround, mailTo, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console

before(async () => {
  ;({ env, stop } = await demo('elite-3e'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

async function admin() {
  const one = await person(browser)
  await signIn(one.page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await one.page.waitForURL(/\/console\/clients/)
  return one
}

const LOCAL = 'http://localhost:5000/callback'

/** Asks for a client, up to the button. */
async function asks(page, name, environment, redirects, logout = '') {
  await go(page, 'API access')
  await tab(page, 'Requests')
  await page.getByRole('link', { name: 'Request a client' }).first().click()
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('radio', { name: new RegExp(`^${environment}`) }).check()
  await page.getByRole('checkbox', { name: /3e\.matter/ }).check()
  await page.getByLabel(/^Redirect addresses/).fill(redirects)
  await page.getByLabel(/^Logout addresses/).fill(logout)
  await page.getByLabel(/^What is it for/).fill('Matters go to the archive.')
  await press(page, 'Send request')
}

/** 3E-5, 3E-7, 3E-9, 3E-10, 3E-11: a request needs one redirect address, and localhost is for the lower environment alone. */
test('a request carries redirect addresses, and localhost is for test alone', async () => {
  const { page, close } = await admin()
  // 3E-5: no client without a request.
  assert.equal(await page.getByRole('link', { name: 'New client' }).count(), 0)
  await page.goto(`${console}/clients/new`)
  assert.equal(new URL(page.url()).pathname, '/console/applications/new', 'the way is a request')

  for (const host of ['localhost:5000', '127.0.0.1', '[::1]:5000']) {
    await asks(page, 'Archive', 'Live', `https://archive.firm.example/callback\nhttp://${host}/callback`)
    // Nothing of what was typed is lost.
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Archive')
    assert.ok(await page.getByRole('radio', { name: /^Live/ }).isChecked())
    assert.ok(await page.getByRole('checkbox', { name: /3e\.matter/ }).isChecked())
    const field = page.getByLabel(/^Redirect addresses/)
    assert.equal(await field.inputValue(), `https://archive.firm.example/callback\nhttp://${host}/callback`)
    assert.equal(await field.getAttribute('aria-invalid'), 'true', host)
    assert.match(await page.locator('#e-redirect_uris').innerText(), new RegExp(host.replace(/[[\]]/g, '\\$&')))
  }
  await lookAround(page, 'apply-refused')

  // 3E-9: none at all. The browser does not send it; whoever sends it all the same is refused.
  await page.getByLabel(/^Redirect addresses/).fill(' ')
  await press(page, 'Send request')
  assert.equal(await page.getByLabel(/^Redirect addresses/).getAttribute('aria-invalid'), 'true')

  // 3E-10, 3E-11: test takes localhost; a logout address is optional.
  await asks(page, 'Archive trial', 'Test', LOCAL)
  await page.waitForURL(/\/applications\/app/)
  await lookAround(page, 'application-waits')
  await asks(page, 'Archive', 'Live', 'https://archive.firm.example/callback', 'https://archive.firm.example/bye')
  await page.waitForURL(/\/applications\/app/)
  await close()
})

/** 3E-5, 3E-6: the operator approves, the firm is told by mail without any secret, and generates it. */
test('an approved request becomes a client whose secret the firm generates', async () => {
  const operator = await person(browser)
  await signIn(operator.page, console, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD)
  await operator.page.waitForURL(/\/console\/desk/)
  await look(operator.page, 'desk-waiting')
  await go(operator.page, /^Requests/)
  await operator.page.getByRole('link', { name: 'Archive trial', exact: true }).click()
  await lookAround(operator.page, 'desk-application')
  assert.match(await operator.page.locator('main').innerText(), new RegExp(LOCAL))
  await operator.page.getByLabel(/^What you say to them/).fill('Welcome. Try it in the test environment first.')
  await press(operator.page, 'Approve and make the client')
  await operator.page.getByText('The client it became').waitFor()
  await go(operator.page, /^Requests/)
  await operator.page.getByRole('link', { name: 'Archive', exact: true }).click()
  await operator.page.getByLabel('Why').fill('Please show the trial first.')
  await press(operator.page, 'Decline')
  await operator.page.waitForURL(/done=|applications/)
  const mail = await mailTo(operator, console, env.TOLLGATE_USER_EMAIL)
  assert.ok(!/tgs_\w{20}|[A-Za-z0-9_-]{60}/.test(mail), 'no secret goes by mail')
  await operator.close()

  const { page, close } = await admin()
  await go(page, 'API access')
  await tab(page, 'Requests')
  await lookAround(page, 'applications')
  await page.getByRole('link', { name: 'Archive', exact: true }).click()
  assert.match(await page.locator('main').innerText(), /Please show the trial first\./)
  await go(page, 'API access')
  await tab(page, 'Requests')
  await page.getByRole('link', { name: 'Archive trial', exact: true }).click()
  assert.match(await page.locator('main').innerText(), /Try it in the test environment first\./)
  await look(page, 'application-approved')
  await page.getByRole('link', { name: 'Open the client' }).click()
  assert.match(await page.locator('main').innerText(), /There is no secret yet/)
  const [id, audience, url] = [await copied(page, 'client id'), await copied(page, 'audience'), await copied(page, 'token URL')]
  const asked = (secret) =>
    fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret, audience }),
    })
  assert.equal((await asked('none')).status, 401, '3E-6: before its secret is made it gets nothing')
  await page.getByRole('link', { name: 'Generate secret' }).click()
  await press(page, 'Generate secret')
  const answer = await asked(await copied(page, 'client secret'))
  assert.equal(answer.status, 200)
  const { access_token } = await answer.json()
  const matters = await fetch(`${env.TOLLGATE_GATEWAY}/3eapi/api/v1/matter`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.equal(matters.status, 200)

  // 3E-7: the addresses are on record, and can be changed by the same rules.
  await page.getByRole('link', { name: 'I have copied it' }).click()
  await page.getByRole('navigation', { name: 'Client', exact: true }).getByRole('link', { name: 'Addresses' }).click()
  assert.ok((await page.locator('main').innerText()).includes(LOCAL))
  await lookAround(page, 'addresses')
  await page.getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel(/^Redirect addresses/).fill('ftp://archive.firm.example')
  await press(page, 'Save')
  assert.equal(await page.getByLabel(/^Redirect addresses/).inputValue(), 'ftp://archive.firm.example')
  await lookAround(page, 'addresses-refused')
  await close()
})
