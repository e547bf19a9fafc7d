// Another OpenID provider, which nobody here wrote: oidc-provider, with its own pages for trying out.

import { createServer } from 'node:http'
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'

/** The client that a Tollgate is there. */
export const CLIENT = { client_id: 'tollgate', client_secret: 'a secret, with / and + and %20 in it' }

/**
 * Listens at once, and answers as soon as it knows where people go back to.
 *
 * @param {Record<string, object>} people what is told of each, by the name that they type in
 */
export async function provider(people) {
  let answer = (request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => answer(request, response))
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const issuer = `http://localhost:${server.address().port}`
  return {
    issuer,
    /** `alg` signs its ID tokens, and by `method` we authenticate there. */
    async opens(redirect_uri, { alg = 'RS256', method = 'client_secret_basic' } = {}) {
      const signed = { id_token_signed_response_alg: alg, token_endpoint_auth_method: method }
      answer = await answering(issuer, { ...CLIENT, ...signed, redirect_uris: [redirect_uri] }, people, alg)
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

async function answering(issuer, client, people, alg) {
  const { default: Provider } = await quietly(() => import('oidc-provider'))
  // Two keys, as a provider has while it turns them.
  const keys = await Promise.all(
    ['old', 'new'].map(async (kid) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' }
    }),
  )
  return quietly(() =>
    new Provider(issuer, {
      clients: [client],
      jwks: { keys },
      cookies: { keys: [randomBytes(32).toString('hex')] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name'] },
      findAccount: (context, sub) => people[sub] && { accountId: sub, claims: () => ({ sub, ...people[sub] }) },
      pkce: { required: () => true },
      ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    }).callback(),
  )
}

/** The provider warns of its development mode, which is what a test is in. */
async function quietly(what) {
  const { info, warn } = console
  console.info = console.warn = () => {}
  try {
    return await what()
  } finally {
    Object.assign(console, { info, warn })
  }
}
