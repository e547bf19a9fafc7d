// Starts `tollgate serve` as its operators do: a configuration, a master key, and whatever the first start prints.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export { start as demo } from '../peers/node/demo.js'

const TOLLGATE = resolve(process.env.TOLLGATE_BIN ?? join(import.meta.dirname, '../../target/debug/tollgate'))

// A debug build on a busy machine makes its keys slowly; a healthy one needs a second.
const LIMIT_MS = 120_000

/**
 * @param {string} preset none for the house as it is without one
 * @param {string} more TOML: tables that stand beside those made here
 */
export async function serve(preset, more = '') {
  const home = mkdtempSync(join(tmpdir(), `tollgate-${preset || 'plain'}-`))
  const [issuer, management, gateway] = await freePorts(3)
  execFileSync(TOLLGATE, ['init', '--master-key', join(home, 'master.key')], { cwd: home, stdio: 'pipe' })
  writeFileSync(
    join(home, 'tollgate.toml'),
    `${preset && `preset = "${preset}"\n`}[server]
listen = "127.0.0.1:${issuer}"
management_listen = "127.0.0.1:${management}"
public_url = "http://localhost:${issuer}"
development = true
[gateway]
listen = "127.0.0.1:${gateway}"
public_url = "http://localhost:${gateway}"
[store]
url = "sqlite:${join(home, 'tollgate.db')}"
[master_key]
file = "${join(home, 'master.key')}"
${more}`,
  )
  const server = spawn(TOLLGATE, ['serve', '--config', 'tollgate.toml'], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const gone = new Promise((gone) => server.once('exit', gone).once('error', gone))
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null && server.pid !== undefined) {
      server.kill('SIGTERM')
      const last = setTimeout(() => server.kill('SIGKILL'), 20_000)
      await gone
      clearTimeout(last)
    }
    rmSync(home, { recursive: true, force: true })
  }
  const answers = new Promise((answers) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text
        if (said.includes('everything answers')) answers()
      })
    }
  })
  let limit
  try {
    await Promise.race([
      answers,
      gone.then((why) => Promise.reject(new Error(`the server ended (${why})`))),
      new Promise((_, late) => (limit = setTimeout(() => late(new Error(`no answer after ${LIMIT_MS} ms`)), LIMIT_MS))),
    ])
  } catch (error) {
    await stop()
    error.message += `\n${said}`
    throw error
  } finally {
    clearTimeout(limit)
  }
  return {
    home,
    console: `http://localhost:${issuer}/console`,
    desk: `http://localhost:${management}/console`,
    issuer: `http://localhost:${issuer}`,
    management: `http://localhost:${management}`,
    gateway: `http://localhost:${gateway}`,
    /** The link that the first start prints. */
    firstLink: /http\S+\/welcome#\S+/.exec(said)?.[0],
    /** The operator's token that the first start prints. */
    token: /tgo_\w+/.exec(said)?.[0],
    said: () => said,
    stop,
  }
}

// All are held at once, so that they differ.
async function freePorts(count) {
  const held = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(held.map((one) => once(one, 'listening')))
  const ports = held.map((one) => one.address().port)
  await Promise.all(held.map((one) => new Promise((closed) => one.close(closed))))
  return ports
}
