// Bad input: odd names, forged fields, other accounts' ids, stale pages. What is wrong is said clearly, and nothing
// that was typed is lost.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copied, heading, launch, look, lookAround, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console, origin

before(async () => {
  ;({ env, stop } = await demo('signicat'))
  console = env.TOLLGATE_CONSOLE
  origin = new URL(console).origin
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

async function admin() {
  const one = await person(browser)
  // A dialog means that somebody's text was run.
  one.page.on('dialog', (dialog) => {
    if (dialog.type() !== 'beforeunload') one.faults.push(`dialog: ${dialog.message()}`)
    dialog.accept().catch(() => {})
  })
  await signIn(one.page, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await one.page.waitForURL(/\/console\/clients/)
  return one
}

const ODD = [
  '🦊 Fuchs 🏳️‍🌈 & Söhne',
  'שלום עולם ‮dlrow',
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '"><svg onload=alert(3)> \'; DROP TABLE clients; --',
  '{{ 7 * 7 }} ${7*7} %0d%0aSet-Cookie: x=y',
  'W'.repeat(200),
]

/** CO8: a name is text wherever it stands, however odd; and no page becomes wider by it. */
test('odd names are names', async () => {
  const { page, close } = await admin()
  for (const [nth, name] of ODD.entries()) {
    await page.goto(`${console}/clients/new`)
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('radio', { name: /^Test/ }).check()
    await page.getByRole('radio', { name: /^Signature/ }).check()
    await page.getByRole('checkbox', { name: /^document_read/ }).check()
    await press(page, 'Create')
    await copied(page, 'client secret')
    await page.getByRole('link', { name: 'I have copied it' }).click()
    assert.ok((await page.locator('h1').innerText()).startsWith(name.trim()), name)
    if (nth === 0) continue
    await lookAround(page, `odd-name-${nth}`)
  }
  await page.goto(`${console}/clients`)
  await lookAround(page, 'odd-names')
  for (const name of ODD) assert.equal(await page.getByRole('link', { name, exact: true }).count(), 1, name)
  assert.equal(await page.locator('main img, main script').count(), 0)
  await close()
})

/** What is too long, empty or invisible is refused with a sentence beside its field, and stays as typed. */
test('names that cannot be are refused beside their field', async () => {
  const { page, close } = await admin()
  await page.goto(`${console}/clients/new`)
  for (const name of ['x'.repeat(10_000), '   ', 'tab\tin\u0000between', '\u0007']) {
    // The browser's own limits are no protection: they are lifted.
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('[maxlength], [required]')) {
        one.removeAttribute('maxlength')
        one.removeAttribute('required')
      }
    })
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByRole('radio', { name: /^Live/ }).check()
    await page.getByRole('radio', { name: /^Signature/ }).check()
    await page.getByRole('checkbox', { name: /^document_file/ }).check()
    const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === 'POST'), press(page, 'Create')])
    assert.equal(answer.status(), 422)
    await page.locator('[data-faults]').waitFor()
    const field = page.getByLabel('Name', { exact: true })
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    assert.match(await page.locator('#e-name').innerText(), /^The name /)
    assert.equal((await field.inputValue()).length, name.length, 'as typed')
    assert.ok(await page.getByRole('radio', { name: /^Live/ }).isChecked())
    assert.ok(await page.getByRole('checkbox', { name: /^document_file/ }).isChecked())
  }
  await lookAround(page, 'name-refused')
  await close()
})

/** SE5, AT20: a form that no page of ours sent changes nothing. */
test('forged forms change nothing', async () => {
  const { page, close } = await admin()
  await page.goto(`${console}/clients/${env.TOLLGATE_CLIENT_ID}/settings`)
  const [csrf, seen] = [await page.locator('input[name="csrf"]').first().inputValue(), await page.locator('input[name="seen"]').first().inputValue()]
  const post = (form, headers = { origin }) => page.request.post(`${console}/clients/${env.TOLLGATE_CLIENT_ID}/settings`, { form, headers, maxRedirects: 0 })
  for (const [form, headers] of [
    [{ seen, name: 'Forged' }],
    [{ csrf: 'forged', seen, name: 'Forged' }],
    [{ csrf: csrf.slice(0, -1), seen, name: 'Forged' }],
    [{ csrf, seen, name: 'Forged' }, { origin: 'https://evil.example' }],
    [{ csrf, seen, name: 'Forged' }, { origin: 'null' }],
    [{ csrf, seen: 'forged', name: 'Forged' }],
    [{ csrf, seen: '', name: 'Forged' }],
    [{ csrf, seen: '99999999999999999999', name: 'Forged' }],
    [{ csrf, seen: '-1', name: 'Forged' }],
  ]) {
    const answer = await post(form, headers)
    assert.ok([400, 403, 422].includes(answer.status()), `${JSON.stringify([form, headers])}: ${answer.status()}`)
    assert.match(await answer.text(), /<h1>/, 'a page says so')
  }
  await page.reload()
  assert.ok(!(await page.locator('main').innerText()).includes('Forged'))
  // Hidden fields that name what is not on offer: an API of nobody, a scope of another API, an environment.
  await page.goto(`${console}/clients/new`)
  const fresh = await page.locator('input[name="csrf"]').first().inputValue()
  for (const forged of [
    { api: 'nothing', environment: 'test' },
    { api: '../signature', environment: 'test' },
    { api: 'signature', environment: 'production' },
    { api: 'signature', environment: 'test', 'scopes-signature': 'identify' },
  ]) {
    const answer = await page.request.post(`${console}/clients/new`, { headers: { origin }, form: { csrf: fresh, name: 'Forged', ...forged } })
    const text = await answer.text()
    assert.ok(answer.status() < 500, JSON.stringify(forged))
    assert.ok(!text.includes('data-secret'), `${JSON.stringify(forged)} makes no client`)
  }
  await close()
})

