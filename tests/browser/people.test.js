// People: the first operator, an invitation by mail, the second factor, recovery, sessions. The mails are taken by a
// real SMTP server, the codes made by a library that nobody here wrote.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { generate } from 'otplib'
import { heading, launch, linkIn, look, lookAround, person, press, signIn } from './browser.js'
import { mailbox } from './post.js'
import { serve } from './house.js'

let browser, house, mails

before(async () => {
  mails = await mailbox()
  house = await serve(
    'safesend',
    `[mail]
host = "127.0.0.1"
port = ${mails.port}
security = "none"
from = "SafeSend <no-reply@vendor.example>"
`,
  )
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await house?.stop()
  await mails?.close()
})

const ADMIN = 'admin@firm.example'

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

/** The address in a mail that leads to the console. */
const link = (mail) => linkIn(mail.text)

/** A code that was not used before: the next step's, when this one's is spent. */
const code = (secret, steps = 0) => generate({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps })

/** SE11: there is no default account; the link of the first start makes one operator and no second. */
test('the first start prints a link that makes the first operator, once', async () => {
  const { page, close } = await person(browser)
  await page.goto(house.firstLink)
  assert.equal(new URL(page.url()).pathname, '/console/welcome', 'the token has left the address')
  await lookAround(page, 'welcome-first-operator')
  await page.getByLabel('Your e-mail address').fill('operator@vendor.example')
  await page.getByLabel('Your name').fill('Operator')
  // SE6: what everybody chooses is refused, and what was typed stays.
  await page.getByLabel('New password').fill('password1')
  await page.locator('form[action="/console/welcome"] button.primary').click()
  assert.equal(await page.getByLabel('Your e-mail address').inputValue(), 'operator@vendor.example')
  assert.equal(await page.getByLabel('New password').inputValue(), '', 'a password never comes back')
  await look(page, 'welcome-refused')
  await page.getByLabel('New password').fill('quiet harbour lantern')
  await page.locator('form[action="/console/welcome"] button.primary').click()
  await page.waitForURL(/\/console\/(desk|accounts)/)
  await close()

  const late = await person(browser)
  await late.page.goto(house.firstLink)
  assert.match(await late.page.locator('main').innerText(), /does not work any more|Ask/i)
  await look(late.page, 'welcome-dead')
  await late.close()
})

let secret
let codes

/** SE9, SE10: an invitation by mail works once; the second factor is set up with a QR code and asked for from then on. */
test('an invited admin chooses a password and a second factor', async () => {
  const account = await api('POST', '/accounts', { name: 'Example CPA Firm' })
  const member = await api('POST', `/accounts/${account.id}/members`, {
    email: ADMIN,
    name: 'Firm Admin',
    roles: ['System Admin'],
  })
  await api('POST', `/members/${member.id}/invitation`)
  const mail = await mails.to(ADMIN, '/welcome#')
  assert.ok(link(mail).startsWith(house.console), 'links come from the settings')

  const { page, close } = await person(browser)
  await page.goto(link(mail))
  await lookAround(page, 'welcome-invitation')
  await page.getByLabel('New password').fill('violet engine gravel')
  await page.locator('form[action="/console/welcome"] button.primary').click()
  await page.waitForURL(/\/console\/clients/)

  await page.goto(`${house.console}/profile`)
  await lookAround(page, 'profile')
  await page.getByRole('link', { name: 'Set up a second factor' }).click()
  await lookAround(page, 'second-factor-set-up')
  assert.ok(await page.locator('svg[role="img"]').count(), 'a QR code is there')
  secret = (await page.locator('[data-value]').first().innerText()).replace(/\s/g, '')
  await page.getByLabel('Code from your app').fill('000000')
  await press(page, 'Turn it on')
  await page.getByLabel('Code from your app').fill(await code(secret, -1))
  await press(page, 'Turn it on')
  codes = (await page.locator('pre code').innerText()).trim().split('\n')
  assert.equal(codes.length, 10)
  await lookAround(page, 'recovery-codes')
  await close()

  const again = await person(browser)
  await again.page.goto(link(mail))
  assert.equal(await again.page.getByLabel('New password').count(), 0, 'the link is spent')
  await again.close()
})

