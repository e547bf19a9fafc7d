// Every page of the console is looked at: wide, on a phone and in the dark, by axe, and for what all pages owe.
// The list of pages is read from the sources, so that none stays unseen.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'otplib'
import { address, answers, calledBack } from './application.js'
import { accept, copied, launch, linkIn, look, lookAround, mailTo, person, press, signIn } from './browser.js'
import { serve } from './house.js'
import { receiver } from './post.js'

const ROOMS = join(import.meta.dirname, '../../crates/web/src/console')
const VENDOR = 'Elite 3E'
const OPERATOR = ['operator@vendor.example', 'quiet harbour lantern']
const ADMIN = ['admin@firm.example', 'violet engine gravel']
const CALLBACK = 'https://matter.firm.example/callback'
// Of each kind of page so many are followed: they differ by the state of what they show.
const OF_A_KIND = 6

let browser, house, hooks
const seen = new Map()

before(async () => {
  // A vendor with everything: requests and redirect addresses, sign-up, secrets that can be looked at again.
  house = await serve(
    'elite-3e',
    `[console]
desk = "everywhere"
sign_up = true
[console.sessions]
proved = 30
[secrets]
revealable = true
[webhooks]
private_addresses = true
[[legacy]]
id = "subscription"
name = "Subscription key"
key_headers = ["x-subscription-key"]
`,
  )
  hooks = await receiver()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await house?.stop()
  await hooks?.close()
})

