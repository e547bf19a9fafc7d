// Signicat Express: "Create test account", and "How to create an API client", 1 to 5.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { accept, copied, go, launch, linkIn, look, lookAround, mailTo, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console

before(async () => {
  ;({ env, stop } = await demo('signicat'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

const NEWCOMER = 'newcomer@start.example'
const PASSWORD = 'violet engine gravel'

async function atDesk(act) {
  const operator = await person(browser)
  await signIn(operator.page, console, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD)
  const done = await act(operator)
  await operator.close()
  return done
}

/** The request of "Step 2": Basic, form, scopes in a list with spaces. */
async function tokenFor(id, secret, scope) {
  const answer = await fetch(env.TOLLGATE_TOKEN_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
  })
  return [answer.status, await answer.json()]
}

const documents = (token) =>
  fetch(`${env.TOLLGATE_GATEWAY}/signature/documents`, { headers: { authorization: `Bearer ${token}` } })

/** SG-2, SG-3, SG-7: anybody opens a test account at once, and finds a client in it. */
test('anybody opens a test account and finds its default client', async () => {
  const guest = await person(browser)
  await guest.page.goto(console)
  await lookAround(guest.page, 'sign-in-open')
  await guest.page.getByRole('link', { name: 'Open an account' }).click()
  await lookAround(guest.page, 'sign-up')
  await guest.page.getByLabel('Your name').fill('New Comer')
  await guest.page.getByLabel('E-mail address').fill(NEWCOMER)
  await guest.page.getByLabel("Your firm's name").fill('Start Ltd')
  await press(guest.page, 'Send me the link')
  await guest.page.waitForURL(/mail-sent/)
  await lookAround(guest.page, 'mail-sent')
  const link = linkIn(await atDesk((operator) => mailTo(operator, console, NEWCOMER)))

  await accept(guest.page, link, PASSWORD)
  await guest.page.waitForURL(/\/console\/clients/)
  await guest.page.getByRole('link', { name: 'Default client', exact: true }).click()
  // It is a test account: its client is a test client.
  assert.ok(await guest.page.locator('h1 .badge-test').count())
  const id = await copied(guest.page, 'client id')
  await guest.page.getByRole('link', { name: 'Generate secret' }).click()
  await press(guest.page, 'Generate secret')
  const [status, token] = await tokenFor(id, await copied(guest.page, 'client secret'), 'document_read')
  assert.equal(status, 200)
  assert.equal((await documents(token.access_token)).status, 200)
  await guest.close()
})

/** SG-3: without script the code of the link is typed; the rest is the same. A link opens one account. */
test('an account is opened without script as well', async () => {
  const guest = await person(browser, { script: false })
  await guest.page.goto(`${console}/sign-up`)
  await guest.page.getByLabel('Your name').fill('Plain Reader')
  await guest.page.getByLabel('E-mail address').fill('plain@start.example')
  await guest.page.getByLabel("Your firm's name").fill('Plain Ltd')
  await press(guest.page, 'Send me the link')
  const link = linkIn(await atDesk((operator) => mailTo(operator, console, 'plain@start.example')))
  const opens = async () => {
    await guest.page.goto(link)
    await guest.page.getByLabel('Code from the link').fill(new URL(link).hash.slice(1))
    await press(guest.page, 'Go on')
  }
  await opens()
  await guest.page.getByLabel('New password').fill(PASSWORD)
  await press(guest.page, 'Open the account')
  await guest.page.waitForURL(/\/console\/clients/)
  await guest.page.getByRole('link', { name: 'Default client', exact: true }).waitFor()
  await opens()
  assert.equal(await guest.page.getByLabel('New password').count(), 0, 'the link is spent')
  await guest.close()
})

/** SG-8, SG-9, SG-11, SG-12, SG-13, SG-24, SG-25, SG-29, SG-30, SG-31: the five steps, and what each of them makes true. */
test('a client is made, and its scopes hold from Save on', async () => {
  const { page, close } = await person(browser)
  // 1. Log in. 2. Account, API Clients.
  await signIn(page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  assert.ok(await page.getByRole('navigation', { name: 'Sections' }).getByText('Account', { exact: true }).isVisible())
  await go(page, 'API Clients')
  // 3. New client, name, Create; the secret is there to copy.
  await page.getByRole('link', { name: 'New client' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Archive')
  await page.getByRole('radio', { name: /^Live/ }).check()
  await page.getByRole('radio', { name: /^Signature/ }).check()
  await page.getByRole('checkbox', { name: /^document_read/ }).check()
  await look(page, 'client-new-scopes')
  await press(page, 'Create')
  const secret = await copied(page, 'client secret')
  const id = await copied(page, 'client id')
  await lookAround(page, 'client-created')
  await page.getByRole('link', { name: 'I have copied it' }).click()
  // SG-29: the id is there, the secret never again.
  assert.equal(await copied(page, 'client id'), id)
  assert.ok(!(await page.content()).includes(secret))
  assert.ok(await page.getByRole('link', { name: 'Regenerate' }).isVisible(), 'a new one is on offer')
  assert.equal(await page.getByRole('button', { name: /^Reveal/ }).count(), 0)

  // 4. OAuth/OpenID Config, Edit, API access.
  assert.deepEqual(await tokenFor(id, secret, 'document_read document_write'), [400, { error: 'invalid_scope' }])
  const tabs = page.getByRole('navigation', { name: 'Client', exact: true })
  assert.ok(await tabs.getByRole('link', { name: 'OAuth/OpenID Config' }).isVisible())
  await tabs.getByRole('link', { name: 'Scopes' }).click()
  await lookAround(page, 'scopes')
  await page.getByRole('link', { name: 'Edit' }).click()
  assert.ok(await page.getByRole('heading', { name: 'API access' }).isVisible())
  await page.getByRole('checkbox', { name: /^document_write/ }).check()
  await lookAround(page, 'scopes-edit')
  // SG-13: not before Save.
  assert.deepEqual(await tokenFor(id, secret, 'document_read document_write'), [400, { error: 'invalid_scope' }])
  // 5. Save.
  await press(page, 'Save')
  await page.waitForURL(/\/scopes(\?|$)/)
  await look(page, 'scopes-saved')
  const [status, token] = await tokenFor(id, secret, 'document_read document_write')
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(token).sort(), ['access_token', 'expires_in', 'token_type'])
  assert.equal((await documents(token.access_token)).status, 200)
  await close()
})

/** SG-10: who has more than one account chooses: View account, search, API Clients. */
test('a member of several accounts searches and chooses one', async () => {
  await atDesk(async ({ page }) => {
    for (const name of ['Harbour Insurance', 'Mountain Insurance']) {
      await page.goto(`${console}/desk/accounts/new`)
      await page.getByLabel('Name', { exact: true }).fill(name)
      await press(page, 'Create account')
      await page.getByRole('link', { name: 'Add a member' }).click()
      await page.getByLabel('E-mail address').fill(env.TOLLGATE_USER_EMAIL)
      await page.getByLabel('Name', { exact: true }).fill('Developer')
      await page.getByRole('checkbox', { name: /^API Developer/ }).check()
      await press(page, 'Add member')
      await page.waitForURL(/\/members\/mem/)
    }
  })
  const { page, close } = await person(browser)
  await signIn(page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await page.waitForURL(/\/console\/accounts/)
  await lookAround(page, 'accounts')
  await page.getByRole('row', { name: /Harbour Insurance/ }).getByRole('button').click()
  await page.waitForURL(/\/console\/clients/)
  assert.match(await page.locator('header').innerText(), /Harbour Insurance/)
  assert.ok(!(await page.content()).includes(env.TOLLGATE_CLIENT_ID), 'no client of another account')
  // And on to another, from wherever one is.
  await page.locator('details.switcher summary').click()
  await look(page, 'switcher')
  await page.getByRole('link', { name: 'View all accounts' }).click()
  await page.getByRole('row', { name: /Example Insurance/ }).getByRole('button').click()
  await go(page, 'API Clients')
  await page.locator('main').getByText(env.TOLLGATE_CLIENT_ID).waitFor()
  await close()

  // Those who run the place search among all accounts.
  await atDesk(async ({ page }) => {
    await page.goto(`${console}/accounts`)
    await page.getByLabel('Name or id').fill('mount')
    await press(page, 'Search')
    assert.equal(await page.getByRole('button', { name: /^Look after/ }).count(), 1)
    await lookAround(page, 'accounts-found')
    await press(page, 'Look after Mountain Insurance')
    await page.waitForURL(/\/console\/clients/)
    assert.match(await page.locator('header').innerText(), /Mountain Insurance/)
  })
})
