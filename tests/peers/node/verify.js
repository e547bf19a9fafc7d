// An independent verifier: `jose` reads the served key set and judges the token.

import assert from 'node:assert/strict'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'

/** Verifies signature, algorithm, issuer, audience and times; returns the protected header and the claims. */
export async function verify(env, server, token, { algorithm, typ, audience = env.TOLLGATE_AUDIENCE }) {
  const keys = createRemoteJWKSet(new URL(server.jwks_uri))
  const { protectedHeader, payload } = await jwtVerify(token, keys, {
    algorithms: [algorithm],
    issuer: env.TOLLGATE_ISSUER,
    audience,
    typ,
    requiredClaims: ['iss', 'aud', 'exp', 'iat'],
    clockTolerance: 1,
  })
  return { header: protectedHeader, claims: payload }
}

/** The same token with another signature, another audience or another issuer convinces nobody. */
export async function nobodyElseIsConvinced(env, server, token, { algorithm, audience = env.TOLLGATE_AUDIENCE }) {
  const keys = createRemoteJWKSet(new URL(server.jwks_uri))
  const strict = { algorithms: [algorithm], issuer: env.TOLLGATE_ISSUER, audience }
  const [head, body, signature] = token.split('.')
  const claims = { ...decodeJwt(token), sub: 'somebody-else' }
  const forged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
  assert.notEqual(forged, [head, body, signature].join('.'))
  await assert.rejects(jwtVerify(forged, keys, strict), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  await assert.rejects(jwtVerify(token, keys, { ...strict, audience: 'https://elsewhere.example/' }), { claim: 'aud' })
  await assert.rejects(jwtVerify(token, keys, { ...strict, issuer: 'https://elsewhere.example/' }), { claim: 'iss' })
}
