// An application that acts for people, made of openid-client as its documentation shows it.

import * as client from 'openid-client'

/** RFC 9207: what every answer at the application's address must carry. */
const ISSUER = 'iss'

/**
 * One application at one server: how it authenticates, and what it asks for.
 * @typedef {{issuer: string, id: string, secret?: string, redirect_uri: string, auth: 'basic' | 'post' | 'none',
 *   scope: string, parameters?: Record<string, string>}} House
 */

export class Application {
  /** @param {House} house @param {client.Configuration} config */
  constructor(house, config) {
    this.house = house
    this.config = config
    this.server = config.serverMetadata()
  }

  /** Reads the discovery document. `metadata` is what it was registered with. */
  static async at(house, metadata) {
    const method = { basic: client.ClientSecretBasic, post: client.ClientSecretPost, none: client.None }[house.auth]
    const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks]
    const config = await client.discovery(new URL(house.issuer), house.id, metadata, method(house.secret), { execute })
    return new Application(house, config)
  }

  /** A request of its own for one browser: the address to open, and what must be remembered until the answer. */
  async asks(more = {}) {
    const checks = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    }
    const address = client.buildAuthorizationUrl(this.config, {
      redirect_uri: this.house.redirect_uri,
      scope: this.house.scope,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      ...this.house.parameters,
      ...more,
    })
    if (more.max_age) checks.maxAge = Number(more.max_age)
    return { address, checks }
  }

  /** A person's whole way: the answer at the application's address, and the request that it answers. */
  async sends(person, more, how) {
    const asked = await this.asks(more)
    const back = await person.walks(asked.address, { until: this.house.redirect_uri, ...how })
    return { asked, back, iss: back.url.searchParams.get(ISSUER) }
  }

  /** The answer becomes tokens, once the library has found everything about it right. */
  async takes({ asked, back }) {
    return client.authorizationCodeGrant(this.config, back.method === 'POST' ? back.request() : back.url, asked.checks)
  }

  /** Signs a person in. */
  async signsIn(person, more, how) {
    return this.takes(await this.sends(person, more, how))
  }

  refreshes(token, parameters) {
    return client.refreshTokenGrant(this.config, token, parameters)
  }

  userInfo(tokens) {
    return client.fetchUserInfo(this.config, tokens.access_token, tokens.claims().sub)
  }

  introspects(token) {
    return client.tokenIntrospection(this.config, token)
  }

  revokes(token) {
    return client.tokenRevocation(this.config, token)
  }

  /** The address that signs a person out. */
  leaving(tokens, state) {
    return client.buildEndSessionUrl(this.config, {
      post_logout_redirect_uri: this.house.redirect_uri,
      id_token_hint: tokens.id_token,
      state,
    })
  }

  calls(token, url) {
    return client.fetchProtectedResource(this.config, token, new URL(url), 'GET')
  }
}
