// The way from an application's request to its code, page by page: wide, on a phone and in the dark, by axe, by keyboard,
// without script, in every language; and what somebody else's browser, or a name full of markup, gets out of it.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'otplib'
import { address, answers, ask, calledBack, management, pkce, register, signsIn } from './application.js'
import { accept, heading, launch, linkIn, look, lookAround, person, press, shot } from './browser.js'
import { serve } from './house.js'
import { mailbox } from './post.js'

const ROOM = join(import.meta.dirname, '../../crates/web/src/authorize/mod.rs')
const VENDOR = 'Example Trust'
const OPERATOR = ['operator@vendor.example', 'quiet harbour lantern']
const ANN = ['ann@firm.example', 'violet engine gravel']
const BEN = ['ben@home.example', 'amber pillow orbit']
const CALLBACK = 'https://app.example/callback'
const AWAY = 'https://app.example/signed-out'

let browser, house, mails, api, app, logo, said
const seen = new Set()

before(async () => {
  mails = await mailbox()
  logo = mkdtempSync(join(tmpdir(), 'tollgate-logo-'))
  writeFileSync(join(logo, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><rect width="120" height="32" rx="6" fill="#0b6e4f"/></svg>')
  writeFileSync(join(logo, 'secret'), 'no-secret-of-anybody')
  // Nobody listens at port 9: that provider cannot be reached.
  house = await serve(
    '',
    `[vendor]
name = "${VENDOR}"
accent = "#0b6e4f"
logo = "${join(logo, 'logo.svg')}"
[people]
enabled = true
sign_up = true
[[people.connection]]
name = "trial"
label = "Trial provider"
kind = "test"
factor = "trial"
[[people.connection]]
name = "elsewhere"
label = "Example single sign-on"
factor = "sso"
issuer = "http://127.0.0.1:9"
client_id = "tollgate"
client_secret_file = "${join(logo, 'secret')}"
[mail]
host = "127.0.0.1"
port = ${mails.port}
security = "none"
from = "${VENDOR} <no-reply@vendor.example>"
`,
  )
  said = await (await fetch(`${house.issuer}/.well-known/openid-configuration`)).json()
  browser = await launch()
  api = management(house.management, house.token)
  await api('POST', '/apis', { id: 'docs', audience: 'https://docs.example', name: 'Documents', scopes: [{ name: 'docs.read', description: 'Read documents' }, { name: 'docs.write', description: 'Write documents' }] })
  const account = await api('POST', '/accounts', { name: 'Example Firm' })
  const member = await api('POST', `/accounts/${account.id}/members`, { email: ANN[0], name: 'Ann', roles: [] })
  await api('POST', `/members/${member.id}/invitation`)
  app = await register(api, { account: account.id, name: 'Paper mill', redirect_uris: [CALLBACK], logout_uris: [AWAY] }, { docs: ['docs.read', 'docs.write'] })
  const operator = await person(browser)
  await accept(operator.page, house.firstLink, OPERATOR[1], 'Operator', OPERATOR[0])
  await operator.close()
  const ann = await person(browser)
  await accept(ann.page, linkIn((await mails.to(ANN[0], '/welcome#')).text), ANN[1], 'Ann')
  await ann.close()
})

after(async () => {
  await browser?.close()
  await house?.stop()
  await mails?.close()
  if (logo) rmSync(logo, { recursive: true, force: true })
})

/** The pages that the router names. */
const patterns = () => [...readFileSync(ROOM, 'utf8').matchAll(/\.route\(\s*"(\/flow\/[^"]+)"/g)].map((found) => found[1])

const { verifier, challenge } = pkce()

/** The application sends the browser here. */
const wanted = (more = {}, client = app) =>
  address(said.authorization_endpoint, {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: CALLBACK,
    state: '0123456789abcdef',
    scope: 'openid profile email offline_access docs.read',
    audience: 'https://docs.example',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })

/** Looks at a page of the way, and at what each of them owes. */
async function sees(page, name) {
  const here = new URL(page.url()).pathname
  seen.add(patterns().find((pattern) => new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(here)))
  await owed(page, name)
  await lookAround(page, `flow-${name}`)
}

async function owed(page, name) {
  const told = await page.evaluate(() => ({
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map((one) => one.textContent.trim()),
    inline: [...document.querySelectorAll('*')]
      .filter((one) => one.matches('style, script:not([src]), [style]') || one.getAttributeNames().some((attribute) => attribute.startsWith('on')))
      .map((one) => one.outerHTML.slice(0, 200)),
    foreign: [...document.querySelectorAll('script[src], link[href], img[src]')].map((one) => one.src || one.href).filter((url) => new URL(url).origin !== location.origin),
    logo: document.querySelector('.brand img')?.naturalWidth ?? 0,
  }))
  assert.equal(told.headings.length, 1, name)
  assert.equal(told.title, `${told.headings[0]} · ${VENDOR}`, name)
  assert.deepEqual([told.inline, told.foreign], [[], []], name)
  assert.ok(told.logo > 0, `${name}: the vendor's logo`)
}

const main = (page) => page.locator('main').innerText()

/** RU9, CO2: each page on the straight way; a wrong password stays where it was typed; what is agreed to buys tokens. */
test('each page of the straight way is looked at', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted({ login_hint: ANN[0] }))
  assert.equal(await page.getByLabel('E-mail address').inputValue(), ANN[0])
  await sees(page, 'sign-in')
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await press(page, 'Sign in')
  await page.getByText('do not belong together').waitFor()
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '', 'a password never comes back')
  await lookAround(page, 'flow-sign-in-wrong')
  await signsIn(page, ...ANN)
  await page.waitForURL(/\/consent$/)
  assert.equal(await page.getByText('asked for the first time').count(), 0, 'all of it is new')
  for (const word of ['Paper mill', 'Example Firm', 'app.example', 'Read documents', 'See your e-mail address', 'Stay connected', ANN[0]]) assert.ok((await main(page)).includes(word), word)
  await sees(page, 'consent')
  await press(page, 'Allow')
  const { code, state, iss } = await application.last()
  assert.deepEqual([state, iss], ['0123456789abcdef', house.issuer])
  const { body } = await ask(said.token_endpoint, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }, app)
  assert.ok(body.id_token && body.refresh_token, JSON.stringify(body))
  await page.goto(wanted())
  assert.ok((await application.last()).code, 'not asked again')
  await close()
})

