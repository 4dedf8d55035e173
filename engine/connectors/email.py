"""E-mail over SMTP, with STARTTLS or TLS and a login where the settings say so.

One recipient, a subject of one line, a plain text. What comes from people never becomes a header of its own.
"""

import hashlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from engine import clock
from engine.connectors.outcome import Delivered, Rejected, Unreachable
from engine.connectors.settings import Settings

STEP_SECONDS = 5.0
WHOLE_SECONDS = 20.0

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_YES = ("yes", "true", "1", "on")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, read from its address."""

    host: str
    port: int
    tls: bool
    starttls: bool
    sender: str
    user: str
    password: str = field(repr=False)


def configured(settings: Settings) -> bool:
    """Whether there is a mail server."""
    return bool(settings.smtp_url)


def send(settings: Settings, recipient: str, body: Mapping[str, Any], *, key: str) -> Delivered:
    """Mail `body["subject"]` and `body["text"]`. The same key gives the same Message-ID."""
    server = read_server(settings.smtp_url)
    message = compose(server, recipient, body, key=key)
    with _refusals(server), closing(_Connection(server)) as smtp:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(message, server.sender, [recipient])
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    return Delivered(str(message["Message-ID"]))


def read_server(url: str) -> Server:
    """The parts of smtp://user:password@host:port?starttls=yes&from=address."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Rejected("Expected JUSHOU_SMTP_URL to begin with smtp:// or smtps:// and name a host, but it does not")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    tls, starttls = parts.scheme == "smtps", options.get("starttls", "").lower() in _YES
    user = unquote(parts.username or "")
    if user and not (tls or starttls):
        raise Rejected(
            "Expected TLS in order to log in to the mail server, but the settings say neither smtps nor starttls"
        )
    return Server(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587 if starttls else 25),
        tls=tls,
        starttls=starttls,
        sender=options.get("from") or (user if "@" in user else f"jushou@{parts.hostname}"),
        user=user,
        password=unquote(parts.password or ""),
    )


def compose(server: Server, recipient: str, body: Mapping[str, Any], *, key: str) -> EmailMessage:
    """The message. Raises Rejected when the recipient is not exactly one address."""
    for address in (recipient, server.sender):
        if not _ADDRESS.fullmatch(address):
            raise Rejected(f"Expected one mail address, but got {address!r}")
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender
    message["To"] = recipient
    message["Subject"] = _one_line(str(body.get("subject", "")))
    message["Date"] = format_datetime(clock.local(clock.now()))
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(str(body.get("text", "")), charset="utf-8")
    return message


def _one_line(text: str) -> str:
    """Without line breaks and other control characters, which would begin a header of their own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:200]


class _Connection(smtplib.SMTP):
    """A connection that is torn down when the whole takes too long, because each byte could come just in time."""

    def __init__(self, server: Server) -> None:
        self._opened = _open(server)
        self._watchdog = threading.Timer(WHOLE_SECONDS, self._tear_down)
        self._watchdog.daemon = True
        self._watchdog.start()
        super().__init__(server.host, server.port, timeout=STEP_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._opened

    def _tear_down(self) -> None:
        # STARTTLS puts another socket in the place of the first.
        with suppress(OSError):
            (self.sock or self._opened).shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._watchdog.cancel()
        super().close()


def _open(server: Server) -> socket.socket:
    opened = socket.create_connection((server.host, server.port), STEP_SECONDS)
    if not server.tls:
        return opened
    try:
        return ssl.create_default_context().wrap_socket(opened, server_hostname=server.host)
    except OSError:
        opened.close()
        raise


@contextmanager
def _refusals(server: Server) -> Iterator[None]:
    """Say in our words what the mail library raises; a code 4xx means later, 5xx never."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise _by_code(server, code) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Rejected(f"Expected {server.host} to accept the login, but it answered {error.smtp_code}") from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(server, error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Rejected(
            f"Expected {server.host} to offer what the settings ask for, but it does not: {error}"
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"Expected {server.host}:{server.port} to answer, but got {type(error).__name__}") from error


def _by_code(server: Server, code: int) -> Unreachable | Rejected:
    reason = f"Expected {server.host} to take the message, but it answered {code}"
    return Rejected(reason) if 500 <= code < 600 else Unreachable(reason)
