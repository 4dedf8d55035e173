"""Accounts of staff 账号: made with their posts, signed in, changed and switched off.

Who may appoint whom is domain A.3; an account that administers may not handle cases (A.2, hard rule 3).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Invalid, NotAllowed, NotFound
from engine.registry import attempts, passwords, regions, roles, tokens
from engine.registry.actors import SYSTEM, Actor, Post
from engine.registry.models import Account, Appointment, SignIn
from engine.registry.roles import RoleFacts
from engine.registry.tokens import actor_of_token, issue_api_token, issue_setup_token

__all__ = [
    "activate",
    "actor_of_token",
    "appoint",
    "create",
    "deactivate",
    "issue_api_token",
    "issue_setup_token",
    "listing",
    "may_appoint",
    "must_change_password",
    "normal_login",
    "open_",
    "reach",
    "set_password",
    "sign_in",
    "use_setup_token",
]

Standing = tuple[str, str]
"""A post: role key and region code."""
FIRST_POSTS = tuple((key, regions.PROVINCE) for key in ("platform_ops", "policy_admin", "prov_account_admin"))

_LOGIN = re.compile(r"[a-z][a-z0-9_.-]{2,59}")
_NOT_FOR_STAFF = ("citizen", "system")
# What the members of staff chose themselves is changed after so long (GB/T 22239 第三级：定期更换); what somebody else
# gave them, at the first sign-in.
PASSWORD_LASTS = timedelta(days=90)
_OFFICES = ("county_office", "pref_office", "prov_office")
_BELOW = {"province": "prefecture", "prefecture": "county"}


def sign_in(session: Session, login: str, password: str) -> Account | None:
    """The account, or None when it is not let in: raise `attempts.refusal()` after the transaction.

    None instead of an exception, because the failed attempt is counted and must be committed:

        with transaction() as session:
            account = accounts.sign_in(session, login, password)
        if account is None:
            raise attempts.refusal()
    """
    account = session.scalar(select(Account).where(Account.login == normal_login(login)).with_for_update())
    admitted = attempts.admit(account, password)
    if account is None:
        return None
    session.add(
        SignIn(account_id=account.id, region_code=_place(session, account), tried_at=clock.now(), admitted=admitted)
    )
    if not admitted:
        return None
    account.signed_in_at = clock.now()
    return account


def _place(session: Session, account: Account) -> str:
    """Where the account works: at its first post, or nowhere in particular."""
    wanted = select(Appointment.region_code).where(Appointment.account_id == account.id).order_by(Appointment.id)
    return session.scalar(wanted.limit(1)) or regions.PROVINCE


def must_change_password(account: Account) -> bool:
    """Is the password one that somebody else gave, or too old?"""
    return account.password_due_at is not None and account.password_due_at <= clock.now()


def create(
    session: Session,
    *,
    login: str,
    name: str,
    password: str,
    posts: Sequence[tuple[str, str]],
    by: Actor,
    phone: str | None = None,
    email: str | None = None,
    wechat_work_id: str | None = None,
) -> Account:
    """A new account with its posts, pairs of role key and region code.

    Raises Invalid (problems for login, name, password, posts) or NotAllowed when `by` may not fill one of the posts.
    """
    login = normal_login(login)
    _check(session, login, name, password, posts)
    _require_authority(session, by, posts)
    account = Account(
        login=login,
        name=name.strip(),
        password_hash=passwords.hashed(password),
        password_due_at=clock.now() if by.is_staff else clock.now() + PASSWORD_LASTS,
        phone=phone,
        email=email,
        wechat_work_id=wechat_work_id,
        created_at=clock.now(),
        appointments=[Appointment(role_key=key, region_code=code) for key, code in dict.fromkeys(posts)],
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(login) from error
    return account


def open_(
    session: Session, *, login: str, name: str, phone: str | None, posts: Sequence[Standing], by: Actor
) -> Account:
    """A new account that nobody can sign in with yet: an administrator of it gives the first password."""
    login = normal_login(login)
    _check(session, login, name, None, posts)
    _require_authority(session, by, posts)
    made = [Appointment(role_key=key, region_code=code) for key, code in dict.fromkeys(posts)]
    account = Account(login=login, name=name.strip(), phone=phone, created_at=clock.now(), appointments=made)
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(login) from error
    return account


def appoint(session: Session, account_id: int, posts: Sequence[Standing], *, by: Actor, keep: bool) -> Account:
    """From now on the account holds these posts, beside those it has (`keep`) or instead of them."""
    account = _get(session, account_id)
    before = _held(account)
    after = list(dict.fromkeys([*(before if keep else []), *posts]))
    if wrong := list(_post_problems(session, after)):
        raise Invalid("Expected posts that go together, but they do not", problems={"posts": wrong}, notice=wrong[0])
    _require_authority(session, by, set(after) ^ set(before))
    for appointment in account.appointments:
        if (appointment.role_key, appointment.region_code) not in after:
            session.delete(appointment)
    for key, code in after:
        if (key, code) not in before:
            session.add(Appointment(account_id=account_id, role_key=key, region_code=code))
    session.flush()
    session.expire(account, ["appointments"])
    return account


def reach(session: Session, account_id: int, phone: str, *, by: Actor) -> Account:
    """Another telephone number of the account."""
    account = _get(session, account_id)
    _require_authority(session, by, _held(account))
    account.phone = phone
    return account


def use_setup_token(session: Session, token: str, *, login: str, name: str, password: str) -> Account:
    """The first administrator, made with the token that `jushou migrate` printed."""
    tokens.redeem_setup_token(session, token)
    return create(session, login=login, name=name, password=password, posts=FIRST_POSTS, by=SYSTEM)


def set_password(session: Session, account_id: int, password: str, *, by: Actor, current: str | None = None) -> None:
    """A new password; all sessions and tokens of the account end.

    For oneself the current one is needed, and another one; for others, authority over all their posts.
    """
    account = _get(session, account_id)
    own = by.is_staff and by.id == account_id
    if own:
        if not passwords.matches(account.password_hash, current or ""):
            raise Invalid("Expected the current password, but it differs", problems={"current": ["原密码不正确"]})
    else:
        _require_authority(session, by, _held(account))
    problems = passwords.staff_problems(password, login=account.login)
    if own and password == current:
        problems.append("新密码不能与现在的密码相同")
    if problems:
        raise Invalid("Expected a good password, but it breaks the policy", problems={"password": problems})
    account.password_hash = passwords.hashed(password)
    account.password_due_at = clock.now() + PASSWORD_LASTS if own else clock.now()
    account.failed_logins, account.locked_until = 0, None
    _end_sessions(session, account)


def deactivate(session: Session, account_id: int, *, by: Actor) -> Account:
    """Switch the account off at once; its history stays."""
    account = _get(session, account_id)
    if by.id == account_id and by.is_staff:
        raise NotAllowed("Expected another account, but it is one's own", notice="不能停用自己的账号")
    _require_authority(session, by, _held(account))
    account.active = False
    _end_sessions(session, account)
    return account


def sign_out(session: Session, account_id: int, *, session_version: int) -> None:
    """End all sessions of this version, wherever their cookies were copied to; API tokens stay.

    Of an older version nothing is left to end: whoever signed in since then stays.
    """
    same = update(Account).where(Account.id == account_id, Account.session_version == session_version)
    session.execute(same.values(session_version=session_version + 1))


def activate(session: Session, account_id: int, *, by: Actor) -> Account:
    """Switch a deactivated account on again."""
    account = _get(session, account_id)
    _require_authority(session, by, _held(account))
    account.active, account.failed_logins, account.locked_until = True, 0, None
    return account


def listing(session: Session, actor: Actor) -> list[Account]:
    """The accounts that the actor looks after, by login."""
    if actor.kind == "system":
        return list(session.scalars(select(Account).order_by(Account.login)))
    places = [regions.within(Appointment.region_code, post.region_prefix) for post in actor.posts if _administers(post)]
    if not looks_after_any(actor):
        raise NotAllowed(f"Expected {actor.ref} to administer accounts, but it does not")
    near = select(Appointment.account_id).where(or_(*places))
    found = session.scalars(select(Account).where(Account.id.in_(near)).order_by(Account.login))
    return [account for account in found if any(may_appoint(session, actor, *post) for post in _held(account))]


def looks_after_any(actor: Actor) -> bool:
    """Whether the actor administers accounts at all."""
    return any(_administers(post) for post in actor.posts)


def may_appoint(session: Session, actor: Actor, role_key: str, region_code: str) -> bool:
    """Whether the actor may fill and empty this post (A.3)."""
    role = roles.facts(session, role_key)
    if role is None or role.kind in _NOT_FOR_STAFF:
        return False
    return actor.kind == "system" or any(_may_fill(post, role, region_code) for post in actor.posts)


def normal_login(login: str) -> str:
    """Full-width and capital letters are no other login."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _administers(post: Post) -> bool:
    """Policy staff are administrators too, of no department's accounts."""
    of_accounts = post.role_key.endswith("_admin") and post.department_code is not None
    return post.role_key in _OFFICES or (post.role_kind == "admin" and of_accounts)


