"""A server on Python's http.server, as lax as servers are found.

It believes the last Content-Length, takes Transfer-Encoding for chunked when the word is somewhere in it, reads sizes of
chunks as Python reads numbers, and merges trailers into headers. Spellings of a header's name are one, as in CGI and WSGI.
Paths are decoded twice, lose their parameters, take a backslash for a slash, and have no case.
"""

import posixpath
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

host, port, seen, *told = sys.argv[1:]
lock = threading.Lock()


def write(line):
    with lock, open(seen, "a", encoding="utf-8", errors="replace") as file:
        file.write(line + "\n")


def rule(target):
    if target.lower().startswith(("http://", "https://")):
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    path = unquote(unquote(target.split("?")[0].split("#")[0])).replace("\\", "/").split("\0")[0].lower()
    path = posixpath.normpath("/".join(segment.split(";")[0] for segment in path.split("/")))
    path = "/" + path.lstrip("/")
    if path == "/docs/admin" or path.startswith("/docs/admin/"):
        return "docs-admin"
    first = path.split("/")[1]
    return first if first in ("docs", "mail", "open") else "none"


class Lax(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def send_error(self, code, message=None, explain=None):
        write(f"unreadable:{code}")
        self.close_connection = True

    def log_message(self, format, *args):
        pass

    def body(self):
        """Reads the body, and answers the trailers."""
        trailers = []
        if "chunked" in ",".join(self.headers.get_all("transfer-encoding", [])).lower():
            while True:
                line = self.rfile.readline()
                if not line:
                    return trailers
                size = int(line.split(b";")[0].strip(), 16)
                if size == 0:
                    break
                self.rfile.read(size)
                self.rfile.readline()
            while (line := self.rfile.readline()).strip():
                name, _, value = line.decode("latin-1").partition(":")
                trailers.append((name.strip(), value.strip()))
            return trailers
        length = int((self.headers.get_all("content-length") or ["0"])[-1])
        while length > 0 and (part := self.rfile.read(min(length, 65536))):
            length -= len(part)
        return trailers

    def answer(self):
        write(f"{self.command} {self.path}")
        try:
            trailers = self.body()
        except ValueError:
            write("unreadable:body")
            self.close_connection = True
            return
        joined = {}
        for name, value in [*self.headers.items(), *trailers]:
            name = "".join(c if c.isalnum() else "_" for c in name.lower())
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        lines = [f"rule {rule(self.path)}", f"{self.command} {self.path}"]
        lines += [f"{name}={joined.get(name, '')}" for name in told]
        said = ("\n".join(lines) + "\n").encode("utf-8", "replace")
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A connection that breaks off is none of its faults."""


Server((host, int(port)), Lax).serve_forever()
