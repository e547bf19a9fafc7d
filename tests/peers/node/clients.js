// The clients under test, each used as its own documentation shows it. Plain HTTP on loopback needs the switch
// that both libraries offer for it; nothing else is special.

import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'

/**
 * What a client must be told of a preset: how it authenticates ("basic" or "post") and what it asks for.
 * @typedef {{auth: 'basic' | 'post', parameters: Record<string, string>}} Manner
 */

export const openidClient = {
  name: 'openid-client',

  /** @param {'oidc' | 'oauth2'} algorithm which of the two well-known documents is read */
  async discover(env, auth, algorithm = 'oidc', secret = env.TOLLGATE_CLIENT_SECRET) {
    const method = auth === 'basic' ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
    return client.discovery(new URL(env.TOLLGATE_ISSUER), env.TOLLGATE_CLIENT_ID, undefined, method, {
      algorithm,
      execute: [client.allowInsecureRequests],
    })
  },

  async token(env, { auth, parameters }, secret) {
    const config = await this.discover(env, auth, 'oidc', secret)
    return client.clientCredentialsGrant(config, parameters)
  },

  async call(env, token) {
    const config = await this.discover(env, 'basic')
    const { url, method, body, headers } = apiCall(env)
    return client.fetchProtectedResource(config, token, url, method, body, headers)
  },
}

export const oauth4webapi = {
  name: 'oauth4webapi',

  async discover(env, algorithm = 'oidc') {
    const issuer = new URL(env.TOLLGATE_ISSUER)
    const response = await oauth.discoveryRequest(issuer, { algorithm, [oauth.allowInsecureRequests]: true })
    return oauth.processDiscoveryResponse(issuer, response)
  },

  async token(env, { auth, parameters }, secret = env.TOLLGATE_CLIENT_SECRET) {
    const server = await this.discover(env)
    const self = { client_id: env.TOLLGATE_CLIENT_ID }
    const method = auth === 'basic' ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret)
    const response = await oauth.clientCredentialsGrantRequest(server, self, method, parameters, {
      [oauth.allowInsecureRequests]: true,
    })
    return oauth.processClientCredentialsResponse(server, self, response)
  },

  async call(env, token) {
    const { url, method, body, headers } = apiCall(env)
    return oauth.protectedResourceRequest(token, method, url, headers, body, {
      [oauth.allowInsecureRequests]: true,
    })
  },
}

/** The sample API's protected call, as the demo names it. */
export function apiCall(env) {
  const method = env.TOLLGATE_API_METHOD ?? 'GET'
  const headers = new Headers({ 'x-email': env.TOLLGATE_USER_EMAIL })
  let body = null
  if (method !== 'GET') {
    headers.set('content-type', 'application/json')
    body = '{}'
  }
  return { url: new URL(env.TOLLGATE_GATEWAY + env.TOLLGATE_API_PATH), method, headers, body }
}

/** What a library's error says of the answer: its status and its JSON, whether the library has read that or not. */
export async function refusal(promise) {
  try {
    await promise
  } catch (error) {
    if (!error.response) throw error
    const { response } = error
    return { status: response.status, headers: response.headers, body: response.bodyUsed ? error.cause : await response.json() }
  }
  throw new Error('this should have been refused')
}
