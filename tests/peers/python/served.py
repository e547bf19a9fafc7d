"""Starts `tollgate serve` with a configuration of the test's own and no preset."""

import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading

import requests
from conftest import LIMIT_SECONDS, TOLLGATE, free_ports

CONFIGURATION = """
[server]
listen = "127.0.0.1:{issuer}"
management_listen = "127.0.0.1:{management}"
public_url = "http://localhost:{issuer}"
development = true
[store]
url = "sqlite:{home}/tollgate.db"
[master_key]
file = "{home}/master.key"
{more}
"""


class Served:
    """A running server of one's own, an account, and a client that may ask for tokens."""

    def __init__(self, more, ports):
        """`more` are the tables beside those made here; in it `@NAME@` of each name in `ports` stands for a free port."""
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="tollgate-served-"))
        issuer, management, *others = free_ports(2 + len(ports))
        self.ports = dict(zip(ports, others))
        for name, port in self.ports.items():
            more = more.replace(f"@{name}@", str(port))
        self.issuer = f"http://localhost:{issuer}"
        self.management = f"http://localhost:{management}"
        self._lines = []
        self._said = threading.Condition()
        subprocess.run([TOLLGATE, "init", "--master-key", "master.key"], cwd=self.home, check=True, capture_output=True)
        text = CONFIGURATION.format(issuer=issuer, management=management, home=self.home, more=more)
        (self.home / "tollgate.toml").write_text(text)
        self._process = subprocess.Popen(
            [TOLLGATE, "serve", "--config", "tollgate.toml"],
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _listen(self):
        for line in self._process.stdout:
            with self._said:
                self._lines.append(line)
                self._said.notify_all()
        with self._said:
            self._lines.append(None)
            self._said.notify_all()

    def _wait(self):
        ready = lambda: any(line is None or "everything answers" in line for line in self._lines)
        with self._said:
            self._said.wait_for(ready, LIMIT_SECONDS)
            said = "".join(line for line in self._lines if line)
        if "everything answers" not in said:
            raise RuntimeError(f"the server did not start:\n{said}")
        self._operator = re.search(r"tgo_\w+", said).group()

    def asks(self, method, path, body=None):
        answer = requests.request(
            method,
            f"{self.management}/api/v1{path}",
            headers={"authorization": f"Bearer {self._operator}"},
            json=body,
            timeout=30,
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def client(self, api, scopes):
        """A client with a grant for the API: its id and secret. Its account is new."""
        account = self.asks("POST", "/accounts", {"name": "Example Firm"})["id"]
        wanted = {"account": account, "name": "Example", "environment": "test", "grant_types": ["client_credentials"]}
        client = self.asks("POST", "/clients", wanted)["id"]
        self.asks("PUT", f"/clients/{client}/grants/{api}", {"scopes": scopes})
        return account, client, self.asks("POST", f"/clients/{client}/secrets", {})["client_secret"]

    def token(self, client, secret, **form):
        endpoint = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=10).json()["token_endpoint"]
        form = {"grant_type": "client_credentials", **form}
        answer = requests.post(endpoint, data=form, auth=(client, secret), timeout=10)
        assert answer.ok, answer.text
        return answer.json()["access_token"]

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._listener.join(10)
        shutil.rmtree(self.home, ignore_errors=True)


def serve(more, ports=()):
    """A free port can be taken before the server takes it; other reasons fail three times."""
    for attempt in (1, 2, 3):
        try:
            return Served(more, ports)
        except RuntimeError:
            if attempt == 3:
                raise