/** Every address that answers GET, as the routers name it. */
function patterns() {
  const source = sources().map((file) => readFileSync(file, 'utf8')).join('\n')
  return [...source.matchAll(/\.route\(\s*"(\/console(?:[^"]*[^/"])?)",\s*get\(/g)].map((found) => found[1])
}

const sources = () => [join(ROOMS, 'mod.rs'), ...['desk', 'developer', 'lookout', 'people', 'recipe'].map((room) => join(ROOMS, room, 'mod.rs'))]

/** The route that answers at this path: where two fit, the one with fewer names in braces. */
function routeOf(path) {
  const fits = (pattern) => new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path)
  const names = (pattern) => pattern.split('{').length
  return patterns().filter(fits).sort((a, b) => names(a) - names(b))[0]
}

const nameOf = (pattern) => `page-${pattern.replace('/console', '').replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '') || 'home'}`

async function api(method, path, body) {
  const answer = await fetch(`${house.management}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${house.token}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return text && JSON.parse(text)
}

/** What every page owes: one heading, a title that names it and the vendor, nothing inline, and the policy that forbids it. */
async function owed(page, answer, pattern) {
  assert.equal(answer.status(), 200, pattern)
  const policy = answer.headers()['content-security-policy']
  assert.match(policy, /default-src 'none'/, pattern)
  assert.match(policy, /script-src 'nonce-\w{32}'/, pattern)
  assert.ok(!policy.includes('unsafe'), pattern)
  assert.equal(answer.headers()['cache-control'], 'no-store', pattern)
  const told = await page.evaluate(() => ({
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map((one) => one.firstChild.textContent.trim()),
    inline: [...document.querySelectorAll('*')]
      .filter((one) => one.matches('style, script:not([src]), [style]') || one.getAttributeNames().some((name) => name.startsWith('on')))
      .map((one) => one.outerHTML.slice(0, 200)),
    foreign: [...document.querySelectorAll('script[src], link[href], img[src]')]
      .map((one) => one.src || one.href)
      .filter((url) => new URL(url).origin !== location.origin),
    unnamed: [...document.querySelectorAll('table')].filter((one) => !one.caption && !one.closest('figure')).length,
  }))
  assert.equal(told.headings.length, 1, pattern)
  assert.equal(told.title, `${told.headings[0]} · ${VENDOR}`, pattern)
  assert.deepEqual(told.inline, [], pattern)
  assert.deepEqual(told.foreign, [], pattern)
  assert.equal(told.unnamed, 0, `${pattern}: a table without caption`)
}

/** Goes there, shows the password where that is asked for, and looks at what is new. */
async function visit(page, path, password) {
  const answer = await page.request.get(`${house.issuer}${path}`, { maxRedirects: 0 })
  const pattern = routeOf(path.split('?')[0])
  if (/attachment/.test(answer.headers()['content-disposition'] ?? '')) {
    assert.equal(answer.status(), 200, path)
    assert.match(answer.headers()['content-security-policy'], /default-src 'none'/, path)
    seen.set(pattern, 'download')
    return
  }
  if (answer.status() === 303) seen.set(pattern, seen.get(pattern) ?? 'leads on')
  const shown = await page.goto(`${house.issuer}${path}`)
  const landed = routeOf(new URL(page.url()).pathname)
  if (landed && ![undefined, 'leads on'].includes(seen.get(landed))) return
  await owed(page, shown, landed)
  await lookAround(page, nameOf(landed))
  seen.set(landed, 'page')
  if (landed === '/console/prove') {
    await page.getByLabel('Password', { exact: true }).fill(password)
    await press(page, 'Go on')
    await visit(page, path, password)
  }
}

/** Follows every link of ours from here. */
async function walk(page, start, password) {
  const waiting = [start]
  const met = new Set(waiting)
  const kinds = new Map()
  for (let path; (path = waiting.shift()); ) {
    const pattern = routeOf(path.split('?')[0])
    assert.ok(pattern, `${path} leads nowhere`)
    kinds.set(pattern, (kinds.get(pattern) ?? 0) + 1)
    if (kinds.get(pattern) > OF_A_KIND) continue
    await visit(page, path, password)
    const links = await page.evaluate(() =>
      [...document.querySelectorAll('a[href]')].map((link) => new URL(link.href)).filter((url) => url.origin === location.origin).map((url) => url.pathname + url.search),
    )
    for (const link of links) {
      if (met.has(link)) continue
      met.add(link)
      // What was not seen yet goes first.
      if (seen.has(routeOf(link.split('?')[0]))) waiting.push(link)
      else waiting.unshift(link)
    }
  }
}

const firm = {}

test('strangers see the pages before sign-in', async () => {
  const operator = await person(browser)
  await accept(operator.page, house.firstLink, OPERATOR[1], 'Operator', OPERATOR[0])

  firm.account = await api('POST', '/accounts', { name: 'Example Law Firm' })
  firm.other = await api('POST', '/accounts', { name: 'Another Law Firm' })
  await api('PATCH', `/accounts/${firm.other.id}`, { state: 'disabled' })
  firm.member = await api('POST', `/accounts/${firm.account.id}/members`, { email: ADMIN[0], name: 'Firm Admin', roles: ['Account Admin'] })
  await api('POST', `/accounts/${firm.account.id}/members`, { email: 'viewer@firm.example', name: 'Viewer', roles: ['Viewer'] })
  await api('POST', `/members/${firm.member.id}/invitation`)
  firm.client = await api('POST', '/clients', {
    account: firm.account.id,
    name: 'Matter sync',
    environment: 'test',
    redirect_uris: [CALLBACK],
    grant_types: ['client_credentials', 'authorization_code', 'refresh_token'],
  })
  await api('PUT', `/clients/${firm.client.id}/grants/elite-3e`, { scopes: ['https://api.thomsonreuters.com/auth/3e.matter'] })
  const off = await api('POST', '/clients', { account: firm.account.id, name: 'Old sync', redirect_uris: ['https://old.firm.example/callback'] })
  await api('PATCH', `/clients/${off.id}`, { state: 'disabled' })
  await api('POST', '/apis', { id: 'archive', name: 'Archive', audience: 'https://archive.firm.example', lifetime: 600, scopes: [{ name: 'archive.read', description: 'Read' }] })
  await api('POST', '/routes', { id: 'archive', path: '/archive/{rest...}', access: { kind: 'token', api: 'archive' }, upstream: { targets: ['http://127.0.0.1:9'] } })
  await api('POST', '/legacy', { method: 'subscription', account: firm.account.id, label: 'Old sync' })
  await api('POST', '/transitions', {
    id: 'old-keys',
    name: 'Off the subscription keys',
    of: { method: 'subscription' },
    opens: '2026-01-01',
    ends: '2099-07-25',
    brownouts: [{ name: 'First hour', from: '2099-07-01T14:00:00Z', to: '2099-07-01T15:00:00Z' }],
  })
  await api('PUT', `/transitions/old-keys/exceptions/${firm.other.id}`, { ends: '2099-12-31', note: 'Asked for time' })

  const { page, close } = await person(browser)
  await walk(page, '/console/sign-in')
  await visit(page, '/console/mail-sent')
  await visit(page, '/console')
  await page.goto(linkIn(await mailTo(operator, house.console, ADMIN[0])))
  await page.getByLabel('New password').waitFor()
  await lookAround(page, 'page-welcome-invitation')
  await accept(page, page.url(), ADMIN[1], 'Firm Admin')
  await visit(page, '/console/welcome')
  await page.goto(`${house.console}/nothing/here`)
  await lookAround(page, 'page-nothing')
  await operator.close()
  // They stay signed in, while the moment at which they showed their password passes away.
  firm.early = { page, close }
})

test("a firm's admin sees every page of the section", async () => {
  const { page, close } = await person(browser)
  await signIn(page, house.console, ...ADMIN)
  // What there is to see: a secret, a token, a call, a request, a webhook, notices.
  await page.goto(`${house.console}/clients/${firm.client.id}`)
  await page.getByRole('link', { name: 'Generate secret' }).click()
  await press(page, 'Generate secret')
  const secret = await copied(page, 'client secret')
  firm.secret = secret
  await lookAround(page, 'page-secret')
  const asked = await fetch(`${house.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: firm.client.id, client_secret: secret, audience: 'https://api.thomsonreuters.com/3e' }),
  })
  const { access_token } = await asked.json()
  const refused = await fetch(`${house.gateway}/3eapi/api/v1/client`, { headers: { authorization: `Bearer ${access_token}` } })
  assert.equal(refused.status, 403)
  await page.goto(`${house.console}/applications/new`)
  await page.getByLabel('Name', { exact: true }).fill('Billing')
  await page.getByRole('radio', { name: /^Test/ }).check()
  await page.getByRole('radio', { name: /^3E API/ }).check()
  await page.getByRole('checkbox', { name: /3e\.matter/ }).check()
  await page.getByLabel(/^Redirect addresses/).fill('http://localhost:5000/callback')
  await press(page, 'Send request')
  await page.waitForURL(/\/applications\/app/)
  await page.goto(`${house.console}/hooks/new`)
  await page.getByLabel('Address').fill(hooks.url)
  await press(page, 'Add webhook')
  await page.locator('[data-secret]').waitFor()
  await lookAround(page, 'page-hook-key-shown')
  await copied(page, 'signing key')
  await page.goto(`${house.console}/calls`)
  await page.waitForFunction(
    async () => (await (await fetch('/console/calls')).text()).includes('insufficient_scope'),
    undefined,
    { polling: 500 },
  )

  // Something that the admin let an application do.
  const application = await calledBack(page, CALLBACK)
  await page.goto(
    address(`${house.issuer}/authorize`, {
      response_type: 'code',
      client_id: firm.client.id,
      redirect_uri: CALLBACK,
      scope: 'openid profile offline_access https://api.thomsonreuters.com/auth/3e.matter',
      audience: 'https://api.thomsonreuters.com/3e',
    }),
  )
  await answers(page, 'Allow')
  assert.ok((await application.last()).code)

  // The fullest of each kind is the one that is looked at.
  for (const tab of ['', '/scopes', '/addresses', '/use', '/settings']) await visit(page, `/console/clients/${firm.client.id}${tab}`, ADMIN[1])
  await visit(page, `/console/calls/${refused.headers.get('tollgate-request-id')}`, ADMIN[1])
  await visit(page, '/console/calls', ADMIN[1])
  await walk(page, '/console/clients', ADMIN[1])
  // These are led to by forms, or make only sense from elsewhere.
  await page.goto(`${house.console}/clients/${firm.client.id}`)
  const reveal = await page.locator('form[action$="/reveal"]').first().getAttribute('action')
  await visit(page, reveal, ADMIN[1])
  await visit(page, `/console/clients/${firm.client.id}/token`, ADMIN[1])
  await visit(page, '/console/clients/new', ADMIN[1])
  await close()
})

