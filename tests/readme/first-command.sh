#!/usr/bin/env bash
# The README's first command, as a visitor types it: release build, demo, a token, a call through the gateway.
# The folder and the ports are its own, so that it disturbs no demo that runs already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! grep -q 'cargo run --release -- demo' README.md; then
  echo "README.md no longer begins with the command that is tested here" >&2
  exit 1
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/tollgate-demo.XXXXXX")
demo=
finish() {
  local code=$?
  trap - EXIT
  if [ -n "$demo" ]; then
    # cargo runs the demo as its child and does not hand a signal on: the whole group is told.
    kill -TERM -- "-$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ]; then
    echo "--- the demo said:" >&2
    tail -n 50 "$home/output" >&2 || true
  fi
  rm -rf "$home"
  exit "$code"
}
trap finish EXIT

# All three are held at once, so that they differ.
read -r issuer_port gateway_port api_port < <(python3 -c '
import socket
held = [socket.socket() for _ in range(3)]
for one in held:
    one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))')

# Job control gives the background job a process group of its own.
set -m
cargo run --release --locked -- demo --dir "$home/demo" \
  --issuer-port "$issuer_port" --gateway-port "$gateway_port" --api-port "$api_port" >"$home/output" 2>&1 </dev/null &
demo=$!
set +m

# demo.env is the last thing that the demo writes: when it is there, everything answers.
limit=$((SECONDS + 900))
until [ -s "$home/demo/demo.env" ]; do
  if ! kill -0 "$demo" 2>/dev/null; then echo "the demo ended before it was ready" >&2; exit 1; fi
  if [ "$SECONDS" -ge "$limit" ]; then echo "no demo after 15 minutes" >&2; exit 1; fi
  sleep 0.2
done

# shellcheck source=/dev/null
. "$home/demo/demo.env"

token=$(curl --silent --show-error --fail-with-body --max-time 30 "$TOLLGATE_TOKEN_URL" \
  --header 'Content-Type: application/json' \
  --data "{\"client_id\":\"$TOLLGATE_CLIENT_ID\",\"client_secret\":\"$TOLLGATE_CLIENT_SECRET\",\"audience\":\"$TOLLGATE_AUDIENCE\",\"grant_type\":\"client_credentials\"}" \
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')

call() {
  curl --silent --show-error --max-time 30 --output "$home/answer" --write-out '%{http_code}' \
    --request "${TOLLGATE_API_METHOD:-GET}" "$TOLLGATE_GATEWAY$TOLLGATE_API_PATH" --header "x-email: $TOLLGATE_USER_EMAIL" "$@"
}

status=$(call --header "Authorization: Bearer $token")
if [ "$status" != 200 ]; then
  echo "the call with a token was answered $status:" >&2
  cat "$home/answer" >&2
  exit 1
fi
status=$(call)
if [ "$status" != 401 ]; then echo "the call without a token was answered $status" >&2; exit 1; fi

echo "first command: a token, 200 with it and 401 without it, $SECONDS s after it was typed"
