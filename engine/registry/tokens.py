"""Tokens: 32 random bytes that are shown once; the database keeps only their SHA-256."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Invalid, NotAllowed, NotFound
from engine.registry import actors
from engine.registry.actors import Actor
from engine.registry.models import Account, ApiToken, Citizen, SetupToken

SETUP_VALID_FOR = timedelta(minutes=30)
LONGEST_DAYS = 366


def issue_api_token(session: Session, login: str, *, days: int = 30) -> str:
    """A bearer token of the account with this login, or of the citizen with this telephone number."""
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"Expected 1 to {LONGEST_DAYS} days, but got {days}", problems={"days": ["有效期为 1 至 366 天"]})
    account = session.scalar(select(Account).where(Account.login == login, Account.active))
    account_id, citizen_id = (account.id if account else None), None
    if account is not None and account.password_due_at is not None and account.password_due_at <= clock.now():
        raise NotAllowed(
            f"Expected {login!r} to have a password of its own, but it is given or too old",
            notice="该账号的密码须先由本人登录网页修改，才能发放访问令牌",
        )
    if account_id is None:
        citizen_id = session.scalar(select(Citizen.id).where(Citizen.phone == login, Citizen.active))
        if citizen_id is None:
            raise NotFound(f"Expected an active account {login!r}, but there is none", notice="没有这个账号")
    token, digest = _fresh()
    now = clock.now()
    expires_at = now + timedelta(days=days)
    session.add(
        ApiToken(digest=digest, account_id=account_id, citizen_id=citizen_id, created_at=now, expires_at=expires_at)
    )
    session.flush()
    return token


def actor_of_token(session: Session, token: str) -> Actor:
    """Whose token this is. Raises NotAllowed when it is unknown, revoked or expired, or its person is switched off."""
    found = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(token)))
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        raise NotAllowed("Expected a valid token, but it is unknown, revoked or expired", notice="访问令牌无效或已过期")
    if found.account_id is not None:
        return actors.staff(session, found.account_id)
    return actors.citizen(session, found.citizen_id or 0)


def revoke_of_account(session: Session, account_id: int) -> None:
    """End all tokens of an account."""
    live = update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    session.execute(live.values(revoked_at=clock.now()))


def revoke_of_citizen(session: Session, citizen_id: int) -> None:
    """End all tokens of a citizen."""
    live = update(ApiToken).where(ApiToken.citizen_id == citizen_id, ApiToken.revoked_at.is_(None))
    session.execute(live.values(revoked_at=clock.now()))


def issue_setup_token(session: Session) -> str | None:
    """The one-time token for the first administrator, valid for 30 minutes; None as soon as there is an account.

    A new one makes those before it worthless.
    """
    if session.scalar(select(func.count()).select_from(Account)):
        return None
    now = clock.now()
    session.execute(update(SetupToken).where(SetupToken.used_at.is_(None)).values(used_at=now))
    token, digest = _fresh()
    session.add(SetupToken(digest=digest, created_at=now, expires_at=now + SETUP_VALID_FOR))
    session.flush()
    return token


def redeem_setup_token(session: Session, token: str) -> None:
    """Use it up. Raises NotAllowed when it is unknown, used or expired, or when an account exists by now."""
    found = session.scalar(select(SetupToken).where(SetupToken.digest == _digest(token)).with_for_update())
    fresh = found is not None and found.used_at is None and found.expires_at > clock.now()
    if found is None or not fresh or session.scalar(select(func.count()).select_from(Account)):
        raise NotAllowed(
            "Expected a fresh setup token, but it is unknown, used or expired", notice="初始化令牌无效或已过期"
        )
    found.used_at = clock.now()


def _fresh() -> tuple[str, bytes]:
    token = secrets.token_urlsafe(32)
    return token, _digest(token)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