/** CO2, AT17: the address of a way is nothing in another browser, whatever page of it, and nobody learns that it is. */
test('another browser with the same address gets nothing', async () => {
  const ours = await person(browser)
  await ours.page.goto(wanted({ prompt: 'consent' }))
  await signsIn(ours.page, ...ANN)
  await ours.page.waitForURL(/\/consent$/)
  const theirs = await person(browser)
  const way = ours.page.url().replace(/\/consent$/, '')
  const never = `${house.issuer}/flow/flo_aaaaaaaaaaaaaaaaaaaaaa`
  for (const rest of ['', '/sign-in', '/consent', '/account', '/second-factor', '/sign-up', '/test/trial', '/to/elsewhere']) {
    const [answer, nothing] = [await theirs.page.goto(`${way}${rest}`), await theirs.page.request.get(`${never}${rest}`)]
    assert.deepEqual([answer.status(), nothing.status()], [404, 404], rest)
    assert.equal(await heading(theirs.page), 'This sign-in is over')
    assert.ok(!(await theirs.page.content()).includes('Paper mill'), rest)
  }
  await lookAround(theirs.page, 'flow-over')
  // A form that was copied from it does nothing either.
  const csrf = await ours.page.locator('input[name="csrf"]').first().inputValue()
  const stolen = await theirs.page.request.post(`${way}/consent`, { headers: { origin: house.issuer }, form: { csrf, choice: 'approve' }, maxRedirects: 0 })
  assert.equal(stolen.status(), 404)
  // SE5: nor does one in this browser that another site sends.
  const forged = await ours.page.request.post(`${way}/consent`, { headers: { origin: 'https://elsewhere.example' }, form: { csrf, choice: 'approve' }, maxRedirects: 0 })
  assert.equal(forged.status(), 400)
  await theirs.close()
  const application = await calledBack(ours.page, CALLBACK)
  await press(ours.page, 'Do not allow')
  assert.equal((await application.last()).error, 'access_denied', 'ours goes on')
  await ours.close()
})

