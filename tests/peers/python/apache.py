"""Starts a real Apache with mod_auth_openidc in front of a page, and stops it. Its configuration is in `../apache`."""

import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading

from conftest import free_ports
from manager import Manager

FILES = pathlib.Path(__file__).resolve().parents[1] / "apache"
PROGRAM = shutil.which("apache2", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
MODULES = "/usr/lib/apache2/modules"
LIMIT_SECONDS = 60
ENDED = "(it ended)\n"


class Site:
    """One application behind Apache: its addresses, and the client that it is at the issuer."""

    def __init__(self, demo, name, speaks, port):
        self.name = name
        self.port = port
        self.base = f"http://localhost:{self.port}"
        self.outside = f"{self.base}/index.html"
        self.inside = f"{self.base}/inside/index.html"
        self.callback = f"{self.base}/inside/callback"
        self.logged_out = f"{self.callback}?logout=backchannel"
        self.client_id, self._secret = Manager(demo).application(
            name,
            self.callback,
            logout_uris=[self.outside],
            sign_in={"backchannel_logout_uri": self.logged_out},
        )
        self._speaks = speaks

    def settings(self, demo):
        return filled(
            "virtual-host.conf",
            NAME=self.name,
            PORT=str(self.port),
            ISSUER=demo.env["TOLLGATE_ISSUER"].rstrip("/"),
            CLIENT_ID=self.client_id,
            CLIENT_SECRET=self._secret,
            PASSPHRASE=secrets.token_hex(16),
            **self._speaks,
        )


class Apache:
    """One running Apache with its sites by name; `speaks` says of each how it speaks with the issuer."""

    def __init__(self, demo, speaks):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="tollgate-apache-"))
        ports = free_ports(len(speaks))
        self.sites = {name: Site(demo, name, speaks[name], port) for name, port in zip(speaks, ports)}
        self._lines = []
        self._said = threading.Condition()
        self._process = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        try:
            self._start(demo)
        except BaseException:
            self.stop()
            raise

    def _start(self, demo):
        shutil.copytree(FILES / "site", self.home / "site")
        # What Apache's own user reads lies where that user may look.
        for one in (self.home, *self.home.rglob("*")):
            one.chmod(0o755 if one.is_dir() else 0o644)
        text = filled("httpd.conf", HOME=str(self.home), SITE=str(self.home / "site"), MODULES=MODULES)
        if os.geteuid() == 0:
            text += "\nUser www-data\nGroup www-data\n"
        text += "".join(site.settings(demo) for site in self.sites.values())
        settings = self.home / "httpd.conf"
        settings.touch(mode=0o600)
        settings.write_text(text)
        self._process = subprocess.Popen(
            [PROGRAM, "-D", "FOREGROUND", "-d", str(self.home), "-f", str(settings)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener.start()
        self.says("resuming normal operations")

    def _listen(self):
        with self._process.stdout as lines:
            for line in lines:
                with self._said:
                    self._lines.append(line)
                    self._said.notify_all()
        with self._said:
            self._lines.append(ENDED)
            self._said.notify_all()

    @property
    def lines(self):
        """How many lines it has said so far."""
        return len(self._lines)

    def says(self, words, after=0):
        """Waits for a line with these words, after so many lines."""
        with self._said:
            self._said.wait_for(lambda: self._heard(words, after) or self._heard(ENDED, 0), LIMIT_SECONDS)
            if not self._heard(words, after):
                raise RuntimeError(f"Apache did not say {words!r}:\n{self.log}")

    @property
    def log(self):
        return "".join(self._lines)

    def _heard(self, words, after):
        return any(words in line for line in self._lines[after:])

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._listener.is_alive():
            self._listener.join(10)
        shutil.rmtree(self.home, ignore_errors=True)


def filled(file, **values):
    text = (FILES / file).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
