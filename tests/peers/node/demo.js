// Starts `tollgate demo` for one preset, and stops it. What it serves is read from the demo.env it writes.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The program under test. */
export const TOLLGATE = resolve(process.env.TOLLGATE_BIN ?? join(import.meta.dirname, '../../../target/debug/tollgate'))

// A debug build on a busy machine makes its keys slowly; a healthy one needs a second.
export const LIMIT_MS = 120_000

/** @returns {Promise<{env: Record<string, string>, stop: () => Promise<void>}>} */
export async function start(preset) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(preset)
    } catch (error) {
      // A free port can be taken before the demo takes it; other reasons fail three times.
      if (attempt === 3) throw error
    }
  }
}

async function startOnce(preset) {
  const home = mkdtempSync(join(tmpdir(), `tollgate-${preset}-`))
  const dir = join(home, 'demo')
  mkdirSync(dir)
  const [issuer, gateway, api] = await freePorts(3)
  const ports = ['--issuer-port', issuer, '--gateway-port', gateway, '--api-port', api].map(String)
  const demo = spawn(TOLLGATE, ['demo', '--preset', preset, '--dir', dir, ...ports], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-20_000)))
  }
  const gone = new Promise((gone) => demo.once('exit', gone).once('error', gone))
  const stop = async () => {
    if (demo.exitCode === null && demo.signalCode === null && demo.pid !== undefined) {
      demo.kill('SIGTERM')
      const last = setTimeout(() => demo.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(last)
    }
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const file = join(dir, 'demo.env')
    await Promise.race([
      written(dir, file),
      gone.then((why) => Promise.reject(new Error(`the demo of ${preset} ended (${why}):\n${said}`))),
    ])
    return { env: sourced(file), stop }
  } catch (error) {
    error.message += `\n${said}`
    await stop()
    throw error
  }
}

/** Waits for the file that the demo writes last of all. */
async function written(dir, file) {
  const events = new AbortController()
  const limit = setTimeout(() => events.abort(new Error(`no ${file} after ${LIMIT_MS} ms`)), LIMIT_MS)
  try {
    await new Promise((resolve, reject) => {
      const look = () => complete(file) && resolve()
      watch(dir, { signal: events.signal }).on('change', look).on('error', reject)
      events.signal.addEventListener('abort', () => reject(events.signal.reason))
      look()
    })
  } finally {
    clearTimeout(limit)
    events.abort()
  }
}

// The name may be there before the last line is.
function complete(file) {
  return existsSync(file) && 'TOLLGATE_USER_EMAIL' in sourced(file)
}

/** The settings as a shell sees them after `. demo.env`. */
function sourced(file) {
  const all = execFileSync('sh', ['-c', 'set -a; . "$1"; env -0', 'sh', file], {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  })
  const pairs = all.split('\0').map((line) => line.split(/=([\s\S]*)/, 2))
  return Object.fromEntries(pairs.filter(([name]) => name.startsWith('TOLLGATE_')))
}

/** Free ports of loopback. All are held at once, so that they differ. */
export async function freePorts(count) {
  const held = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(held.map((one) => once(one, 'listening')))
  const ports = held.map((one) => one.address().port)
  await Promise.all(held.map((one) => new Promise((closed) => one.close(closed))))
  return ports
}
