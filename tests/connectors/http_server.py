"""A real HTTP server on this machine that answers as a test tells it and remembers what it was sent."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What the server says. `drip`: so many seconds before each byte of the body; `wait`: before anything."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0


@dataclass
class Server:
    address: str
    asked: list[Asked]
    stopping: threading.Event

    @property
    def url(self) -> str:
        return f"http://{self.address}"


@contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[Server]:
    """The server, until the end of the block."""
    asked: list[Asked] = []
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Asked(self.command, parts.path, query, headers, body))
            self._say(answer(asked[-1]))

        do_GET = do_POST = _take

        def _say(self, reply: Reply) -> None:
            stopping.wait(reply.wait)
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if not reply.drip:
                    self.wfile.write(reply.body)
                    return
                for byte in reply.body:
                    if stopping.wait(reply.drip):
                        return
                    self.wfile.write(bytes([byte]))
            except OSError:
                # The client did not wait, which is what the test wants to see.
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Server(f"127.0.0.1:{server.server_port}", asked, stopping)
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail when the block takes longer."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds
