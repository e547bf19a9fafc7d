// SafeSend, as 4.1 to 4.3 of its document tell it: a browser, the document, and nothing else.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { accept, copied, go, tab, heading, launch, linkIn, look, lookAround, mailTo, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console

before(async () => {
  ;({ env, stop } = await demo('safesend'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

const ADMIN = () => [console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD]
const OPERATOR = () => [console, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD]
const SECOND = 'second.developer@firm.example'
const STAFF = 'staff@firm.example'
const PASSWORD = 'violet engine gravel'

/** What the document's 4.2 prints, filled in. */
const tokenFor = (url, id, secret, audience) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{
  "client_id": "${id}",
  "client_secret": "${secret}",
  "audience": "${audience}",
  "grant_type": "client_credentials"
}`,
  })

/** What 4.3 prints. */
const call = (token, email) =>
  fetch(`${env.TOLLGATE_GATEWAY}/ssr/v2/return/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-email': email },
    body: '{"documents":["string"],"fileURLs":["string"],"correlationId":"string","rid":"string","clientId":"string","delayRecognition":true,"taxSoftware":1,"callbackUri":"string"}',
  })

/** From the console's address to the page of a client, by the words of the document alone. */
async function toClient(page, name) {
  await page.goto(console)
  const sections = page.getByRole('navigation', { name: 'Sections' })
  assert.ok(await sections.getByText('Account Management', { exact: true }).isVisible())
  await go(page, 'Developer Section')
  await tab(page, 'APIs - Client')
  await page.getByRole('link', { name, exact: true }).click()
  await page.waitForURL(/\/clients\/[^/]+$/)
}

/** Regenerate asks first; then the new secret is there. */
async function regenerate(page, { script = true } = {}) {
  await page.getByRole('link', { name: /^(Regenerate|Generate secret)$/ }).click()
  assert.match(await heading(page), /client secret/)
  await page.getByRole('button', { name: /^(Regenerate|Generate secret)$/ }).click()
  return copied(page, 'client secret', { script })
}

let shown

for (const script of [true, false]) {
  /**
   * SS-6, SS-7, SS-9, SS-10, SS-11, SS-13, SS-14, SS-15, SS-58 on the pages; SS-19, SS-24, SS-25, SS-26, SS-33, SS-42
   * by what was copied from them. Without script the same.
   */
  test(`a firm's developer gets a secret, a token and a 200${script ? '' : ', without script'}`, async () => {
    const { page, close } = await person(browser, { script })
    // 4.1, 1: navigate to the site, choose the Developer section.
    await signIn(page, ...ADMIN())
    await toClient(page, 'Practice software')
    // 4.1, 2: client id and audience are visible, the secret is not.
    const id = await copied(page, 'client id', { script })
    const audience = await copied(page, 'audience', { script })
    const url = await copied(page, 'token URL', { script })
    assert.equal(id, env.TOLLGATE_CLIENT_ID)
    assert.equal(audience, env.TOLLGATE_AUDIENCE)
    assert.equal(url, env.TOLLGATE_TOKEN_URL)
    assert.ok(!(await page.content()).includes(env.TOLLGATE_CLIENT_SECRET))
    if (script) await lookAround(page, 'client')

    // SS-58: it is asked, and nothing happens before the answer.
    await page.getByRole('link', { name: 'Regenerate' }).click()
    assert.match(await page.locator('main').innerText(), /stops working the moment/)
    if (script) await lookAround(page, 'regenerate')
    await page.getByRole('link', { name: 'Cancel' }).click()
    const old = shown ?? env.TOLLGATE_CLIENT_SECRET
    assert.equal((await tokenFor(url, id, old, audience)).status, 200, 'the old secret still works')

    const secret = await regenerate(page, { script })
    if (script) await lookAround(page, 'secret')
    assert.notEqual(secret, old)
    shown = secret

    // 4.2: the token.
    const answer = await tokenFor(url, id, secret, audience)
    assert.equal(answer.status, 200)
    const token = await answer.json()
    assert.deepEqual(Object.keys(token).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
    assert.equal(token.scope, 'https://api.tr.com/auth/safesend.all')
    assert.equal(token.token_type, 'Bearer')
    assert.ok(Number.isInteger(token.expires_in))
    assert.equal((await tokenFor(url, id, old, audience)).status, 401, 'SS-13: the old secret is over')
    // 4.3: the call.
    assert.equal((await call(token.access_token, env.TOLLGATE_USER_EMAIL)).status, 200)

    // SS-14, SS-15: what stays, stays.
    await page.getByRole('link', { name: 'I have copied it' }).click()
    assert.equal(await copied(page, 'client id', { script }), id)
    assert.equal(await copied(page, 'audience', { script }), audience)
    assert.ok(!(await page.content()).includes(secret))
    await close()
  })
}

/** SS-10: the firm has its client from the start, and no secret before the first Regenerate. */
test('the default client has no secret before the first one is made', async () => {
  const { page, close } = await person(browser)
  await signIn(page, ...OPERATOR())
  await page.goto(`${console}/desk/accounts/new`)
  await page.getByLabel('Name', { exact: true }).fill('New Firm')
  await press(page, 'Create account')
  await press(page, 'Look after this account')
  await page.waitForURL(/\/console\/clients/)
  await toClient(page, 'API client')
  assert.match(await page.locator('main').innerText(), /There is no secret yet/)
  const id = await copied(page, 'client id')
  const audience = await copied(page, 'audience')
  const url = await copied(page, 'token URL')
  assert.equal((await tokenFor(url, id, 'guessed', audience)).status, 401)
  const secret = await regenerate(page)
  assert.equal((await tokenFor(url, id, secret, audience)).status, 200)
  await close()
})

/** Invites somebody by the pages, and takes the invitation in a browser of their own. */
async function invited(email, name, role) {
  const admin = await person(browser)
  await signIn(admin.page, ...ADMIN())
  await go(admin.page, 'Members')
  await admin.page.getByRole('link', { name: 'Invite a member' }).click()
  await lookAround(admin.page, 'invite')
  await admin.page.getByLabel('E-mail address').fill(email)
  await admin.page.getByLabel('Name', { exact: true }).fill(name)
  await admin.page.getByLabel(role).check()
  await press(admin.page, 'Send invitation')
  await admin.page.getByRole('link', { name }).waitFor()
  await admin.close()

  const operator = await person(browser)
  await signIn(operator.page, ...OPERATOR())
  const link = linkIn(await mailTo(operator, console, email))
  await lookAround(operator.page, 'mail')
  await operator.close()

  const guest = await person(browser)
  await accept(guest.page, link, PASSWORD, name)
  return guest
}

/** SS-11, CO6: the secret is in the answer to Regenerate and nowhere again: reload, back, second member, management API, export. */
test('a secret is shown once and never again', async () => {
  const first = await person(browser)
  await signIn(first.page, ...ADMIN())
  await toClient(first.page, 'Practice software')
  const client = first.page.url()
  const secret = await regenerate(first.page)
  shown = secret
  const nowhere = async (page, where) => assert.ok(!(await page.locator('html').innerHTML()).includes(secret), where)

  // Reload: the form is sent again, and makes no second secret of it.
  await first.page.reload()
  await nowhere(first.page, 'reload')
  assert.equal(await first.page.locator('[data-secret]').count(), 0, 'no other secret either')
  assert.match(await first.page.locator('main').innerText(), /Somebody changed this/)
  await look(first.page, 'regenerate-again')
  await first.page.goBack()
  await nowhere(first.page, 'back')
  // Forward leads to an answer that the browser was not to keep: it has no page there.
  await first.page.goForward().catch(() => {})
  await nowhere(first.page, 'forward')
  await first.page.goto(client)
  await nowhere(first.page, 'the page of the client')
  for (const tab of await first.page.getByRole('navigation', { name: 'Client', exact: true }).getByRole('link').all()) {
    const answer = await first.page.request.get(new URL(await tab.getAttribute('href'), client).href)
    assert.ok(answer.ok())
    assert.ok(!(await answer.text()).includes(secret), await tab.innerText())
  }
  await first.close()

  // SS-16: a second member sees the same id and audience, and no secret.
  const second = await invited(SECOND, 'Second Developer', 'Suite - API Developer')
  await toClient(second.page, 'Practice software')
  assert.equal(await copied(second.page, 'client id'), env.TOLLGATE_CLIENT_ID)
  assert.equal(await copied(second.page, 'audience'), env.TOLLGATE_AUDIENCE)
  await nowhere(second.page, 'second member')
  await second.close()

  const asOperator = { headers: { authorization: `Bearer ${env.TOLLGATE_OPERATOR_TOKEN}` } }
  for (const path of [`/clients/${env.TOLLGATE_CLIENT_ID}`, `/clients/${env.TOLLGATE_CLIENT_ID}/secrets`, '/events', '/events/export']) {
    const answer = await fetch(`${env.TOLLGATE_SERVER}/api/v1${path}`, asOperator)
    const text = await answer.text()
    assert.equal(answer.status, 200, `${path}: ${text}`)
    assert.ok(!text.includes(secret), path)
  }
})

/** SS-16: what one member regenerates is new for the whole firm. Of two who press at once one wins; the other is told, and keeps what they typed. */
test('of two tabs that regenerate at once one wins and the other is told', async () => {
  const { page, context, close } = await person(browser)
  await signIn(page, ...ADMIN())
  await toClient(page, 'Practice software')
  const tabs = [page, await context.newPage()]
  for (const [nth, tab] of tabs.entries()) {
    await tab.goto(page.url().replace(/\/regenerate$/, ''))
    await tab.getByRole('link', { name: 'Regenerate' }).click()
    await tab.getByLabel('After 1 day').check()
    await tab.getByLabel('Label').fill(`From tab ${nth}`)
  }
  await Promise.all(tabs.map((tab) => press(tab, 'Regenerate')))
  await Promise.all(tabs.map((tab) => tab.locator('[data-secret], [data-faults]').waitFor()))
  const won = await Promise.all(tabs.map((tab) => tab.locator('[data-secret]').count()))
  assert.equal(won[0] + won[1], 1, 'one wins')
  const loser = tabs[won.indexOf(0)]
  assert.match(await loser.locator('[data-faults]').innerText(), /Somebody changed this while you looked at it/)
  assert.equal(await loser.getByLabel('Label').inputValue(), `From tab ${won.indexOf(0)}`)
  assert.ok(await loser.getByLabel('After 1 day').isChecked())
  assert.match(await loser.locator('main').innerText(), new RegExp(`From tab ${won.indexOf(1)}`), 'as things stand now')
  await look(loser, 'regenerate-stale')
  // Who still wants it, gets it.
  await press(loser, 'Regenerate')
  assert.ok((await copied(loser, 'client secret')).length > 20)
  await close()
})

/** SS-6: who has none of the three roles is refused by the server. */
test('somebody without one of the three roles is not let in', async () => {
  const { page, close } = await invited(STAFF, 'Staff Member', 'Staff')
  for (const path of ['/clients', `/clients/${env.TOLLGATE_CLIENT_ID}`, '/calls', '/members', '/clients/new']) {
    const answer = await page.goto(`${console}${path}`)
    assert.equal(answer.status(), 403, path)
    assert.equal(await heading(page), 'You may not do this')
    assert.ok(!(await page.content()).includes(env.TOLLGATE_CLIENT_ID))
  }
  await lookAround(page, 'forbidden')
  await close()
})

/** SS-5: an account without the product has no credentials, and can make none. */
test('a firm without the product can make no client', async () => {
  const operator = await person(browser)
  await signIn(operator.page, ...OPERATOR())
  await operator.page.goto(`${console}/desk/accounts/new`)
  await operator.page.getByLabel('Name', { exact: true }).fill('Firm Without')
  await operator.page.getByLabel('Only these').check()
  await press(operator.page, 'Create account')
  await operator.page.waitForURL(/\/desk\/accounts\/acc/)
  await operator.page.getByRole('button', { name: 'Look after this account' }).click()
  await operator.page.waitForURL(/\/console\/clients/)
  assert.match(await operator.page.locator('main').innerText(), /No clients yet/, 'not even the default one')
  await operator.page.goto(`${console}/clients/new`)
  assert.match(await operator.page.locator('main').innerText(), /no API yet/)
  await operator.page.getByLabel('Name', { exact: true }).fill('Impossible')
  await operator.page.getByLabel('Test', { exact: false }).first().check()
  await press(operator.page, 'Create')
  assert.equal(await operator.page.locator('[data-secret]').count(), 0)
  assert.equal(await operator.page.getByLabel('Name', { exact: true }).inputValue(), 'Impossible')
  await look(operator.page, 'client-without-api')
  await operator.close()
})