/** SE1: whoever is new here makes a record by mail and goes on to the application that asked. */
test('somebody new makes a login by mail and goes on to the application', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted())
  await page.getByRole('link', { name: 'Create a login' }).click()
  await page.waitForURL(/\/sign-up$/)
  await sees(page, 'sign-up')
  await page.getByLabel('Your name').fill('Ben')
  await page.getByLabel('E-mail address').fill(BEN[0])
  await press(page, 'Send me the link')
  await page.waitForURL(/\/mail-sent$/)
  await sees(page, 'mail-sent')
  const { text } = await mails.to(BEN[0], '/welcome#')
  await page.goto(linkIn(text))
  await look(page, 'flow-join-welcome')
  await accept(page, page.url(), BEN[1])
  await answers(page, 'Allow')
  assert.ok((await application.last()).code)
  await close()
})

/** SE7, SE8: who forgot the password gets a link by mail, and goes on to the application with the new one. */
test('a forgotten password is replaced on the way', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted({ prompt: 'consent' }))
  await page.waitForURL(/\/sign-in$/)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('link', { name: 'Back to signing in' }).click()
  await page.waitForURL(/\/flow\/[^/]+\/sign-in$/)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail address').fill(BEN[0])
  await look(page, 'flow-forgot')
  await press(page, 'Send me a link')
  const { text } = await mails.to(BEN[0], 'new password')
  BEN[1] = 'copper lantern meadow'
  await accept(page, linkIn(text), BEN[1])
  // Signed in by it, and on to what the application asks.
  await answers(page, 'Allow')
  assert.ok((await application.last()).code)
  await close()
})

let recovery

/** SE9: whoever set up a second factor shows it on the way as well, by app or by recovery code. */
test('a second factor is asked for on the way', async () => {
  const own = await person(browser)
  await own.page.goto(`${house.console}/sign-in`)
  await own.page.getByLabel('E-mail address').fill(BEN[0])
  await own.page.getByLabel('Password', { exact: true }).fill(BEN[1])
  await press(own.page, 'Sign in')
  await own.page.waitForURL((url) => !url.pathname.endsWith('/sign-in'))
  await own.page.goto(`${house.console}/profile/second-factor`)
  const secret = (await own.page.locator('[data-value]').first().innerText()).replace(/\s/g, '')
  const code = (steps) => generate({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps })
  await own.page.getByLabel('Code from your app').fill(await code(0))
  await press(own.page, 'Turn it on')
  recovery = (await own.page.locator('pre code').innerText()).trim().split('\n')
  await own.close()

  for (const way of ['app', 'recovery']) {
    const { page, close } = await person(browser)
    const application = await calledBack(page, CALLBACK)
    await page.goto(wanted())
    await signsIn(page, ...BEN)
    await page.waitForURL(/\/second-factor$/)
    if (way === 'app') {
      await sees(page, 'second-factor')
      await page.getByLabel('Code from your app').fill('000000')
      await press(page, 'Go on')
      await page.getByText('This code is not right').waitFor()
      await lookAround(page, 'flow-second-factor-wrong')
      await page.getByLabel('Code from your app').fill(await code(1))
    } else {
      await page.getByRole('link', { name: /recovery code/ }).click()
      await lookAround(page, 'flow-second-factor-recovery')
      await page.getByLabel('Recovery code').fill(recovery[0])
    }
    await press(page, 'Go on')
    assert.ok((await application.last()).code, way)
    await close()
  }
})