def _may_fill(post: Post, role: RoleFacts, region_code: str) -> bool:
    if not post.covers(region_code):
        return False
    if post.role_key == "prov_account_admin":
        return True
    if post.role_key in _OFFICES:
        return _office_may_fill(post, role)
    if not (post.role_kind == "admin" and post.department_code and post.department_code == role.department_code):
        return False
    # A department's administrator fills the posts of the department below, and at its own level all but its own kind.
    return role.kind != "admin" or role.level != post.level


def _office_may_fill(post: Post, role: RoleFacts) -> bool:
    """An office opens the departments' administrators of its level and the office's staff one level below (A.3); the
    county's also staff of towns and villages."""
    if role.kind == "admin":
        return role.level == post.level and role.department_code != post.department_code
    if role.department_code == post.department_code and role.level == _BELOW.get(post.level or ""):
        return True
    if post.level != "county":
        return False
    return role.level in ("town", "village") or (role.level is None and role.kind == "casework")


def _check(session: Session, login: str, name: str, password: str | None, posts: Sequence[Standing]) -> None:
    problems: dict[str, list[str]] = {}
    if not _LOGIN.fullmatch(login):
        problems["login"] = ["登录名须为 3 至 60 位小写字母、数字、下划线、点或短横，以字母开头"]
    if not 1 <= len(name.strip()) <= 60:
        problems["name"] = ["请填写姓名"]
    if password is not None and (weak := passwords.staff_problems(password, login=login)):
        problems["password"] = weak
    if wrong := list(_post_problems(session, posts)):
        problems["posts"] = wrong
    if problems:
        raise Invalid(f"Expected a valid account, but {sorted(problems)} are wrong", problems=problems)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise _taken(login)


