"""The simulator's HTTP side: `POST /{register}` with a JSON question and a bearer token, as the connector asks it.

Time is the asker's: a delay counts from the moment (header `Date`) at which the same question (header
`Idempotency-Key`) came first, so that it also takes its days under a clock that is moved.
"""

import json
import secrets
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from engine.demo.registers.content import Content, Manner, load
from engine.demo.registers.names import REGISTERS, SLOTS
from engine.demo.registers.slots import Slots

LARGEST_QUESTION = 100_000
MOST_RECORDS = 50
LATER = timedelta(days=1)

Reply = tuple[int, dict[str, str], dict[str, Any]]


class Registers:
    """All registers over one file, which is read again when it has changed; what was asked before is forgotten then."""

    def __init__(self, path: Path, token: str) -> None:
        self.path, self.token = path, token
        self.first_asked: dict[tuple[str, str], datetime] = {}
        self.slots = Slots({})
        self._content, self._seen, self._lock = Content(), (0, 0), Lock()

    def content(self) -> Content:
        stat = self.path.stat()
        with self._lock:
            if self._seen != (stat.st_mtime_ns, stat.st_ino):
                self._content, self._seen = load(self.path), (stat.st_mtime_ns, stat.st_ino)
                self.first_asked.clear()
                self.slots = Slots(self._content.slots)
            return self._content

    def answer(self, register: str, question: Any, *, key: str, at: datetime) -> Reply:
        """Status, headers and body for one question."""
        persons = [] if register == SLOTS else question.get("persons") if isinstance(question, dict) else None
        if not isinstance(persons, list) or not all(isinstance(person, dict) for person in persons):
            return 400, {}, {"error": "persons"}
        content = self.content()
        manner = content.manners.get(register, Manner())
        numbers = [str(person.get("idNo", "")) for person in persons]
        if manner.down:
            return 503, {}, {}
        if manner.silent or set(numbers) & set(manner.silentFor):
            return 202, {"Retry-After": str(int(LATER.total_seconds()))}, {}
        ready = self.first_asked.setdefault((register, key), at) + timedelta(hours=manner.delayHours)
        if ready > at:
            return 202, {"Retry-After": str(max(1, int((ready - at).total_seconds())))}, {}
        if register == SLOTS:
            return self._slot(question, at)
        held = content.records.get(register, {})
        known = [{"idNo": number, **record} for number in numbers for record in held.get(number, [])]
        records = [record for record in known if _of_year(record, question.get("year"))]
        return 200, {}, {"found": bool(records), "records": records[:MOST_RECORDS]}

    def _slot(self, question: Any, at: datetime) -> Reply:
        """Two that ask at the same time never get the same slot."""
        with self._lock:
            found = self.slots.answer(question, at) if isinstance(question, dict) else None
        return (200, {}, found) if found is not None else (400, {}, {"error": "slot"})


def _of_year(record: dict[str, Any], asked: Any) -> bool:
    """What is held by years is answered for the year that is asked for, if one is."""
    return asked is None or str(record.get("year", asked)) == str(asked)


def token_of(folder: Path) -> str:
    """The token of the installation's simulator, made on the first start and kept in its folder."""
    path = folder / "register-token"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24) + "\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def serve(path: Path, *, token: str, port: int) -> ThreadingHTTPServer:
    """A server over the file, listening on this machine only; port 0 takes any that is free. The caller runs it."""
    registers = Registers(path, token)

    class Handler(_Handler):
        asked = registers

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def run(path: Path, *, token: str, port: int) -> None:
    """Say where, and answer until stopped."""
    with serve(path, token=token, port=port) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


class _Handler(BaseHTTPRequestHandler):
    asked: Registers

    def do_GET(self) -> None:
        self._say(200, {}, {"registers": dict(REGISTERS)})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, LARGEST_QUESTION))
        self._say(*self._reply(self.path.strip("/"), body))

    def _reply(self, register: str, body: bytes) -> Reply:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self.asked.token.encode()):
            return 401, {}, {"error": "token"}
        if register not in REGISTERS:
            return 404, {}, {"error": "register"}
        try:
            question = json.loads(body)
        except ValueError:
            return 400, {}, {"error": "json"}
        return self.asked.answer(register, question, key=self.headers.get("Idempotency-Key", ""), at=self._now())

    def _now(self) -> datetime:
        said = parsedate_to_datetime(self.headers.get("Date") or self.date_time_string())
        return said if said.tzinfo else said.replace(tzinfo=UTC)

    def _say(self, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
        text = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: questions name people."""