/** SE-7, SE10: a secret is revealed to who has just shown the password, and to nobody else. */
test('the password is asked for before a secret is revealed', async () => {
  const { page, close } = firm.early
  await page.goto(`${house.console}/clients/${firm.client.id}`)
  await page.waitForFunction(async () => (await fetch('/console/prove', { redirect: 'manual' })).type !== 'opaqueredirect', undefined, { polling: 1000, timeout: 60_000 })
  await page.getByRole('button', { name: /^Reveal/ }).click()
  await page.waitForURL(/\/prove/)
  await lookAround(page, 'prove')
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await press(page, 'Go on')
  assert.match(page.url(), /\/prove/)
  assert.match(await page.locator('main').innerText(), /This is not your password/)
  await look(page, 'prove-refused')
  await page.getByLabel('Password', { exact: true }).fill(ADMIN[1])
  await press(page, 'Go on')
  await page.waitForURL(/\/reveal/)
  assert.ok(!(await page.content()).includes(firm.secret), 'not before the button')
  await press(page, 'Reveal')
  assert.equal(await copied(page, 'client secret'), firm.secret)
  await close()
})

test('a person with a second factor sees its pages', async () => {
  const { page, close } = await person(browser)
  await signIn(page, house.console, ...ADMIN)
  await page.waitForURL(/\/console\/clients/)
  await page.goto(`${house.console}/profile/second-factor`)
  firm.factor = (await page.locator('[data-value]').first().innerText()).replace(/\s/g, '')
  await page.getByLabel('Code from your app').fill(await generate({ secret: firm.factor }))
  await press(page, 'Turn it on')
  await page.locator('[data-secret]').waitFor()
  await lookAround(page, 'page-recovery-codes-shown')
  await page.getByRole('button', { name: /^Copy/ }).click()
  await walk(page, '/console/profile', ADMIN[1])
  await close()

  const again = await person(browser)
  await signIn(again.page, house.console, ...ADMIN)
  await again.page.waitForURL(/second-factor/)
  await visit(again.page, '/console/second-factor')
  await again.page.getByRole('link', { name: /recovery code/ }).click()
  await lookAround(again.page, 'page-second-factor-recovery')
  await again.close()
})