def _post_problems(session: Session, posts: Sequence[tuple[str, str]]) -> Iterable[str]:
    if not posts:
        yield "请至少选择一个岗位"
    kinds = set()
    for role_key, region_code in posts:
        role = roles.facts(session, role_key)
        if role is None or role.kind in _NOT_FOR_STAFF:
            yield f"没有“{role_key}”这个岗位"
        elif not regions.exists(session, region_code):
            yield f"没有代码为“{region_code}”的行政区划"
        elif role.level is not None and role.level != regions.level_of(region_code):
            yield f"“{role.name}”不能任职于“{regions.get(session, region_code).name}”"
        else:
            kinds.add(role.kind)
    if "admin" in kinds and len(kinds) > 1:
        yield "管理类岗位不得同时办理事项"


def _taken(login: str) -> Invalid:
    return Invalid(f"Expected a new login, but {login!r} is taken", problems={"login": ["该登录名已被使用"]})


def _require_authority(session: Session, by: Actor, posts: Iterable[tuple[str, str]]) -> None:
    for role_key, region_code in posts:
        if not may_appoint(session, by, role_key, region_code):
            raise NotAllowed(
                f"Expected {by.ref} to fill {role_key} in {region_code}, but it may not",
                notice="您无权管理该岗位的账号",
            )


def _held(account: Account) -> list[tuple[str, str]]:
    return [(appointment.role_key, appointment.region_code) for appointment in account.appointments]


def _end_sessions(session: Session, account: Account) -> None:
    account.session_version += 1
    tokens.revoke_of_account(session, account.id)


def _get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound(f"Expected account {account_id}, but there is none", notice="没有这个账号")
    return account
