// A person at a browser, without the browser: cookies, redirects, and the forms of the page at hand. Everything goes
// over real HTTP, also to hosts that are not Tollgate's.

/** The most pages on a way that has an end. */
const MOST = 24

export class Person {
  #cookies = []

  /** @param {{email: string, password: string, login?: string}} who `login` is the name at another provider */
  constructor(who) {
    this.who = who
    /** Every address that was opened, without its query. */
    this.seen = []
  }

  /**
   * Follows an address, does on every page what a person does there, and ends at the first page that asks for nothing,
   * or before the first address that `until` begins.
   *
   * @param {string | URL} address
   * @param {{until?: string, answer?: 'approve' | 'deny', press?: (page: Page) => string | undefined}} [how]
   *   `press`: a link of the page to follow instead
   * @returns {Promise<Page>}
   */
  async walks(address, { until, answer = 'approve', press } = {}) {
    let request = { method: 'GET', url: new URL(address) }
    for (let steps = 0; steps < MOST; steps++) {
      if (until && request.url.href.startsWith(until)) return arrived(request)
      const page = await this.sends(request)
      const next = page.location ?? press?.(page)
      if (next) request = { method: 'GET', url: new URL(next, request.url) }
      else {
        const form = page.forms[0]
        if (!form || page.status >= 400) return page
        request = filled(form, this.who, answer)
      }
    }
    throw new Error(`pages lead on and on: ${this.seen.join(' ')}`)
  }

  /** One request, as a browser sends it, without following where it leads. */
  async sends({ method, url, body, from }) {
    const headers = { 'sec-fetch-site': from ? 'same-origin' : 'none' }
    const cookies = this.#cookies.filter((one) => one.host === url.hostname && within(url.pathname, one.path))
    if (cookies.length > 0) headers.cookie = cookies.map((one) => `${one.name}=${one.value}`).join('; ')
    if (from) headers.origin = from
    this.seen.push(url.origin + url.pathname)
    const answer = await fetch(url, { method, headers, body, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) this.#keep(url, line)
    return new Page(url, answer, await answer.text())
  }

  #keep(url, line) {
    const [pair, ...rest] = line.split(';').map((part) => part.trim())
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    const told = Object.fromEntries(rest.map((part) => part.split(/=(.*)/s)).map(([key, text = '']) => [key.toLowerCase(), text]))
    const path = told.path?.startsWith('/') ? told.path : '/'
    this.#cookies = this.#cookies.filter((one) => one.name !== name || one.host !== url.hostname || one.path !== path)
    const over = told['max-age'] !== undefined ? Number(told['max-age']) <= 0 : Date.parse(told.expires) <= Date.now()
    if (!over) this.#cookies.push({ name, value, path, host: url.hostname })
  }
}

/** What came back, or where the way ended. */
export class Page {
  constructor(url, answer, text) {
    this.url = url
    this.status = answer.status
    this.headers = answer.headers
    this.text = text
    this.location = [301, 302, 303, 307].includes(answer.status) ? answer.headers.get('location') : null
    this.forms = formsOf(text, url)
  }
}

/** The address that a way was to end at, and with `form_post` what was to be posted there. */
function arrived({ method, url, body }) {
  return { url, method, body, status: 0, text: '', forms: [], request: () => new Request(url, { method, body }) }
}

/** RFC 6265 §5.1.4 */
const within = (path, cookie) => path === cookie || path.startsWith(cookie.endsWith('/') ? cookie : `${cookie}/`)

/** The form as this person sends it: what they know is filled in, and the button is the one they mean. */
function filled({ action, method, fields, buttons, page }, who, answer) {
  const known = { email: who.email, password: who.password, login: who.login ?? who.email }
  const body = new URLSearchParams(fields.map(([name, value]) => [name, name in known && !value ? known[name] : value]))
  const button = buttons.find(([, value]) => value === answer) ?? buttons[0]
  if (button?.[0]) body.set(...button)
  if (method === 'GET') {
    const url = new URL(action)
    url.search = body
    return { method, url }
  }
  return { method, url: action, body, from: page.origin }
}

function formsOf(text, page) {
  return [...text.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, inside]) => {
    const { action = '', method = 'get' } = attributes(head)
    const tags = (name) => [...inside.matchAll(new RegExp(`<${name}\\b([^>]*)>`, 'g'))].map(([, tag]) => attributes(tag))
    return {
      action: new URL(action || page.href, page),
      method: method.toUpperCase(),
      fields: tags('input').filter((one) => one.name).map((one) => [one.name, one.value ?? '']),
      buttons: tags('button').map((one) => [one.name ?? '', one.value ?? '']),
      page,
    }
  })
}

function attributes(tag) {
  const found = tag.matchAll(/([a-z-]+)\s*=\s*"([^"]*)"/g)
  return Object.fromEntries([...found].map(([, name, value]) => [name, unescaped(value)]))
}

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return NAMED[name] ?? whole
    return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal))
  })
}
