// Understanding: webhooks as the firm's own software receives them, refused calls and why, tokens under the glass.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copied, go, heading, launch, look, lookAround, person, press, signIn } from './browser.js'
import { demo } from './house.js'
import { receiver } from './post.js'

let browser, env, stop, console, hooks

before(async () => {
  ;({ env, stop } = await demo('signicat'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
  hooks = await receiver()
})

after(async () => {
  await browser?.close()
  await stop?.()
  await hooks?.close()
})

async function admin() {
  const one = await person(browser)
  await signIn(one.page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await one.page.waitForURL(/\/console\/clients/)
  return one
}

/** Looks at a page again until it says so: what is sent in the background has no other sign. */
async function until(page, row, words) {
  await page.waitForFunction(
    async ([row, words]) => {
      const text = await (await fetch(location.href)).text()
      const rows = [...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('tbody tr')]
      return rows[row] && rows[row].innerText !== undefined && rows[row].textContent.includes(words)
    },
    [row, words],
    { polling: 500 },
  )
  await page.reload()
}

/** A message is signed as Standard Webhooks says: their library believes it. What is refused is tried again, and once more by hand. */
test('a webhook is signed, retried, and sent again by hand', async () => {
  const { page, close } = await admin()
  await go(page, 'Webhooks')
  await lookAround(page, 'hooks-none')
  await page.getByRole('link', { name: 'New webhook' }).click()
  await lookAround(page, 'hook-new')
  await page.getByLabel('Address').fill(`${hooks.url}/tollgate`)
  await press(page, 'Add webhook')
  const key = await copied(page, 'signing key')
  assert.match(key, /^whsec_/)
  await lookAround(page, 'hook-key')
  await page.getByRole('link', { name: 'I have copied it' }).click()
  assert.ok(!(await page.content()).includes(key), 'the key is shown once')

  await press(page, 'Send a test message')
  const ping = await hooks.message(0)
  assert.equal(ping.path, '/tollgate')
  const told = hooks.verified(ping, key)
  assert.equal(typeof told.type, 'string')
  assert.throws(() => hooks.verified({ ...ping, body: `${ping.body} ` }, key))
  await until(page, 0, 'elivered')
  await lookAround(page, 'hook')

  // One that fails is told as failed, with what was answered, and waits for its next try.
  hooks.answers(500)
  await press(page, 'Send a test message')
  await hooks.message(1)
  await until(page, 0, '500')
  assert.match(await page.getByRole('row').nth(1).innerText(), /next try/)
  await lookAround(page, 'hook-failing')

  // The receiver is well again, and gets the same message once more by itself.
  hooks.answers(204)
  const retried = await hooks.message(2)
  assert.equal(hooks.verified(retried, key).type, told.type)
  assert.equal(retried.headers['webhook-id'], hooks.messages[1].headers['webhook-id'], 'a receiver knows it again')
  // By hand it is the same content, in a message of its own.
  await page.getByRole('row').nth(1).getByRole('button', { name: /^Send again/ }).click()
  const again = await hooks.message(3)
  assert.equal(hooks.verified(again, key).type, told.type)
  assert.equal(again.body, hooks.messages[1].body)
  assert.notEqual(again.headers['webhook-id'], hooks.messages[1].headers['webhook-id'])
  await close()
})

/** A new key takes over: messages carry both signatures, so that no receiver misses one. */
test('a new signing key signs beside the old one', async () => {
  const { page, close } = await admin()
  await go(page, 'Webhooks')
  await page.getByRole('row').nth(1).getByRole('link').click()
  await page.getByRole('link', { name: 'Make a new key' }).click()
  await lookAround(page, 'hook-key-ask')
  await page.locator('main form button[type="submit"]').first().click()
  const key = await copied(page, 'signing key')
  await page.getByRole('link', { name: 'I have copied it' }).click()
  const before = hooks.messages.length
  await press(page, 'Send a test message')
  const message = await hooks.message(before)
  hooks.verified(message, key)
  assert.equal(message.headers['webhook-signature'].split(' ').length, 2)
  await page.getByRole('link', { name: 'Remove' }).click()
  await lookAround(page, 'hook-remove')
  await page.locator('main form button[type="submit"]').first().click()
  await page.getByText('No webhooks yet').waitFor()
  await close()
})

async function token(scope) {
  const answer = await fetch(env.TOLLGATE_TOKEN_URL, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${env.TOLLGATE_CLIENT_ID}:${env.TOLLGATE_CLIENT_SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  })
  return (await answer.json()).access_token
}

/** A refused call is found by the id that its answer names, with its stable code and what to do; never with the token. */
test('a refused call is found by its request id', async () => {
  const bearer = await token('document_read')
  const refused = await fetch(`${env.TOLLGATE_GATEWAY}/signature/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(refused.status, 403)
  const request = refused.headers.get('tollgate-request-id')
  const { page, close } = await admin()
  await go(page, 'Troubleshooting')
  await page.waitForFunction(
    async (request) => (await (await fetch(`/console/calls/${request}`)).text()).includes('What to do'),
    request,
    { polling: 500 },
  )
  await page.reload()
  await lookAround(page, 'calls')
  await page.getByLabel('Request id').fill(request)
  await press(page, 'Find')
  await page.waitForURL((url) => url.pathname.endsWith(request))
  const text = await page.locator('main').innerText()
  assert.match(text, /403/)
  assert.match(text, /What to do:/)
  assert.match(text, /Stable code: \w+/)
  assert.match(text, /POST \/signature\/documents/)
  assert.ok(!text.includes(bearer.split('.')[2]), 'no token is kept')
  await lookAround(page, 'call')

  // An id that nobody has, and one that cannot be.
  await go(page, 'Troubleshooting')
  for (const odd of ['0123456789abcdef0123456789abcdef', '<b>../../x</b>']) {
    await page.getByLabel('Request id').fill(odd)
    await press(page, 'Find')
    await page.waitForLoadState()
    assert.ok(await heading(page))
    await look(page, 'call-unknown')
    await page.goto(`${console}/calls`)
  }
  await close()
})

/** A token of one API at another's route: the inspector says which check fails, with the status and code of the gateway. */
test('the inspector says why a token is refused', async () => {
  const bearer = await token('document_read')
  const { page, close } = await admin()
  await go(page, 'Token inspector')
  await lookAround(page, 'inspector')
  await page.getByLabel('Access token').fill(bearer)
  await page.getByLabel('Path or URL').fill('/identification/sessions/1')
  await press(page, 'Inspect')
  const verdict = page.locator('main [role="status"]').first()
  assert.match(await verdict.innerText(), /40[13]/)
  assert.ok(await page.locator('.checks .check-no').count())
  assert.equal(await page.getByLabel('Access token').inputValue(), '', 'a token is not put back into the page')
  assert.equal(await page.getByLabel('Path or URL').inputValue(), '/identification/sessions/1')
  await lookAround(page, 'inspector-refused')
  // The gateway says the same.
  const call = await fetch(`${env.TOLLGATE_GATEWAY}/identification/sessions/1`, { headers: { authorization: `Bearer ${bearer}` } })
  assert.ok((await verdict.innerText()).includes(String(call.status)))

  await page.getByLabel('Access token').fill(bearer)
  await page.getByLabel('Path or URL').fill('/signature/documents')
  await press(page, 'Inspect')
  assert.ok(await page.locator('main .alert-success').count())
  await look(page, 'inspector-good')

  // A secret that is pasted here is neither kept nor shown.
  await page.getByLabel('Access token').fill(env.TOLLGATE_CLIENT_SECRET)
  await press(page, 'Inspect')
  assert.match(await page.locator('main').innerText(), /secret/)
  assert.ok(!(await page.content()).includes(env.TOLLGATE_CLIENT_SECRET))
  await look(page, 'inspector-secret')
  await close()
})

/** Usage counts what was issued and answered. */
test('usage counts tokens and calls', async () => {
  const bearer = await token('document_read')
  await fetch(`${env.TOLLGATE_GATEWAY}/signature/documents`, { headers: { authorization: `Bearer ${bearer}` } })
  const { page, close } = await admin()
  await page.waitForFunction(
    async () => (await (await fetch('/console/usage')).text()).includes('Calls answered'),
    undefined,
    { polling: 500 },
  )
  await go(page, 'Usage')
  await lookAround(page, 'usage')
  assert.ok(await page.locator('svg[role="img"]').count(), 'there is a chart')
  await close()
})
