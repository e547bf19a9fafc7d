// One Chromium for a test file, a fresh profile for each person in it, and a look at every page on the way.

import { createRequire } from 'node:module'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SHOTS = resolve(process.env.TOLLGATE_SCREENSHOTS ?? join(import.meta.dirname, '../../target/screenshots'))

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page leads to: no test leaves this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
]

/** Starts the browser. Close it when the file's tests are over. */
export async function launch() {
  const executablePath = process.env.TOLLGATE_CHROMIUM ?? '/usr/bin/chromium'
  return chromium.launch({ executablePath, headless: true, args: FLAGS })
}

/**
 * A person at a browser of their own. Whatever a page throws, or loads from elsewhere, fails the test that closes it.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {{script?: boolean, phone?: boolean, dark?: boolean}} [as]
 */
export async function person(browser, { script = true, phone = false, dark = false } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: script,
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    // A picture is of how a page stands, not of how it moves.
    reducedMotion: 'reduce',
    permissions: script ? ['clipboard-read', 'clipboard-write'] : [],
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults = []
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
  page.on('console', (said) => {
    // A refused form is answered 4xx on purpose; what the policy blocks never is.
    if (said.type() === 'error' && !said.text().startsWith('Failed to load resource')) faults.push(`console: ${said.text()}`)
  })
  page.on('response', (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} from ${answer.url()}`)
  })
  return {
    context,
    page,
    faults,
    async close() {
      await context.close()
      assert.deepEqual(faults, [], 'what the browser complained about')
    },
  }
}

/** Keeps a picture of the page, outside git, and holds it to what axe calls serious. */
export async function look(page, name) {
  await shot(page, name)
  await accessible(page, name)
  await fits(page, name)
}

/** A picture of a page that runs no script, where axe cannot look either. */
export async function shot(page, name) {
  mkdirSync(SHOTS, { recursive: true })
  await picture(page, join(SHOTS, `${name}.png`))
}

/** On a busy machine Chromium now and then gives no picture of a page that it shows well; then it is asked again. */
async function picture(page, path, tries = 3) {
  try {
    await page.screenshot({ path, fullPage: true })
  } catch (error) {
    if (tries <= 1 || !error.message.includes('Unable to capture screenshot')) throw error
    await picture(page, path, tries - 1)
  }
}

/** The same page on a phone and in the dark. */
export async function lookAround(page, name) {
  await look(page, name)
  const wide = page.viewportSize()
  await page.setViewportSize({ width: 390, height: 844 })
  await look(page, `${name}-phone`)
  await page.setViewportSize(wide)
  await page.emulateMedia({ colorScheme: 'dark' })
  await look(page, `${name}-dark`)
  await page.emulateMedia({ colorScheme: 'light' })
}

async function accessible(page, name) {
  // Our policy lets no foreign script in; the debugger's own world is not under it.
  await page.evaluate(AXE)
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  const serious = found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' | ')}`)
  assert.deepEqual(serious, [], `axe on ${name}`)
}

/** Nothing sticks out sideways. */
async function fits(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(wide <= 1, `${name} is ${wide} pixels wider than the window`)
}

/** Signs in with e-mail and password. */
export async function signIn(page, url, email, password) {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await press(page, 'Sign in')
}

/** Presses the button of this name. */
export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).click()
}

/** The page's heading. */
export async function heading(page) {
  return page.getByRole('heading', { level: 1 }).innerText()
}

/** Follows a link of the navigation, as a reader of the vendor's documentation looks for it. */
export async function go(page, name) {
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name, exact: true }).click()
}

/** Opens a tab of the developer section. */
export async function tab(page, name) {
  await page.getByRole('navigation', { name: 'Clients and requests' }).getByRole('link', { name, exact: true }).click()
}

/** The row of facts with this name. */
export function fact(page, name) {
  return page.locator('dl.facts > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
}

/** What a copy button puts on the clipboard; without script, what stands beside it. */
export async function copied(page, what, { script = true } = {}) {
  const button = page.locator(`[aria-label="Copy ${what}"], [aria-label="Copied ${what}"]`).first()
  if (!script) return page.locator('.copyable, .code').filter({ has: button }).first().locator('[data-value]').innerText()
  await page.evaluate(() => navigator.clipboard.writeText('-'))
  await button.click()
  const handle = await page.waitForFunction(async () => {
    const text = await navigator.clipboard.readText()
    return text !== '-' && text
  })
  return handle.jsonValue()
}

/** The way in that a mail shows. Its token is no part of any address that is sent over the network. */
export const linkIn = (text) => /http\S+\/welcome[/#]\S+/.exec(text)?.[0]

/** Opens the newest mail to somebody on the desk's outbox page, which a demo has, and hands back its text. */
export async function mailTo(operator, console, address, words = '') {
  const { page } = operator
  await page.goto(`${console}/desk/outbox`)
  await page.getByRole('row').filter({ hasText: address }).filter({ hasText: words }).first().getByRole('link').click()
  return page.locator('pre').innerText()
}

/** Somebody takes an invitation: follows its link, says who they are and chooses a password. */
export async function accept(page, link, password, name, email) {
  await page.goto(link)
  await page.getByLabel('New password').fill(password)
  if (name) await page.getByLabel('Your name').fill(name)
  if (email) await page.getByLabel('Your e-mail address').fill(email)
  await page.locator('form[action="/console/welcome"] button[type="submit"]').click()
  await page.waitForURL((url) => !url.pathname.endsWith('/welcome'))
}