/** No page of the way needs script: making a login, the second factor, choosing an account, signing out. */
test('every page works without script', async () => {
  const { page, close } = await person(browser, { script: false })
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted({ prompt: 'select_account' }))
  await page.getByRole('link', { name: 'Create a login' }).click()
  await page.getByLabel('Your name').fill('Cara')
  await page.getByLabel('E-mail address').fill('cara@home.example')
  await press(page, 'Send me the link')
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
  await mails.to('cara@home.example', '/welcome#')
  await page.goto(wanted({ prompt: 'select_account' }))
  await signsIn(page, ...BEN)
  await page.getByRole('link', { name: /recovery code/ }).click()
  await page.getByLabel('Recovery code').fill(recovery[1])
  await shot(page, 'flow-second-factor-no-script')
  await press(page, 'Go on')
  await application.last()
  await page.goto(wanted({ prompt: 'select_account' }))
  await press(page, `Go on as ${BEN[0]}`)
  assert.ok((await application.last()).code)
  await page.goto(wanted({ prompt: 'consent' }))
  await answers(page, 'Allow')
  assert.ok((await application.last()).code)
  assert.equal(application.came.length, 3)
  await page.goto(said.end_session_endpoint)
  await press(page, 'Sign out')
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await close()
})

/** RU7: `prompt=select_account` asks who one is, even of somebody who is signed in and agreed before. */
test('an account is chosen', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted())
  await signsIn(page, ...ANN)
  await application.last()
  const before = application.came.length
  await page.goto(wanted({ prompt: 'select_account' }))
  await page.waitForURL(/\/account$/)
  assert.ok((await main(page)).includes(ANN[0]))
  await sees(page, 'account')
  await press(page, `Go on as ${ANN[0]}`)
  await application.last()
  assert.equal(application.came.length, before + 1)
  await page.goto(wanted({ prompt: 'select_account' }))
  await press(page, 'Use another account')
  await page.waitForURL(/\/sign-in$/)
  await signsIn(page, ...OPERATOR)
  await page.waitForURL(/\/consent$/)
  assert.ok((await main(page)).includes(OPERATOR[0]))
  await press(page, 'Not you?')
  await page.waitForURL(/\/sign-in$/)
  await close()
})

/** 3E-18: a connection is gone to straight; a page stands for one that is for trying out, and one that cannot be
 * reached leads back to the sign-in. */
test('connections have their pages', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted({ connection: 'trial' }))
  await signsIn(page, ...ANN)
  await page.waitForURL(/\/test\/trial$/)
  await sees(page, 'test')
  await press(page, 'I was there')
  assert.ok((await application.last()).code)
  await close()

  // 502 is the answer about a provider; the page says which.
  const other = await person(browser, { script: false })
  await other.page.goto(wanted())
  await press(other.page, 'Go on with Example single sign-on')
  await other.page.getByRole('heading', { name: 'That did not work' }).waitFor()
  assert.match(await main(other.page), /Example single sign-on cannot be reached/)
  await shot(other.page, 'flow-provider')
  await other.page.getByRole('link', { name: 'Back to the sign-in' }).click()
  await other.page.waitForURL(/\/sign-in$/)
  await other.page.goto(wanted({ connection: 'elsewhere' }))
  await other.page.waitForURL(/\/to\/elsewhere$/)
  assert.equal(await heading(other.page), 'One moment')
  seen.add('/flow/{id}/to/{connection}')
  await shot(other.page, 'flow-away')
  await press(other.page, 'Go on')
  await other.page.getByRole('heading', { name: 'That did not work' }).waitFor()
  assert.deepEqual(other.faults.filter((fault) => !fault.startsWith('502 ')), [])
  other.faults.length = 0
  await other.close()
})

