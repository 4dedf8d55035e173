"""Attempts to sign in, and to look up a case by its number: after five wrong passwords a person is locked out for a
quarter of an hour; of ten wrong guesses about one number in an hour, the next is not heard.

Counted in the database, so that many processes count together. A failed attempt therefore is a change that must be
committed: nothing here raises, the answer is a value, and the caller refuses after its transaction has ended.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine import clock
from engine.db import one_at_a_time, transaction
from engine.errors import NotAllowed
from engine.registry import passwords
from engine.registry.models import Account, Citizen, NumberGuess

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
MOST_GUESSES = 10
GUESSED_WITHIN = timedelta(hours=1)


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


def may_guess(session: Session, number: str) -> bool:
    """Whether another guess about this number is heard; until the transaction ends, nobody else's about it is."""
    one_at_a_time(session, f"guesses about {number}")
    made = session.get(NumberGuess, number)
    return made is None or made.failures < MOST_GUESSES or clock.now() - made.since >= GUESSED_WITHIN


def count_guess(session: Session, number: str) -> None:
    """A guess about this number was wrong; the hour is counted from the first of them."""
    now, made = clock.now(), session.get(NumberGuess, number)
    if made is None:
        session.add(NumberGuess(number=number, failures=1, since=now))
    elif now - made.since >= GUESSED_WITHIN:
        made.failures, made.since = 1, now
    else:
        made.failures += 1


def forget_guesses() -> None:
    """Remove the guesses that count no more."""
    with transaction() as session:
        session.execute(delete(NumberGuess).where(NumberGuess.since <= clock.now() - GUESSED_WITHIN))
