"""Accounts of staff: making them, signing in, switching off, and the first administrator."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import db
from engine.clock import Clock
from engine.errors import Invalid, NotAllowed, NotFound
from engine.registry import accounts, actors, attempts, tokens
from engine.registry.actors import SYSTEM, Actor
from engine.registry.models import Account, ApiToken
from tests.factories import PASSWORD, AccountFactory, CitizenFactory, committed, staff

pytestmark = pytest.mark.usefixtures("reference")


def _sign_in(login: str, password: str) -> Account | None:
    with db.transaction() as session:
        return accounts.sign_in(session, login, password)


@pytest.fixture
def clerk(database: Engine, clock: Clock) -> Account:
    with committed():
        return staff("county_water_clerk", login="county_water_clerk")


def test_the_right_password_opens(clerk: Account) -> None:
    found = _sign_in("county_water_clerk", PASSWORD)
    assert found is not None and found.id == clerk.id


def test_full_width_and_capital_letters_are_the_same_login(clerk: Account) -> None:
    assert _sign_in(" Ｃounty_Water_Clerk", PASSWORD) is not None


@pytest.mark.parametrize("login", ["county_water_clerk", "nobody", ""])
def test_a_wrong_password_or_an_unknown_login_does_not(clerk: Account, login: str) -> None:
    assert _sign_in(login, "Wrong-2026") is None


def test_someone_switched_off_is_not_let_in(database: Engine) -> None:
    with committed():
        AccountFactory(login="gone", active=False)
        AccountFactory(login="unset", password_hash=None)
    assert _sign_in("gone", PASSWORD) is None
    assert _sign_in("unset", "") is None


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(clerk: Account, clock: Clock) -> None:
    for _ in range(attempts.MOST_FAILURES):
        assert _sign_in(clerk.login, "Wrong-2026") is None
    assert _sign_in(clerk.login, PASSWORD) is None
    clock.advance(minutes=14, seconds=59)
    assert _sign_in(clerk.login, PASSWORD) is None
    clock.advance(seconds=1)
    assert _sign_in(clerk.login, PASSWORD) is not None


def test_attempts_made_at_once_are_counted_one_by_one(clerk: Account) -> None:
    with ThreadPoolExecutor(attempts.MOST_FAILURES) as pool:
        tried = [pool.submit(_sign_in, clerk.login, "Wrong-2026") for _ in range(attempts.MOST_FAILURES)]
    assert [attempt.result() for attempt in tried] == [None] * attempts.MOST_FAILURES
    assert _sign_in(clerk.login, PASSWORD) is None


def test_attempts_while_locked_do_not_prolong_the_lock(clerk: Account, clock: Clock) -> None:
    for _ in range(attempts.MOST_FAILURES):
        _sign_in(clerk.login, "Wrong-2026")
    clock.advance(minutes=10)
    _sign_in(clerk.login, "Wrong-2026")
    clock.advance(minutes=5)
    assert _sign_in(clerk.login, PASSWORD) is not None


def test_the_right_password_forgets_the_wrong_ones(clerk: Account) -> None:
    for _ in range(3):
        for _ in range(attempts.MOST_FAILURES - 1):
            assert _sign_in(clerk.login, "Wrong-2026") is None
        assert _sign_in(clerk.login, PASSWORD) is not None


def test_an_old_hash_is_renewed_at_sign_in(database: Engine, clock: Clock) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with committed():
        AccountFactory(login="old", password_hash=old)
    account = _sign_in("old", PASSWORD)
    assert account is not None and account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def _create(session: Session, by: Actor, *posts: tuple[str, str], login: str = "new_one") -> Account:
    return accounts.create(session, login=login, name="工作人员", password=PASSWORD, posts=posts, by=by)


def test_a_new_account_holds_its_posts(session: Session) -> None:
    account = _create(session, SYSTEM, ("town_water_clerk", "532622101"), ("town_edu_clerk", "532622101"))
    assert {post.role_key for post in actors.staff(session, account.id).posts} == {"town_water_clerk", "town_edu_clerk"}
    assert PASSWORD not in (account.password_hash or "")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"login": "x"}, "login"),
        ({"login": "аdmin"}, "login"),
        ({"name": " "}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "New_one-2026"}, "password"),
        ({"posts": []}, "posts"),
        ({"posts": [("citizen", "532622")]}, "posts"),
        ({"posts": [("county_water_clerk", "532622101")]}, "posts"),
        ({"posts": [("county_water_clerk", "532699")]}, "posts"),
        ({"posts": [("policy_admin", "532622"), ("county_water_clerk", "532622")]}, "posts"),
    ],
)
def test_a_wrong_account_is_refused_at_the_field(session: Session, change: dict[str, object], key: str) -> None:
    values: dict[str, object] = {
        "login": "new_one",
        "name": "工作人员",
        "password": PASSWORD,
        "posts": [("county_water_clerk", "532622")],
    }
    with pytest.raises(Invalid) as refusal:
        accounts.create(session, by=SYSTEM, **{**values, **change})  # type: ignore[arg-type]
    assert list(refusal.value.problems) == [key]
    assert session.scalar(select(Account.id)) is None


def test_a_login_is_taken_once(session: Session) -> None:
    _create(session, SYSTEM, ("county_office", "532622"))
    with pytest.raises(Invalid, match="taken"):
        _create(session, SYSTEM, ("county_office", "532622"), login="NEW_ONE")


@pytest.mark.parametrize(
    ("by", "post", "may"),
    [
        (("county_water_admin", "532622"), ("county_water_clerk", "532622"), True),
        (("county_water_admin", "532622"), ("town_water_clerk", "532622101"), True),
        (("county_water_admin", "532622"), ("county_water_admin", "532622"), False),
        (("county_water_admin", "532622"), ("county_civil_clerk", "532622"), False),
        (("county_water_admin", "532622"), ("county_water_clerk", "532601"), False),
        (("pref_water_admin", "532600"), ("county_water_admin", "532601"), True),
        (("county_office", "532622"), ("town_leader", "532622101"), True),
        (("county_office", "532622"), ("village_assistant", "532622101201"), True),
        (("county_office", "532622"), ("county_water_admin", "532622"), True),
        (("county_office", "532622"), ("county_water_clerk", "532622"), False),
        (("county_office", "532622"), ("policy_admin", "532622"), False),
        (("pref_office", "532600"), ("pref_edu_admin", "532600"), True),
        (("pref_office", "532600"), ("county_office", "532622"), True),
        (("pref_office", "532600"), ("pref_office", "532600"), False),
        (("pref_office", "532600"), ("county_water_clerk", "532622"), False),
        (("prov_office", "530000"), ("pref_office", "532600"), True),
        (("prov_office", "530000"), ("county_office", "532622"), False),
        (("prov_account_admin", "530000"), ("policy_admin", "532622"), True),
        (("county_water_clerk", "532622"), ("county_water_clerk", "532622"), False),
        (("policy_admin", "530000"), ("county_water_clerk", "532622"), False),
    ],
)
def test_who_may_appoint_whom(session: Session, by: tuple[str, str], post: tuple[str, str], may: bool) -> None:
    actor = actors.staff(session, staff(*by).id)
    assert accounts.may_appoint(session, actor, *post) is may
    if may:
        assert post in [(a.role_key, a.region_code) for a in _create(session, actor, post).appointments]
    else:
        with pytest.raises(NotAllowed):
            _create(session, actor, post)


def test_an_administrator_lists_the_accounts_in_care(session: Session) -> None:
    admin = staff("county_water_admin")
    clerk, town = staff("county_water_clerk"), staff("town_water_clerk", "532622101")
    staff("county_civil_clerk"), staff("county_water_clerk", "532601")
    listed = accounts.listing(session, actors.staff(session, admin.id))
    assert {account.id for account in listed} == {clerk.id, town.id}
    with pytest.raises(NotAllowed):
        accounts.listing(session, actors.staff(session, clerk.id))


def test_a_new_password_ends_sessions_and_tokens(session: Session) -> None:
    account = staff(login="clerk")
    actor = actors.staff(session, account.id)
    token = accounts.issue_api_token(session, "clerk")
    accounts.set_password(session, account.id, "Other-2026", by=actor, current=PASSWORD)
    assert account.session_version == 2
    with pytest.raises(NotAllowed):
        accounts.actor_of_token(session, token)
    assert accounts.sign_in(session, "clerk", "Other-2026") is account


def test_signing_out_ends_the_sessions_of_that_version_and_no_token(session: Session) -> None:
    account = staff(login="clerk")
    token = accounts.issue_api_token(session, "clerk")
    for _ in range(2):
        accounts.sign_out(session, account.id, session_version=1)
    session.refresh(account)
    assert account.session_version == 2
    assert accounts.actor_of_token(session, token).id == account.id


def test_ones_own_password_is_changed_only_with_the_current_one(session: Session) -> None:
    account = staff()
    actor = actors.staff(session, account.id)
    for current in (None, "", "Wrong-2026"):
        with pytest.raises(Invalid) as refusal:
            accounts.set_password(session, account.id, "Other-2026", by=actor, current=current)
        assert "current" in refusal.value.problems
    with pytest.raises(Invalid) as refusal:
        accounts.set_password(session, account.id, "weak", by=actor, current=PASSWORD)
    assert "password" in refusal.value.problems


def test_others_set_passwords_and_switch_off_only_with_authority(session: Session) -> None:
    account = staff("county_water_clerk")
    stranger = actors.staff(session, staff("county_civil_admin").id)
    for forbidden in (
        lambda: accounts.set_password(session, account.id, "Other-2026", by=stranger),
        lambda: accounts.deactivate(session, account.id, by=stranger),
        lambda: accounts.activate(session, account.id, by=stranger),
        lambda: accounts.deactivate(session, account.id, by=actors.staff(session, account.id)),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    admin = actors.staff(session, staff("county_water_admin").id)
    assert not accounts.deactivate(session, account.id, by=admin).active
    assert account.session_version == 2
    assert accounts.activate(session, account.id, by=admin).active
    with pytest.raises(NotFound):
        accounts.deactivate(session, 4711, by=admin)


def test_a_token_stands_for_its_person_until_it_expires(session: Session, clock: Clock) -> None:
    account, person = staff(login="clerk"), CitizenFactory(phone="13900000001")
    token = accounts.issue_api_token(session, "clerk", days=2)
    assert accounts.actor_of_token(session, token).ref == f"staff:{account.id}"
    assert (
        accounts.actor_of_token(session, accounts.issue_api_token(session, person.phone)).ref == f"citizen:{person.id}"
    )
    clock.advance(days=2)
    with pytest.raises(NotAllowed):
        accounts.actor_of_token(session, token)


def test_only_the_digest_of_a_token_is_kept(session: Session) -> None:
    staff(login="clerk")
    token = accounts.issue_api_token(session, "clerk")
    row = session.scalars(select(ApiToken)).one()
    assert len(row.digest) == 32 and token.encode() not in row.digest
    assert len(token) >= 43


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_an_unknown_token_is_refused(session: Session, token: str) -> None:
    with pytest.raises(NotAllowed):
        accounts.actor_of_token(session, token)


def test_tokens_need_a_person_and_a_sensible_time(session: Session) -> None:
    staff(login="clerk")
    with pytest.raises(NotFound):
        accounts.issue_api_token(session, "nobody")
    with pytest.raises(Invalid):
        accounts.issue_api_token(session, "clerk", days=0)


def test_the_first_administrator_is_made_once_with_the_printed_token(session: Session, clock: Clock) -> None:
    token = accounts.issue_setup_token(session)
    assert token is not None
    admin = accounts.use_setup_token(session, token, login="first", name="管理员", password=PASSWORD)
    actor = actors.staff(session, admin.id)
    assert actor.holds("platform_ops") and actor.holds("policy_admin")
    assert accounts.may_appoint(session, actor, "county_water_clerk", "532622")
    assert accounts.issue_setup_token(session) is None
    with pytest.raises(NotAllowed):
        accounts.use_setup_token(session, token, login="second", name="管理员", password=PASSWORD)


def _expire(session: Session, clock: Clock) -> None:
    clock.move_to(clock.moment + tokens.SETUP_VALID_FOR)


def _replace(session: Session, clock: Clock) -> None:
    accounts.issue_setup_token(session)


def _come_too_late(session: Session, clock: Clock) -> None:
    staff()


@pytest.mark.parametrize("spoil", [_expire, _replace, _come_too_late])
def test_a_spoilt_setup_token_makes_nobody(
    session: Session, clock: Clock, spoil: Callable[[Session, Clock], None]
) -> None:
    token = accounts.issue_setup_token(session) or ""
    spoil(session, clock)
    with pytest.raises(NotAllowed):
        accounts.use_setup_token(session, token, login="first", name="管理员", password=PASSWORD)
    assert session.scalar(select(Account.id).where(Account.login == "first")) is None
