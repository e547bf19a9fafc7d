// An application that lives in the browser alone: static files on an origin of their own, and oidc-client-ts as it is
// published. The libraries are those of the other JavaScript clients.

import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'

const MODULES = join(import.meta.dirname, '../peers/node/node_modules')
const LIBRARY = join(MODULES, 'oidc-client-ts/dist/browser/oidc-client-ts.min.js')
const JOSE = join(MODULES, 'jose/dist/webapi')

/** Where its answers come to. */
export const CALLBACK = '/callback'
/** Where those of a hidden frame come to. */
export const SILENT = '/silent'

/**
 * Serves the application on every name of this machine, for whatever is told later by `knows`.
 *
 * @returns {Promise<{port: number, knows: (settings: object) => void, stop: () => Promise<void>}>}
 */
export async function application() {
  let settings = {}
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://spa.example')
    const file = fileOf(pathname)
    if (file) response.setHeader('content-type', 'text/javascript').end(readFileSync(file))
    else if (['/', CALLBACK, SILENT].includes(pathname)) response.setHeader('content-type', 'text/html').end(page(settings))
    else response.writeHead(404).end()
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    port: server.address().port,
    knows: (told) => (settings = told),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function fileOf(pathname) {
  if (pathname === '/oidc-client-ts.js') return LIBRARY
  const inside = /^\/jose\/([\w/]+\.js)$/.exec(pathname)
  return inside && join(JOSE, normalize(inside[1]))
}

/** One page for every path; what it does is what the test asks of `manager`. */
const page = (settings) => `<!doctype html>
<html lang="en"><title>An application</title><link rel="icon" href="data:,">
<script src="/oidc-client-ts.js"></script>
<script type="module">
  import * as jose from '/jose/index.js'
  const settings = ${JSON.stringify(settings)}
  const here = (path) => location.origin + path
  const addresses = {
    redirect_uri: here('${CALLBACK}'),
    silent_redirect_uri: here('${SILENT}'),
    post_logout_redirect_uri: here('/'),
  }
  const made = (more) => new oidc.UserManager({
    ...settings,
    ...addresses,
    loadUserInfo: true,
    automaticSilentRenew: false,
    userStore: new oidc.WebStorageStateStore({ store: sessionStorage }),
    ...more,
  })
  Object.assign(window, { jose, made, manager: made() })
  if (location.pathname === '${SILENT}') await manager.signinSilentCallback()
  if (location.pathname === '${CALLBACK}') window.came = manager.signinRedirectCallback()
  document.body.dataset.ready = 'yes'
</script><body></body></html>`