/** RU13, AT16: with form_post code and state go in a form and in no address; without script a button sends it. */
test('an answer goes by form', async () => {
  for (const script of [true, false]) {
    const { page, close } = await person(browser, { script })
    const application = await calledBack(page, CALLBACK)
    await page.goto(wanted({ response_mode: 'form_post', state: '"><script>globalThis.hit=1</script>' }))
    await signsIn(page, ...ANN)
    if (!script) {
      await page.getByRole('heading', { name: 'One moment' }).waitFor()
      assert.ok(!page.url().includes('code='), page.url())
      await shot(page, 'flow-form-post')
      await press(page, 'Go on')
    }
    const told = await application.last()
    assert.equal(application.came.at(-1).method, 'POST')
    assert.equal(application.came.at(-1).url, CALLBACK)
    assert.deepEqual([told.state, told.iss], ['"><script>globalThis.hit=1</script>', house.issuer])
    assert.ok(told.code)
    await close()
  }
})

// What the consent page's heading and button say.
const WORDS = {
  en: ['Allow access?', 'Allow', 'The application could then'],
  de: ['Zugriff erlauben?', 'Erlauben', 'Die Anwendung könnte dann'],
  fr: ['Autoriser l’accès ?', 'Autoriser', 'L’application pourrait alors'],
  es: ['¿Permitir el acceso?', 'Permitir', 'La aplicación podría entonces'],
  pt: ['Permitir o acesso?', 'Permitir', 'A aplicação poderia então'],
}

/** OpenID Connect Core §3.1.2.1: `ui_locales` says in which language; a country's own falls back on the language. */
test('the pages speak five languages', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted())
  await signsIn(page, ...ANN)
  await application.last()
  for (const [ui_locales, language] of [['en', 'en'], ['de-AT', 'de'], ['fr', 'fr'], ['es_CL', 'es'], ['xx pt-BR en', 'pt']]) {
    await page.goto(wanted({ ui_locales, prompt: 'consent', scope: 'openid profile email address phone offline_access docs.read docs.write' }))
    await page.waitForURL(/\/consent$/)
    const [title, button, could] = WORDS[language]
    assert.equal(await page.locator('html').getAttribute('lang'), language)
    assert.equal(await heading(page), title)
    assert.ok((await main(page)).includes(could), language)
    assert.equal(await page.getByRole('button', { name: button, exact: true }).count(), 1)
    await look(page, `flow-consent-${language}`)
    await page.goto(`${said.end_session_endpoint}?ui_locales=${ui_locales.replace(' ', '+')}`)
    await shot(page, `flow-logout-${language}`)
    await page.goto(wanted({ ui_locales, redirect_uri: 'https://elsewhere.example/' }))
    await shot(page, `flow-refused-${language}`)
  }
  for (const [ui_locales, language] of Object.keys(WORDS).map((one) => [one, one])) {
    await page.goto(wanted({ ui_locales, prompt: 'login' }))
    await page.waitForURL(/\/sign-in$/)
    assert.equal(await page.locator('html').getAttribute('lang'), language)
    await look(page, `flow-sign-in-${language}`)
  }
  await close()
})

