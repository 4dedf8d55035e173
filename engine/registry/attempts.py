"""Attempts to sign in: after five wrong passwords a person is locked out for a quarter of an hour.

Counted in the database, so that many processes count together. A failed attempt therefore is a change that must be
committed: nothing here raises, the answer is a value, and the caller refuses after its transaction has ended.
"""

from datetime import timedelta

from engine import clock
from engine.errors import NotAllowed
from engine.registry import passwords
from engine.registry.models import Account, Citizen

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


def admit(person: Account | Citizen | None, password: str) -> bool:
    """Whether this password lets the person in. Wrong, unknown, switched off and locked cost the same time.

    `person` must be locked FOR UPDATE, otherwise attempts made at once would be counted as one.
    """
    now = clock.now()
    if person is None or not person.active or (person.locked_until is not None and person.locked_until > now):
        passwords.matches(None, password)
        return False
    if not passwords.matches(person.password_hash, password):
        _count(person)
        return False
    person.failed_logins, person.locked_until = 0, None
    if person.password_hash is not None and passwords.outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)
    return True


def refusal(login: str = "登录名") -> NotAllowed:
    """What is said to everybody who was not let in, whatever the reason. `login`: what this door calls the login."""
    return NotAllowed(
        "Expected a login and its password, but they do not match or the account is locked",
        notice=f"{login}或密码不对，请核对后再试。连续输错 {MOST_FAILURES} 次要等 15 分钟才能再登录",
    )


def _count(person: Account | Citizen) -> None:
    person.failed_logins += 1
    if person.failed_logins >= MOST_FAILURES:
        person.failed_logins, person.locked_until = 0, clock.now() + LOCKED_FOR