/** CO4: what belongs to another account is simply not there, whatever is typed into the address. */
test("another account's ids lead nowhere", async () => {
  const operator = await person(browser)
  await signIn(operator.page, console, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD)
  await operator.page.goto(`${console}/desk/accounts/new`)
  await operator.page.getByLabel('Name', { exact: true }).fill('Secret Firm')
  await press(operator.page, 'Create account')
  await operator.page.waitForURL(/\/accounts\/acc_/)
  const account = operator.page.url().match(/acc_\w+/)[0]
  await press(operator.page, 'Look after this account')
  await operator.page.getByRole('link', { name: 'Default client', exact: true }).click()
  const theirs = await copied(operator.page, 'client id')
  await operator.close()

  const { page, close } = await admin()
  const paths = ['', '/scopes', '/settings', '/use', '/use/curl.sh', '/regenerate', '/revoke-tokens', '/disable', '/scopes/edit'].map((rest) => `/clients/${theirs}${rest}`)
  paths.push('/members/mem_nobody', '/hooks/hook_nobody', '/applications/app_nobody', `/desk/accounts/${account}`, '/desk', '/desk/clients', `/clients/${'9'.repeat(5000)}`, '/clients/%00', '/clients/..%2f..%2fdesk', '/clients/<b>x')
  const words = new Set()
  for (const path of paths) {
    const answer = await page.goto(`${console}${path}`)
    assert.ok([404, 400, 414].includes(answer.status()), `${path}: ${answer.status()}`)
    const text = await page.content()
    assert.ok(!text.includes('Secret Firm') && !text.includes('Default client</h1>'), path)
    if (answer.status() === 404) words.add(await heading(page))
  }
  assert.deepEqual([...words], ['Nothing is here'], 'what is theirs looks like what is not there')
  await look(page, 'foreign')
  // Nor can it be put in view.
  await page.goto(`${console}/accounts`)
  const csrf = await page.locator('input[name="csrf"]').first().inputValue()
  const answer = await page.request.post(`${console}/accounts`, { headers: { origin }, form: { csrf, account, next: '' } })
  assert.equal(answer.status(), 404)
  await close()
})

/** A form that was open while somebody else saved: it is said, what was typed is kept, and how things stand now is shown. */
test('a stale page says so and keeps what was typed', async () => {
  const { page, context, close } = await admin()
  const other = await context.newPage()
  const settings = `${console}/clients/${env.TOLLGATE_CLIENT_ID}/settings`
  await page.goto(settings)
  await other.goto(settings)
  await other.getByLabel('Name', { exact: true }).fill('Saved first')
  await press(other, 'Save')
  await other.waitForURL(settings)
  await page.getByLabel('Name', { exact: true }).fill('Saved second')
  await press(page, 'Save')
  assert.match(await page.locator('[data-faults]').innerText(), /Somebody changed this/)
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Saved second')
  assert.match(await page.locator('main').innerText(), /Saved first/)
  await lookAround(page, 'stale')
  // Pressed again, it is what is wanted.
  await press(page, 'Save')
  await page.waitForURL(settings)
  assert.ok((await page.locator('h1').innerText()).startsWith('Saved second'))

  // Scopes alike.
  const scopes = `${console}/clients/${env.TOLLGATE_CLIENT_ID}/scopes/edit`
  await page.goto(scopes)
  await other.goto(scopes)
  await other.getByRole('checkbox', { name: /^document_write/ }).uncheck()
  await press(other, 'Save')
  await other.waitForURL(/\/scopes(\?|$)/)
  await page.getByRole('checkbox', { name: /^document_file/ }).check()
  await press(page, 'Save')
  await page.locator('[data-faults]').waitFor()
  assert.ok(await page.getByRole('checkbox', { name: /^document_file/ }).isChecked())
  await look(page, 'stale-scopes')
  await close()
})

/** A page from before signing out is stale, and says so. */
test('a form from before signing out is refused', async () => {
  const { page, context, close } = await admin()
  const settings = `${console}/clients/${env.TOLLGATE_CLIENT_ID}/settings`
  await page.goto(settings)
  const other = await context.newPage()
  await other.goto(`${console}/profile`)
  await other.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  await other.waitForURL(/sign-in/)
  await signIn(other, console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD)
  await other.waitForURL(/\/console\/clients/)
  await page.getByLabel('Name', { exact: true }).fill('From before')
  await press(page, 'Save')
  assert.equal(await heading(page), 'This page is stale')
  await lookAround(page, 'stale-session')
  await page.goto(settings)
  assert.ok(!(await page.locator('h1').innerText()).startsWith('From before'))
  await close()
})

/** Filters and cursors that nobody was given are refused, or find nothing. */
test('forged filters and cursors are no failure', async () => {
  const { page, close } = await admin()
  for (const query of ['clients?after=forged', 'clients?environment=moon', 'clients?q=%00', `clients?q=${'x'.repeat(5000)}`, 'calls?after=forged', 'calls?client=nobody', 'usage?days=-1', 'usage?days=99999999999999999999', 'alerts?after=<b>', 'hooks?after=1', 'members?after=1', 'clients?after=%F0%9F%A6%8A']) {
    const answer = await page.goto(`${console}/${query}`)
    assert.ok([200, 400, 404, 414].includes(answer.status()), `${query}: ${answer.status()}`)
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, query)
  }
  await look(page, 'malformed')
  await close()
})
