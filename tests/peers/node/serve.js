// Starts `tollgate serve` with a configuration of the test's own and no preset, and registers what a test needs there.

import { execFileSync, spawn } from 'node:child_process'
import { randomBytes, scryptSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIMIT_MS, TOLLGATE, freePorts } from './demo.js'
import { Manager } from './manager.js'

/** Where applications act for people, and each of them may name this machine. */
const PEOPLED = `
[clients]
auth_methods = ["client_secret_basic", "client_secret_post", "none"]
[webhooks]
private_addresses = true
[people]
enabled = true
[[api]]
id = "docs"
name = "Documents"
audience = "https://api.example/docs"
algorithm = "ES256"
scopes = [{ name = "read", description = "Read documents" }]
`

/** A person of the house, with claims of each standard scope. */
export const ANN = {
  email: 'ann@firm.example',
  password: 'four plain battery words',
  name: 'Ann Example',
  claims: {
    given_name: 'Ann',
    family_name: 'Example',
    phone_number: '+15555550123',
    address: { locality: 'Somewhere', country: 'CL' },
  },
}

/**
 * A house with people, one account and Ann.
 *
 * @param {string} [more] TOML: tables that stand beside those made here
 */
export async function serve(more = '') {
  for (let attempt = 1; ; attempt++) {
    try {
      return await serveOnce(more)
    } catch (error) {
      // A free port can be taken before the server takes it; other reasons fail three times.
      if (attempt === 3) throw error
    }
  }
}

async function serveOnce(more) {
  const home = mkdtempSync(join(tmpdir(), 'tollgate-own-'))
  const [issuer, management] = await freePorts(2)
  execFileSync(TOLLGATE, ['init', '--master-key', join(home, 'master.key')], { cwd: home, stdio: 'pipe' })
  writeFileSync(
    join(home, 'tollgate.toml'),
    `[server]
listen = "127.0.0.1:${issuer}"
management_listen = "127.0.0.1:${management}"
public_url = "http://localhost:${issuer}"
development = true
[store]
url = "sqlite:${join(home, 'tollgate.db')}"
[master_key]
file = "${join(home, 'master.key')}"
${PEOPLED}${more}`,
  )
  const server = spawn(TOLLGATE, ['serve', '--config', 'tollgate.toml'], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new Promise((gone) => server.once('exit', gone).once('error', gone))
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null && server.pid !== undefined) {
      server.kill('SIGTERM')
      const last = setTimeout(() => server.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(last)
    }
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const said = await answers(server, gone)
    const house = {
      issuer: `http://localhost:${issuer}`,
      manager: new Manager(`http://localhost:${management}`, /tgo_\w+/.exec(said)[0]),
      stop,
    }
    house.account = (await house.manager.asks('POST', '/accounts', { name: 'Example Firm' })).id
    await brings(house.manager, ANN)
    return house
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits until the server says that everything answers; what it said until then. */
async function answers(server, gone) {
  let said = ''
  let limit
  const up = new Promise((up, late) => {
    limit = setTimeout(() => late(new Error(`no answer after ${LIMIT_MS} ms:\n${said}`)), LIMIT_MS)
    gone.then((why) => late(new Error(`the server ended (${why}):\n${said}`)))
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text
        if (said.includes('everything answers')) up(said)
      })
    }
  })
  return up.finally(() => clearTimeout(limit))
}

/** Brings somebody in from another house, with the hash that Node's own scrypt makes of the password. */
async function brings(manager, { email, password, name, claims }) {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32, { N: 2 ** 12, r: 8, p: 1 })
  const plain = (bytes) => bytes.toString('base64').replace(/=+$/, '')
  const password_hash = `$scrypt$ln=12,r=8,p=1$${plain(salt)}$${plain(hash)}`
  await manager.asks('POST', '/users/import', { users: [{ email, name, email_verified: true, claims, password_hash }] })
}
