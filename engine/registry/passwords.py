"""Passwords: Argon2id (19 MiB, 2 passes, 1 lane, as OWASP and 密评 accept it) and what a password must look like.

A sign-in costs one verification whether the person exists or not, so that time tells nobody who has an account.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
LONGEST = 128

# The hash of a password that nobody can type, verified in place of the one that is missing.
_NOBODY = _HASHER.hash("\0nobody")


def hashed(password: str) -> str:
    """The Argon2id string of a password, with a salt of its own."""
    return _HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one of `stored`; costs the same when there is none.

    Nobody has a password longer than LONGEST, so one that long is not even hashed whole.
    """
    known = bool(stored) and len(password) <= LONGEST
    try:
        _HASHER.verify(stored if stored and known else _NOBODY, _normal(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return known


def outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's and should be hashed anew at sign-in."""
    return _HASHER.check_needs_rehash(stored)


def staff_problems(password: str, *, login: str = "") -> list[str]:
    """Why staff may not take this password: at least 8 characters, three of the four classes, not the login name."""
    problems = _length_problems(password)
    if sum(_classes(password)) < 3:
        problems.append("密码须包含大写字母、小写字母、数字、符号中的三类")
    if login and login.casefold() in password.casefold():
        problems.append("密码不得包含登录名")
    return problems


def citizen_problems(password: str) -> list[str]:
    """Why a citizen may not: at least 8 characters with letters and digits."""
    problems = _length_problems(password)
    upper, lower, digit, _other = _classes(password)
    if not (digit and (upper or lower)):
        problems.append("密码须同时包含字母和数字")
    return problems


def _length_problems(password: str) -> list[str]:
    if len(password) < 8:
        return ["密码至少 8 位"]
    return [f"密码不得超过 {LONGEST} 位"] if len(password) > LONGEST else []


def _classes(password: str) -> tuple[bool, bool, bool, bool]:
    upper = any("A" <= sign <= "Z" for sign in password)
    lower = any("a" <= sign <= "z" for sign in password)
    digit = any("0" <= sign <= "9" for sign in password)
    return upper, lower, digit, any(not (sign.isascii() and sign.isalnum()) for sign in password)


def _normal(password: str) -> str:
    """Full-width and half-width signs of Chinese keyboards are the same password."""
    return unicodedata.normalize("NFKC", password)
