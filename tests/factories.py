"""Rows for tests. Factories put them into the session of the `session` fixture, or of `committed()`.

    def test_…(session): AccountFactory(posts=[("county_water_clerk", "532622")])
    def test_…(database):
        with committed():
            clerk = staff("county_water_clerk", "532622")

Regions, departments, roles and items are found by their keys when they are there already, so the same test runs with or
without the `reference` fixture.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.orm import Session

from engine import clock, db
from engine.casework.models import Case, ProcessVersion, UserTask
from engine.language import identity
from engine.registry import passwords, regions
from engine.registry.models import Account, Appointment, Citizen, Department, Region, Role, ServiceItem

PASSWORD = "Jushou-2026"
YANSHAN = "532622"
JIANGNA = "532622101"

_session: ContextVar[Session] = ContextVar("session")


@contextmanager
def into(session: Session) -> Iterator[Session]:
    """Within the block, factories add their rows to `session`."""
    token = _session.set(session)
    try:
        yield session
    finally:
        _session.reset(token)


@contextmanager
def committed() -> Iterator[Session]:
    """Rows made within the block are committed at its end, for code that opens transactions of its own."""
    with db.transaction() as session, into(session):
        yield session


def count_anew() -> None:
    """A new database begins with the first name and number again, so a test sees the same rows in every order."""
    for kind in _Rows.__subclasses__():
        kind.reset_sequence(0)


@cache
def password_hash() -> str:
    """The hash of PASSWORD, computed once because hashing is slow on purpose."""
    return passwords.hashed(PASSWORD)


def identity_number(n: int, *, region: str = YANSHAN, born: str = "19800101") -> str:
    """A valid number of the region; `n` below 1000, odd for men."""
    first_17 = f"{region[:6]}{born}{n % 1000:03d}"
    return first_17 + identity.check_character(first_17)


class _Rows(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = _session.get
        sqlalchemy_session_persistence = "flush"


class RegionFactory(_Rows):
    """A region with everything it lies in: RegionFactory(code="532622101001")."""

    class Meta:
        model = Region
        sqlalchemy_get_or_create = ("code",)

    code = YANSHAN
    name = factory.LazyAttribute(lambda row: f"区划{row.code}")
    level = factory.LazyAttribute(lambda row: regions.level_of(row.code))
    prefix = factory.LazyAttribute(lambda row: regions.prefix_of(row.code))

    @factory.lazy_attribute
    def parent_code(self) -> str | None:
        above = regions.parent_code(self.code)
        if above is not None:
            RegionFactory(code=above)
        return above


class DepartmentFactory(_Rows):
    class Meta:
        model = Department
        sqlalchemy_get_or_create = ("code",)

    code = "water"
    name = factory.LazyAttribute(lambda row: f"部门{row.code}")
    county_name = factory.LazyAttribute(lambda row: f"县部门{row.code}")


class RoleFactory(_Rows):
    """A role; level and department are read from keys such as county_water_clerk."""

    class Meta:
        model = Role
        sqlalchemy_get_or_create = ("key",)

    key = "county_water_clerk"
    name = factory.LazyAttribute(lambda row: f"岗位{row.key}")
    kind = "casework"

    @factory.lazy_attribute
    def level(self) -> str | None:
        short = {"prov": "province", "pref": "prefecture", "county": "county", "town": "town", "village": "village"}
        return short.get(self.key.split("_")[0])

    @factory.lazy_attribute
    def department_code(self) -> str | None:
        parts = self.key.split("_")
        if len(parts) < 3:
            return None
        code: str = DepartmentFactory(code=parts[1]).code
        return code


class ServiceItemFactory(_Rows):
    class Meta:
        model = ServiceItem
        sqlalchemy_get_or_create = ("code",)

    code = "water"
    name = factory.LazyAttribute(lambda row: f"事项{row.code}")
    board = "您有饮水困难吗？"
    department_code = factory.LazyFunction(lambda: DepartmentFactory(code="water").code)
    channel_kind = "反映"
    position = factory.Sequence(lambda n: n + 1)


class AccountFactory(_Rows):
    """A member of staff who can sign in with PASSWORD; `posts` are pairs of role key and region code."""

    class Meta:
        model = Account

    login = factory.Sequence(lambda n: f"staff{n + 1}")
    name = factory.LazyAttribute(lambda row: f"工作人员{row.login}")
    password_hash = factory.LazyFunction(password_hash)
    phone = "13800000000"
    email = factory.LazyAttribute(lambda row: f"{row.login}@example.org")
    created_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def posts(self: Account, create: bool, extracted: Iterable[tuple[str, str]] | None, **_more: Any) -> None:
        for role_key, region_code in extracted or ():
            AppointmentFactory(account=self, role_key=role_key, region_code=region_code)


class AppointmentFactory(_Rows):
    """A post of an account; role and region are made when they are missing."""

    class Meta:
        model = Appointment

    account = factory.SubFactory(AccountFactory)
    role_key = "county_water_clerk"
    region_code = YANSHAN
    role = factory.LazyAttribute(lambda row: RoleFactory(key=row.role_key))
    region = factory.LazyAttribute(lambda row: RegionFactory(code=row.region_code))


def staff(role_key: str = "county_water_clerk", region_code: str = YANSHAN, **fields: Any) -> Account:
    """An account with one post."""
    account: Account = AccountFactory(posts=[(role_key, region_code)], **fields)
    return account


class CitizenFactory(_Rows):
    """A citizen who can sign in with PASSWORD."""

    class Meta:
        model = Citizen

    name = factory.Sequence(lambda n: f"群众{'甲乙丙丁戊己庚辛壬癸'[n % 10]}")
    identity_number = factory.Sequence(identity_number)
    phone = factory.Sequence(lambda n: f"139{n:08d}")
    region_code = factory.LazyFunction(lambda: RegionFactory(code=f"{JIANGNA}001").code)
    address = "1 组 1 号"
    password_hash = factory.LazyFunction(password_hash)
    created_at = factory.LazyFunction(clock.now)


class ProcessVersionFactory(_Rows):
    """The row of a version, without files."""

    class Meta:
        model = ProcessVersion

    process_key = "water"
    name = "农村饮水安全"
    number = factory.Sequence(lambda n: n + 1)
    checksum = factory.Sequence(lambda n: f"{n:064x}")
    state = "active"
    uploaded_at = factory.LazyFunction(clock.now)


class CaseFactory(_Rows):
    """The row of a case, without a machine: for queries and access, not for running."""

    class Meta:
        model = Case

    case_no = factory.Sequence(lambda n: f"water-532622-20261116-{n + 1:05d}")
    process_key = "water"
    item_code = factory.SelfAttribute("process_key")
    version_id = factory.LazyFunction(lambda: ProcessVersionFactory().id)
    channel = "SELF"
    citizen_id = None
    applicant_name = "群众甲"
    region_code = factory.LazyFunction(lambda: RegionFactory(code=f"{JIANGNA}001").code)
    started_at = factory.LazyFunction(clock.now)


class UserTaskFactory(_Rows):
    """The row of an open user task."""

    class Meta:
        model = UserTask

    case = factory.SubFactory(CaseFactory)
    subject_id = factory.LazyAttribute(lambda row: row.case.subject_id or row.case.id)
    token = factory.Sequence(lambda n: f"token{n + 1}")
    element_id = "wt_take"
    name = "是否接单"
    item_code = factory.SelfAttribute("case.item_code")
    role_key = "county_water_clerk"
    region_code = YANSHAN
    created_at = factory.LazyFunction(clock.now)
