"""E-mail, against a real SMTP server."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from engine.connectors import email
from engine.connectors.outcome import Rejected, Unreachable
from engine.connectors.settings import Settings
from tests.connectors.http_server import at_most

BODY = {"subject": "政府救助平台提醒", "text": "您有一件待办即将超时。"}


class Mailbox:
    """The server's side: keeps what it takes; `answers` are said instead of 250 at a step."""

    def __init__(self, **answers: str) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers = answers

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "data" not in self.answers:
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.letters.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
        return self.answers.get("data", "250 OK")


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """The server's port."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _settings(port: int, options: str = "?from=jushou@example.org", user: str = "", scheme: str = "smtp") -> Settings:
    return Settings(smtp_url=f"{scheme}://{user}localhost:{port}{options}")


def test_a_letter_arrives_as_it_was_written() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        delivered = email.send(_settings(port), "clerk@example.org", BODY, key="k")
    (letter,) = mailbox.letters
    assert mailbox.recipients == ["clerk@example.org"]
    assert (letter["From"], letter["To"], letter["Subject"]) == (
        "jushou@example.org",
        "clerk@example.org",
        BODY["subject"],
    )
    assert letter.get_content().strip() == BODY["text"]
    assert letter["Message-ID"] == delivered.reference
    assert letter["Auto-Submitted"] == "auto-generated"


def test_the_same_key_gives_the_same_message_id() -> None:
    server = email.read_server("smtp://localhost?from=jushou@example.org")
    ids = [email.compose(server, "a@example.org", BODY, key=key)["Message-ID"] for key in ("k", "k", "other")]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "subject",
    ["一\r\nBcc: evil@example.org", "一\nBcc: evil@example.org", "一\x0bBcc: x\x00", "一\u2028Bcc: x", "长" * 500],
)
def test_a_subject_cannot_become_a_header(subject: str) -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port:
        email.send(_settings(port), "clerk@example.org", {"subject": subject, "text": "x\r\n.\r\ny"}, key="k")
    (letter,) = mailbox.letters
    assert letter["Bcc"] is None and letter["Subject"].startswith(subject[0])
    assert mailbox.recipients == ["clerk@example.org"]
    assert letter.get_content().splitlines() == ["x", ".", "y"]


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "nobody",
        "a@example.org, b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\n",
        "<a@example.org>",
        "甲@example.org",
        "a@exa mple.org",
    ],
)
def test_a_recipient_is_exactly_one_address(recipient: str) -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port, pytest.raises(Rejected):
        email.send(_settings(port), recipient, BODY, key="k")
    assert mailbox.letters == []


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        ({"rcpt": "550 no such user"}, Rejected),
        ({"rcpt": "450 mailbox busy"}, Unreachable),
        ({"data": "554 spam"}, Rejected),
        ({"data": "451 try again later"}, Unreachable),
    ],
)
def test_the_code_says_whether_to_try_again(answers: dict[str, str], refusal: type[Exception]) -> None:
    with serving(Mailbox(**answers)) as port, pytest.raises(refusal):
        email.send(_settings(port), "clerk@example.org", BODY, key="k")


def test_a_closed_door_may_be_knocked_at_again() -> None:
    with pytest.raises(Unreachable, match="ConnectionRefused"):
        email.send(_settings(_free_port()), "clerk@example.org", BODY, key="k")


@contextmanager
def _raw(deed: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """A server that does `deed` with the first who connects."""
    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            connection, _ = listening.accept()
            with connection:
                deed(connection, stopping)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            thread.join()


def _stay_silent(connection: socket.socket, stopping: threading.Event) -> None:
    stopping.wait(10)


def _drip(connection: socket.socket, stopping: threading.Event) -> None:
    while not stopping.wait(0.1):
        try:
            connection.sendall(b"2")
        except OSError:
            return


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "STEP_SECONDS", 0.3)
    with _raw(_stay_silent) as port, at_most(2), pytest.raises(Unreachable):
        email.send(_settings(port), "clerk@example.org", BODY, key="k")


def test_a_server_that_drips_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email, "WHOLE_SECONDS", 0.5)
    with _raw(_drip) as port, at_most(3), pytest.raises(Unreachable):
        email.send(_settings(port), "clerk@example.org", BODY, key="k")


@pytest.mark.parametrize("url", ["", "localhost", "http://localhost", "smtp://", "smtp://user:secret@localhost"])
def test_settings_that_make_no_sense_are_told_without_secrets(url: str) -> None:
    with pytest.raises(Rejected) as refusal:
        email.send(Settings(smtp_url=url), "clerk@example.org", BODY, key="k")
    assert "secret" not in str(refusal.value)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost, signed by itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    chain, key = folder / "chain.pem", folder / "key.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True, timeout=60
    )
    return chain, key


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def _gate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"user", b"p@ss"), handled=False)


def test_a_login_goes_through_starttls(
    certificate: tuple[Path, Path], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    mailbox = Mailbox()
    options = "?starttls=yes&from=jushou@example.org"
    with serving(mailbox, tls_context=tls, authenticator=_gate, auth_required=True) as port:
        email.send(_settings(port, options, "user:p%40ss@"), "clerk@example.org", BODY, key="k")
        with pytest.raises(Rejected, match="login"):
            email.send(_settings(port, options, "user:wrong@"), "clerk@example.org", BODY, key="k")
    assert len(mailbox.letters) == 1


def test_a_server_without_starttls_is_refused_rather_than_trusted() -> None:
    mailbox = Mailbox()
    with serving(mailbox) as port, pytest.raises(Rejected):
        email.send(_settings(port, "?starttls=yes&from=jushou@example.org"), "clerk@example.org", BODY, key="k")
    assert mailbox.letters == []


def test_tls_from_the_first_byte_needs_a_certificate_one_trusts(
    certificate: tuple[Path, Path], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = certificate[0]
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    mailbox, port = Mailbox(), _free_port()
    settings = _settings(port, scheme="smtps")
    # The controller looks whether it is reachable without knowing TLS, so the server is started by hand.
    with _tls_server(mailbox, port, tls):
        with pytest.raises(Unreachable, match="SSL"):
            email.send(settings, "clerk@example.org", BODY, key="k")
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        email.send(settings, "clerk@example.org", BODY, key="k")
    assert len(mailbox.letters) == 1


@contextmanager
def _tls_server(mailbox: Mailbox, port: int, tls: ssl.SSLContext) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", port, ssl=tls))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.close()
