// Web applications whose sign-in is express-openid-connect's, on loopback and over real HTTP.

import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import express from 'express'
import openid from 'express-openid-connect'

/**
 * An application that somebody signs in at, and that is told when they sign out elsewhere. It shows the claims it holds
 * at `/who`.
 *
 * @param {{manager: import('./manager.js').Manager, account: string, issuer: string}} house
 * @param {string} name which its cookies are named after, since all of loopback shares one jar
 * @param {(attempt: number) => number | Promise<number> | undefined} [before] what its back-channel address answers
 *   instead of what the library does, by attempt
 * @param {object} [more] settings of the library's own
 */
export async function relyingParty(house, name, before = () => undefined, more = {}) {
  const heard = new EventEmitter()
  const told = []
  const app = express()
  const server = createServer(app)
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const base = `http://localhost:${server.address().port}`
  const made = await house.manager.application(house.account, {
    name,
    redirect_uri: `${base}/callback`,
    logout_uris: [base],
    sign_in: { backchannel_logout_uri: `${base}/backchannel-logout` },
  })

  app.post('/backchannel-logout', express.urlencoded({ extended: false }), async (request, response, next) => {
    const arrived = { token: request.body.logout_token, cookies: request.headers.cookie, type: request.headers['content-type'] }
    response.on('finish', () => heard.emit('told', Object.assign(arrived, { status: response.statusCode })))
    told.push(arrived)
    heard.emit('arrived')
    const status = await before(told.length)
    if (status) response.sendStatus(status)
    else next()
  })
  app.use(
    openid.auth({
      issuerBaseURL: house.issuer,
      baseURL: base,
      clientID: made.id,
      clientSecret: made.secret,
      secret: 'a secret that only this test has',
      authRequired: false,
      idpLogout: true,
      authorizationParams: { response_type: 'code', scope: 'openid profile email' },
      session: { name: `${name}_session` },
      transactionCookie: { name: `${name}_transaction` },
      backchannelLogout: { store: memory() },
      ...more,
    }),
  )
  app.get('/who', (request, response) => response.json(request.oidc.isAuthenticated() ? request.oidc.idTokenClaims : {}))
  app.get('/', (request, response) => response.type('text').send('home'))
  app.use((error, request, response, _next) => response.status(error.status ?? 500).json({ error: error.error }))

  /** Waits until so many logout tokens have this. */
  const until = async (event, enough) => {
    const signal = AbortSignal.timeout(60_000)
    while (!enough()) await once(heard, event, { signal })
  }
  return {
    ...made,
    base,
    told,
    /** The `n`th logout token, once it has arrived. */
    arrives: async (n = 1) => (await until('arrived', () => told.length >= n), told[n - 1]),
    /** The `n`th logout token, once it was answered. */
    answered: async (n = 1) => (await until('told', () => told[n - 1]?.status), told[n - 1]),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** As much of a session store as the library asks of one. */
function memory() {
  const held = new Map()
  return {
    get: async (key) => held.get(key),
    set: async (key, value) => void held.set(key, value),
    destroy: async (key) => void held.delete(key),
  }
}
