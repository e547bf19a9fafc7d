// A server on Node's own parser, which takes nothing but what the RFC says. It reads paths as browsers do (WHATWG URL).
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";

const [host, port, seen, ...told] = process.argv.slice(2);

function rule(target) {
  let path;
  try {
    path = decodeURIComponent(new URL(target, "http://behind").pathname);
  } catch {
    return "none";
  }
  if (/^\/docs\/admin(\/|$)/.test(path)) return "docs-admin";
  const first = /^\/(docs|mail|open)(\/|$)/.exec(path);
  return first ? first[1] : "none";
}

const server = createServer((request, response) => {
  appendFileSync(seen, `${request.method} ${request.url}\n`);
  const joined = new Map();
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at].toLowerCase().replace(/[^a-z0-9]/g, "_");
    const before = joined.get(name);
    joined.set(name, before === undefined ? request.rawHeaders[at + 1] : `${before}, ${request.rawHeaders[at + 1]}`);
  }
  const lines = [`rule ${rule(request.url)}`, `${request.method} ${request.url}`];
  for (const name of told) lines.push(`${name}=${joined.get(name) ?? ""}`);
  request.on("error", () => {});
  request.on("end", () => response.end(`${lines.join("\n")}\n`));
  request.resume();
});
server.on("clientError", (error, socket) => {
  // A connection that ends in the middle of a body is no misunderstanding.
  const broken = error.code === "HPE_INVALID_EOF_STATE" || !String(error.code).startsWith("HPE_");
  if (!broken) appendFileSync(seen, `unreadable:${error.code}\n`);
  socket.destroy();
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), host);