test('an operator sees every page of the desk', async () => {
  const { page, close } = await person(browser)
  await signIn(page, house.console, ...OPERATOR)
  await page.waitForURL(/\/console\/desk/)
  // An operator of programs, and one who was switched off.
  await page.goto(`${house.console}/desk/operators/new`)
  await page.getByLabel('Name', { exact: true }).fill('Deployment')
  await page.locator('main form button[type="submit"]').first().click()
  await page.locator('[data-secret]').waitFor()
  await lookAround(page, 'page-operator-shown')
  await page.getByRole('button', { name: /^Copy/ }).first().click()
  await walk(page, '/console/desk', OPERATOR[1])
  await page.goto(`${house.console}/desk/events`)
  await press(page, 'Check that it is whole')
  await page.waitForLoadState()
  await lookAround(page, 'page-desk-events-checked')
  // As somebody who looks after an account.
  await page.goto(`${house.console}/desk/accounts/${firm.account.id}`)
  await press(page, 'Look after this account')
  await page.waitForURL(/\/console\/clients/)
  await walk(page, '/console/clients', OPERATOR[1])
  await close()
})

test('no page is left unseen', (t) => {
  for (const [pattern, how] of [...seen].sort()) t.diagnostic(`${pattern}: ${how}`)
  assert.deepEqual([...new Set(patterns())].filter((pattern) => !seen.has(pattern)), [])
  // Every room is read: a new one does not pass unseen.
  const rooms = readdirSync(ROOMS).map((room) => join(ROOMS, room, 'mod.rs')).filter((file) => existsSync(file) && readFileSync(file, 'utf8').includes('Router::new'))
  assert.deepEqual(rooms.filter((file) => !sources().includes(file)), [])
})