/** CO8: what an application, its owner, an API or a scope is called is text, on every page that says it. */
test('markup in names stays inert', async () => {
  const evil = (word) => `<img src=x onerror=globalThis.hit=1>"'${word}</bdi></p><script>globalThis.hit=1</script>{ $person }`
  await api('POST', '/apis', { id: 'evil', audience: 'https://evil.example', name: evil('api'), scopes: [{ name: 'evil.read', description: evil('scope') }] })
  const account = await api('POST', '/accounts', { name: evil('owner') })
  const client = await register(api, { account: account.id, name: evil('application'), redirect_uris: [CALLBACK] }, { evil: ['evil.read'] })
  const more = { scope: 'openid offline_access evil.read', audience: 'https://evil.example', login_hint: '"><script>globalThis.hit=1</script>@x.example' }
  const { page, close } = await person(browser)
  const inert = async (...words) => {
    for (const word of words) assert.ok((await main(page)).includes(evil(word)), `${word} is text: ${await main(page)}`)
    assert.deepEqual(await page.evaluate(() => [globalThis.hit, document.querySelectorAll('main img:not(.brand img), main script').length]), [undefined, 0])
  }
  await page.goto(wanted(more, client))
  await page.waitForURL(/\/sign-in$/)
  assert.equal(await page.getByLabel('E-mail address').inputValue(), more.login_hint)
  await inert('application')
  await signsIn(page, ...ANN)
  await page.waitForURL(/\/consent$/)
  await inert('application', 'owner', 'api', 'scope')
  await look(page, 'flow-consent-markup')
  const application = await calledBack(page, CALLBACK)
  await press(page, 'Allow')
  await application.last()
  await page.goto(wanted({ ...more, prompt: 'select_account' }, client))
  await page.waitForURL(/\/account$/)
  await inert('application')
  await page.goto(`${house.console}/profile/applications`)
  await inert('application', 'owner')
  // Nor has what a request names any effect where it is refused.
  await page.goto(wanted({ client_id: '<script>globalThis.hit=1</script>' }))
  await inert()
  await close()
})

/** The whole way by keyboard alone, and where one is can be seen. */
test('the way is gone by keyboard', async () => {
  const { page, close } = await person(browser)
  const application = await calledBack(page, CALLBACK)
  await page.goto(wanted({ prompt: 'consent' }))
  const to = async (selector) => {
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      const [there, dull] = await page.evaluate((selector) => {
        const here = document.activeElement
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(here)
        return [here.matches(selector), here !== document.body && (outlineStyle === 'none' || outlineWidth === '0px') && boxShadow === 'none' ? here.outerHTML : '']
      }, selector)
      assert.equal(dull, '', 'where one is can be seen')
      if (there) return
    }
    assert.fail(`${selector} is out of reach`)
  }
  await page.getByLabel('E-mail address').waitFor()
  await to('[name="email"]')
  await page.keyboard.type(ANN[0])
  await to('[name="password"]')
  await page.keyboard.type(ANN[1])
  // The Enter key signs in, and does not cancel.
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/consent$/)
  assert.equal(await page.getByText('asked for the first time').count(), 0, 'none of it is new')
  await to('[value="approve"]')
  await look(page, 'flow-consent-keyboard')
  await page.keyboard.press('Enter')
  assert.ok((await application.last()).code)
  await close()
})

/** OC4: without a hint of the client the person is asked; after that they are signed out and read so. */
test('signing out asks first', async () => {
  const { page, close } = await person(browser)
  const [application, away] = [await calledBack(page, CALLBACK), await calledBack(page, AWAY)]
  await page.goto(wanted())
  await signsIn(page, ...ANN)
  const { code } = await application.last()
  const { body } = await ask(said.token_endpoint, { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier }, app)
  await page.goto(said.end_session_endpoint)
  assert.equal(await heading(page), 'Sign out?')
  await owed(page, 'logout')
  await lookAround(page, 'flow-logout')
  await press(page, 'Sign out')
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  await owed(page, 'gone')
  await lookAround(page, 'flow-gone')
  await page.goto(wanted())
  await signsIn(page, ...ANN)
  await application.last()
  await page.goto(address(said.end_session_endpoint, { id_token_hint: body.id_token, post_logout_redirect_uri: AWAY, state: 'bye' }))
  if (new URL(page.url()).origin === house.issuer) await press(page, 'Sign out')
  assert.deepEqual(await away.last(), { state: 'bye' })
  await page.goto(wanted())
  await page.waitForURL(/\/sign-in$/)
  await close()
})

test('no page of the way is left unseen', () => {
  // These two lead on and show nothing.
  const silent = ['/flow/{id}']
  assert.deepEqual(patterns().filter((pattern) => !seen.has(pattern) && !silent.includes(pattern)), [])
})
