// The management API, as far as tests register things through it.

export class Manager {
  /** @param {string} base where it listens @param {string} token an operator's */
  constructor(base, token) {
    this.base = base
    this.token = token
  }

  /** The manager of a demo. */
  static of(env) {
    return new Manager(env.TOLLGATE_SERVER, env.TOLLGATE_OPERATOR_TOKEN)
  }

  async asks(method, path, body) {
    const answer = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text && JSON.parse(text)
  }

  /**
   * Registers an application that acts for people, with an address on this machine.
   *
   * @param {string} account
   * @param {{name?: string, redirect_uri: string, method?: string}} wanted and further members of the API's own
   * @returns {Promise<{id: string, secret?: string, redirect_uri: string}>} without a secret where the method is `none`
   */
  async application(account, { name = 'Bookkeeper', redirect_uri, method, ...more }) {
    const { id } = await this.asks('POST', '/clients', {
      account,
      name,
      environment: 'test',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [redirect_uri],
      logout_uris: [redirect_uri],
      ...(method && { auth_methods: [method] }),
      ...more,
    })
    if (method === 'none') return { id, redirect_uri }
    const { client_secret } = await this.asks('POST', `/clients/${id}/secrets`, {})
    return { id, secret: client_secret, redirect_uri }
  }
}
