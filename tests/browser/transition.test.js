// The way off the old login: as an operator sees and moves it, and as the firm that still uses it does.

import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { copied, go, heading, launch, look, lookAround, person, press, signIn } from './browser.js'
import { demo } from './house.js'

let browser, env, stop, console, transition

before(async () => {
  ;({ env, stop } = await demo('safesend'))
  console = env.TOLLGATE_CONSOLE
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await stop?.()
})

const OPERATOR = () => [console, env.TOLLGATE_OPERATOR_EMAIL, env.TOLLGATE_OPERATOR_PASSWORD]
const MEMBER = () => [console, env.TOLLGATE_USER_EMAIL, env.TOLLGATE_USER_PASSWORD]

async function operator() {
  const one = await person(browser)
  await signIn(one.page, ...OPERATOR())
  await one.page.waitForURL(/\/console\/desk/)
  return one
}

async function member() {
  const one = await person(browser)
  await signIn(one.page, ...MEMBER())
  await one.page.waitForURL(/\/console\/clients/)
  return one
}

/** The old login, as the vendor's software calls it. */
const login = () =>
  fetch(`${console.replace(/\/console$/, '')}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: env.TOLLGATE_USER_EMAIL, password: env.TOLLGATE_USER_PASSWORD }),
  })

/** A day so many days from now, as it is typed. */
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const time = (minutes) => `${new Date(Date.now() + minutes * 60_000).toISOString().slice(0, 19)}Z`

/** Reads the page again until it says so: what is counted is kept a second later. */
async function until(page, words) {
  await page.waitForFunction(async (words) => (await (await fetch(location.href)).text()).includes(words), words, { polling: 500 })
  await page.reload()
}

/** Changes the transition's dates by its form. */
async function dates(page, fields) {
  await page.goto(`${transition}/edit`)
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(new RegExp(`^${label}`)).fill(value)
  await press(page, 'Save')
  await page.getByText('The transition is saved.').waitFor()
}

/** SS-1, SS-50: who still comes by the old login is seen at the desk, with the calendar and what is to be expected. */
test('an operator sees who still uses the old login', async () => {
  const answer = await login()
  assert.equal(answer.status, 200)
  assert.ok(answer.headers.get('deprecation') && answer.headers.get('sunset'), 'it says that it ends')
  const { page, close } = await operator()
  await go(page, 'Transitions')
  await until(page, 'Warned')
  await lookAround(page, 'transitions')
  await page.getByRole('row').nth(1).getByRole('link').first().click()
  await page.waitForURL(/\/transitions\/[^/]+$/)
  transition = page.url()
  await until(page, 'Example CPA Firm')
  const text = await page.locator('main').innerText()
  for (const words of ['Opens', 'Warns', 'Today', 'Rehearsal', 'Ends', 'Forecast:', 'Old way alone']) assert.ok(text.includes(words), words)
  assert.equal(await page.locator('.calendar [aria-current="date"]').count(), 1)
  await lookAround(page, 'transition')
  await close()
})

/** SS-1: an account gets another end, with a reason; a fault stands beside its field, and taking it back asks first. */
test('an account gets more time, and it is taken back', async () => {
  const { page, close } = await operator()
  await page.goto(transition)
  await page.getByRole('link', { name: 'Example CPA Firm' }).first().click()
  await page.getByRole('link', { name: 'Its keys, and its own ends of transitions' }).click()
  await lookAround(page, 'account-old')
  await page.getByRole('link', { name: /^Another end of/ }).click()
  await press(page, 'Save')
  assert.equal(await page.evaluate(() => document.activeElement.matches(':invalid')), true, 'the browser asks for the date')
  await page.getByLabel('Ends for this account').fill('next year')
  await page.getByLabel('Why').fill('Their software is being rewritten')
  await press(page, 'Save')
  assert.match(await page.locator('#e-ends').innerText(), /is no date/)
  await lookAround(page, 'exception-refused')
  await page.getByLabel('Ends for this account').fill(day(120))
  await press(page, 'Save')
  await page.getByText("The account's own end is saved.").waitFor()
  assert.match(await page.locator('main').innerText(), /Their software is being rewritten/)
  await look(page, 'transition-exception')

  // The firm reads its own end, and not why.
  const firm = await member()
  await firm.page.goto(`${console}/legacy`)
  assert.match(await firm.page.locator('main').innerText(), /own end/)
  assert.doesNotMatch(await firm.page.locator('main').innerText(), /rewritten|Rehearsal/)
  await lookAround(firm.page, 'old-exception')
  await firm.close()

  await page.getByRole('link', { name: /^Take back/ }).click()
  assert.equal(await heading(page), 'Take this exception back?')
  await look(page, 'exception-remove')
  await press(page, 'Take back')
  await page.getByText('The exception is taken back.').waitFor()
  await close()
})

/** SS-1, SS-50: the firm is told on its own pages, in the window, in a brown-out and after the end. */
test('the firm sees what it still uses, and until when', async () => {
  const desk = await operator()
  const { page, close } = await member()
  await page.getByRole('link', { name: /^Old authentication: what still uses it/ }).waitFor()
  await lookAround(page, 'old-banner')
  await page.getByRole('link', { name: /^Old authentication: what still uses it/ }).click()
  assert.equal(await heading(page), 'Old authentication')
  let text = await page.locator('main').innerText()
  for (const words of ['still uses the old way', 'What to do:', 'Rehearsal', 'Subscription key']) assert.ok(text.includes(words), words)
  assert.ok(!(await page.content()).includes(env.TOLLGATE_API_KEY), 'no key is shown')
  await lookAround(page, 'old-window')

  await dates(desk.page, { 'Brown-outs': `${time(-5)} ${time(55)} Rehearsal` })
  await lookAround(desk.page, 'transition-brownout')
  await page.reload()
  text = await page.locator('main').innerText()
  assert.match(text, /it is refused, as it will be/)
  await lookAround(page, 'old-brownout')

  await dates(desk.page, { 'Brown-outs': '', Ends: time(-1) })
  await lookAround(desk.page, 'transition-ended')
  await page.reload()
  text = await page.locator('main').innerText()
  assert.match(text, /The old way has ended/)
  await lookAround(page, 'old-ended')
  await close()
  await desk.close()
})

/** OP5: a key is made at the desk, shown once, and ended by the firm's own admin. */
test('a subscription key is shown once, and ended by the firm', async () => {
  const { page, close } = await operator()
  await page.goto(transition)
  await page.getByRole('link', { name: 'Example CPA Firm' }).first().click()
  await page.getByRole('link', { name: 'Its keys, and its own ends of transitions' }).click()
  await page.getByRole('link', { name: 'New key' }).click()
  await lookAround(page, 'key-new')
  await page.getByLabel('Name', { exact: true }).fill('Tax software')
  await page.getByLabel(/^Lifetime/).fill('30')
  await press(page, 'Make key')
  const key = await copied(page, 'subscription key')
  assert.ok(key.length > 20)
  await lookAround(page, 'key-shown')
  await page.getByRole('link', { name: 'I have copied it' }).click()
  assert.ok(!(await page.content()).includes(key))
  await close()

  const firm = await member()
  await firm.page.goto(`${console}/legacy`)
  await firm.page.getByRole('link', { name: 'End this key Tax software' }).click()
  await lookAround(firm.page, 'key-end')
  await press(firm.page, 'End this key')
  await firm.page.getByText('The key is ended').waitFor()
  assert.equal(await firm.page.getByRole('link', { name: 'End this key Tax software' }).count(), 0)
  await firm.close()
})

/** A transition of one's own: its form is used by keyboard, says what is wrong beside each field, and removing asks first. */
test('a transition is made by its form and removed', async () => {
  const { page, close } = await operator()
  await go(page, 'Transitions')
  await page.getByRole('link', { name: 'New transition' }).click()
  await lookAround(page, 'transition-new')
  await page.getByLabel('Name', { exact: true }).fill('Uploads move')
  await page.getByRole('radio', { name: /^Routes themselves/ }).check()
  await page.getByLabel(/^Routes/).last().fill('safesend')
  await page.getByLabel(/^Opens/).fill(day(2))
  await page.getByLabel(/^Ends/).fill(day(1))
  await press(page, 'Create transition')
  assert.match(await page.locator('#e-ends').innerText(), /must not be before/)
  await lookAround(page, 'transition-refused')
  await page.getByLabel(/^Ends/).fill(day(40))
  await press(page, 'Create transition')
  await page.getByText('The transition is saved.').waitFor()
  assert.match(await page.locator('main').innerText(), /Not begun/)
  await lookAround(page, 'transition-empty')
  await page.getByRole('link', { name: 'Remove transition' }).click()
  assert.equal(await heading(page), 'Remove this transition?')
  await look(page, 'transition-remove')
  await press(page, 'Remove transition')
  await page.getByText('The transition is removed.').waitFor()
  await close()
})