/** Everything can be reached and seen by keyboard: the skip link first, then all that can be pressed; Escape closes a menu. */
test('a client page is used by keyboard', async () => {
  const { page, close } = await person(browser)
  await signIn(page, house.console, ...OPERATOR)
  await page.goto(`${house.console}/accounts`)
  await press(page, 'Look after Example Law Firm')
  await page.goto(`${house.console}/clients/${firm.client.id}`)
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content')

  await page.reload()
  await page.evaluate(() => {
    globalThis.waiting = new Set(
      [...document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary')].filter((one) => one.checkVisibility({ contentVisibilityAuto: true }) && !one.disabled),
    )
  })
  const count = await page.evaluate(() => globalThis.waiting.size)
  assert.ok(count > 15)
  for (let press = 0; press < count + 5; press++) {
    await page.keyboard.press('Tab')
    const dull = await page.evaluate(() => {
      const here = document.activeElement
      globalThis.waiting.delete(here)
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(here)
      const plain = (outlineStyle === 'none' || outlineWidth === '0px') && boxShadow === 'none'
      return here !== document.body && plain ? here.outerHTML.slice(0, 200) : ''
    })
    assert.equal(dull, '', 'where one is can be seen')
  }
  assert.deepEqual(await page.evaluate(() => [...globalThis.waiting].map((one) => one.outerHTML.slice(0, 200))), [])

  for (const menu of ['details.switcher', 'details.person']) {
    const summary = page.locator(`${menu} > summary`)
    await summary.focus()
    await page.keyboard.press('Enter')
    assert.ok(await page.locator(`${menu}[open]`).count(), menu)
    await look(page, `menu-${menu.split('.')[1]}`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    assert.equal(await page.locator(`${menu}[open]`).count(), 0, menu)
    assert.ok(await summary.evaluate((one) => one === document.activeElement), menu)
  }
  await close()
})

/** On a phone the sections are a strip: where one is stands in view, however far down the list. */
test('on a phone where one is comes into view', async () => {
  const { page, close } = await person(browser, { phone: true })
  await signIn(page, house.console, ...OPERATOR)
  for (const path of ['/desk', '/desk/outbox', `/desk/accounts/${firm.account.id}`]) {
    await page.goto(`${house.console}${path}`)
    const { left, right } = await page.locator('.side [aria-current]').evaluate((one) => one.getBoundingClientRect())
    assert.ok(left >= 0 && right <= 390, `${path}: ${left} to ${right}`)
  }
  await look(page, 'phone-strip')
  await close()
})

/** What is chosen as theme stays on the next page. */
test('a theme is chosen and kept', async () => {
  const { page, close } = await person(browser)
  await signIn(page, house.console, ...OPERATOR)
  await page.waitForURL(/\/console\/desk/)
  const button = page.locator('[data-theme-toggle]')
  await button.click()
  await button.click()
  await page.goto(`${house.console}/desk/accounts`)
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
  assert.equal(await button.getAttribute('aria-label'), 'Theme: dark')
  await close()
})
