"""Starts `tollgate demo`, each preset once for the whole run, and stops them all at its end.

With TOLLGATE_TEST_POSTGRES (`./test` sets it) every demo keeps its records in a database of its own there;
without it, in the embedded store, as the Node clients' demos always do.
"""

import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[3]
TOLLGATE = os.environ.get("TOLLGATE_BIN", str(ROOT / "target" / "debug" / "tollgate"))
# A debug build on a busy machine makes its keys slowly; a healthy one needs a second.
LIMIT_SECONDS = 120
POSTGRES = os.environ.get("TOLLGATE_TEST_POSTGRES")


class Demo:
    """One running demo: what its demo.env says, and what its discovery document says."""

    def __init__(self, preset):
        self.preset = preset
        self.home = pathlib.Path(tempfile.mkdtemp(prefix=f"tollgate-{preset}-"))
        self.output = open(self.home / "output", "w+")
        self.process = None
        self.database = None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self):
        issuer, gateway, api = free_ports(3)
        folder = self.home / "demo"
        environment = dict(os.environ)
        if POSTGRES:
            self.database = f"peers_{self.preset.replace('-', '_')}_{secrets.token_hex(4)}"
            sql(f"CREATE DATABASE {self.database}")
            environment["TOLLGATE_DEMO_STORE"] = urlunsplit(urlsplit(POSTGRES)._replace(path=self.database))
        self.process = subprocess.Popen(
            [TOLLGATE, "demo", "--preset", self.preset, "--dir", str(folder), "--issuer-port", str(issuer)]
            + ["--gateway-port", str(gateway), "--api-port", str(api)],
            cwd=self.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )
        self.env = self._wait(folder / "demo.env")
        address = self.env["TOLLGATE_ISSUER"].rstrip("/") + "/.well-known/openid-configuration"
        self.server = requests.get(address, timeout=10).json()

    def _wait(self, file):
        """The file is the last thing that the demo writes; its last line is what we wait for."""
        end = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end:
            if file.exists() and "TOLLGATE_USER_EMAIL" in (env := sourced(file)):
                return env
            if self.process.poll() is not None:
                raise RuntimeError(f"the demo of {self.preset} ended: {self._said()}")
            time.sleep(0.02)
        raise RuntimeError(f"no {file} after {LIMIT_SECONDS} s: {self._said()}")

    def _said(self):
        self.output.flush()
        return (self.home / "output").read_text()[-20_000:]

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.database:
            sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
        self.output.close()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def api_call(self):
        """Method, address, headers and body of the sample API's protected call."""
        method = self.env.get("TOLLGATE_API_METHOD", "GET")
        return {
            "method": method,
            "url": self.env["TOLLGATE_GATEWAY"] + self.env["TOLLGATE_API_PATH"],
            "headers": {"x-email": self.env["TOLLGATE_USER_EMAIL"]},
            "json": None if method == "GET" else {},
            "timeout": 10,
        }

    @property
    def ask(self):
        """What a token request of this preset names: an audience, or scopes where there are no audiences."""
        if self.preset == "signicat":
            return {"scope": self.env["TOLLGATE_SCOPE"]}
        return {"audience": self.env["TOLLGATE_AUDIENCE"]}


def sourced(file):
    """The settings as a shell sees them after `. demo.env`."""
    shown = subprocess.run(
        ["sh", "-c", 'set -a; . "$1"; env -0', "sh", str(file)],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pairs = (line.split("=", 1) for line in shown.split("\0") if line.startswith("TOLLGATE_"))
    return {name: value for name, value in pairs}


def sql(statement):
    """Says one statement to the PostgreSQL of the tests."""
    command = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", POSTGRES, "--command", statement]
    subprocess.run(command, check=True, capture_output=True, text=True)


def free_ports(count):
    """All are held at once, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


@pytest.fixture(scope="session")
def demos():
    """Gives the demo of a preset; the first who asks starts it."""
    running = {}

    def of(preset):
        for attempt in (1, 2, 3):
            if preset in running:
                break
            try:
                running[preset] = Demo(preset)
            except RuntimeError:
                # A free port can be taken before the demo takes it; other reasons fail three times.
                if attempt == 3:
                    raise
        return running[preset]

    yield of
    for demo in running.values():
        demo.stop()


@pytest.fixture
def demo(demos, request):
    """The demo of the preset that the test names by @pytest.mark.parametrize(..., indirect=True)."""
    return demos(request.param)