/** SE8, SE9: password and code open the console; a code that was used does not open it again. */
test('signing in takes password and code, and a code works once', async () => {
  const { page, close } = await person(browser)
  await page.goto(house.console)
  await page.waitForURL(/sign-in/)
  await lookAround(page, 'sign-in')
  await signIn(page, house.console, ADMIN, 'violet engine gravel')
  await page.waitForURL(/second-factor/)
  await lookAround(page, 'second-factor')
  // SE9: half a sign-in opens nothing else.
  await page.goto(`${house.console}/clients`)
  await page.waitForURL(/second-factor/)
  const now = await code(secret)
  await page.getByLabel('Code from your app').fill(now)
  await press(page, 'Go on')
  await page.waitForURL(/\/console\/clients/)
  await close()

  const thief = await person(browser)
  await signIn(thief.page, house.console, ADMIN, 'violet engine gravel')
  await thief.page.getByLabel('Code from your app').fill(now)
  await press(thief.page, 'Go on')
  assert.equal(new URL(thief.page.url()).pathname, '/console/second-factor')
  await look(thief.page, 'second-factor-refused')
  // A recovery code does, once.
  await thief.page.getByRole('link', { name: /recovery code/ }).click()
  await thief.page.getByLabel('Recovery code').fill(codes[0].toUpperCase())
  await press(thief.page, 'Go on')
  await thief.page.waitForURL(/\/console\/clients/)
  await thief.close()
})

/** SE3: a session is ended from another browser, on the server. */
test('a session is listed and ended from elsewhere', async () => {
  const here = await person(browser)
  const there = await person(browser)
  for (const [one, nth] of [[here, 1], [there, 2]]) {
    await signIn(one.page, house.console, ADMIN, 'violet engine gravel')
    await one.page.getByRole('link', { name: /recovery code/ }).click()
    await one.page.getByLabel('Recovery code').fill(codes[nth])
    await press(one.page, 'Go on')
    await one.page.waitForURL(/\/console\/clients/)
  }
  await here.page.goto(`${house.console}/profile`)
  await look(here.page, 'profile-sessions')
  await press(here.page, 'End all others')
  // The address says it too, until the script tidies it away.
  await here.page.getByText('All other sessions are ended.').waitFor()
  await there.page.goto(`${house.console}/profile`)
  await there.page.waitForURL(/sign-in/)
  await here.close()
  await there.close()
})

/** SE7, SE9, AT12: a forgotten password is changed by mail; the answer tells nobody who exists, and no factor is skipped. */
test('a forgotten password is changed by mail, and the second factor stays', async () => {
  const { page, close } = await person(browser)
  const said = []
  for (const email of ['nobody@firm.example', ADMIN]) {
    await page.goto(`${house.console}/forgot`)
    await look(page, 'forgot')
    await page.getByLabel('E-mail address').fill(email)
    await press(page, 'Send me a link')
    said.push((await page.locator('main').innerText()).replaceAll(email, 'X'))
  }
  assert.equal(said[0], said[1])
  const reset = await mails.to(ADMIN, 'Choose a new password for')
  await page.goto(link(reset))
  await page.getByLabel('New password').fill('copper meadow signal')
  await page.locator('form[action="/console/welcome"] button.primary').click()
  await page.waitForURL(/second-factor/)
  await page.getByRole('link', { name: /recovery code/ }).click()
  await page.getByLabel('Recovery code').fill(codes[3])
  await press(page, 'Go on')
  await page.waitForURL(/\/console\/clients/)
  // The old password is over.
  await page.goto(`${house.console}/profile`)
  await press(page, 'Sign out')
  await signIn(page, house.console, ADMIN, 'violet engine gravel')
  assert.equal(new URL(page.url()).pathname, '/console/sign-in')
  await look(page, 'sign-in-refused')
  await close()
})

/** Everything works without script. */
test('a person without script signs in and changes a name', async () => {
  const { page, close } = await person(browser, { script: false })
  await signIn(page, house.desk, 'operator@vendor.example', 'quiet harbour lantern')
  await page.goto(`${house.desk}/profile/name`)
  await page.getByLabel('Your name').fill('Ω 🦊 <b>Operator</b>')
  await page.locator('main form button.primary').click()
  assert.match(await page.locator('main').innerText(), /Ω 🦊 <b>Operator<\/b>/, 'CO8: a name is text')
  await close()
})

test('the house has a second heading nowhere', async () => {
  const { page, close } = await person(browser)
  for (const path of ['/sign-in', '/forgot', '/nowhere']) {
    await page.goto(`${house.console}${path}`)
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, path)
    assert.notEqual(await heading(page), '')
  }
  await look(page, 'not-found')
  await close()
})
