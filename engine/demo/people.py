"""Demo people: an account for each role at its place, named by the role; citizens numbered in Chinese numerals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import clock
from engine.language import identity
from engine.registry import passwords, regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS
from engine.registry.models import Account, Appointment, Citizen, Role

YANSHAN = "532622"
NEIGHBOUR = "532626"
PREFECTURE = "532600"
PROVINCE = "530000"
TWICE = frozenset({"policy_admin", "county_office"})
"""Posts that need two people, beside the caseworkers of the county and the towns: who surveyed does not check."""
ELSEWHERE = {
    NEIGHBOUR: (
        "county_water_clerk", "county_office", "county_leading_group", "inspector", "discipline",
        *(f"county_{code}_reviewer" for code in BUSINESS_DEPARTMENTS),
    ),
    "532626101": ("town_office",),
    "532626201": ("town_office",),
    PREFECTURE: ("unit_contact", "unit_head"),
    PROVINCE: ("unit_contact", "unit_head"),
}  # fmt: skip
"""Posts outside 砚山县 that its own work, or the clock, gives something to do."""
NEIGHBOURS = 3
CITIZENS = 900
NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Person:
    """One account to be made: login, name, role and place."""

    login: str
    name: str
    role_key: str
    region_code: str


def staff(session: Session) -> list[Person]:
    """Every role at each of its places in 砚山县, twice where two people have to share the work; and some elsewhere."""
    found: list[Person] = []
    for role in session.scalars(select(Role).where(Role.kind.not_in(("citizen", "system"))).order_by(Role.key)):
        for position, (place, region) in enumerate(_places(session, role)):
            login, name = (role.key, role.name) if not position else (f"{role.key}_{region[6:]}", place + role.name)
            found.append(Person(login, name, role.key, region))
            if role.key in TWICE or (role.kind == "casework" and role.level in ("county", "town")):
                found.append(Person(f"{login}_2", f"{name}（二）", role.key, region))
    for region, keys in ELSEWHERE.items():
        place = regions.get(session, region).name
        found += [Person(f"{key}_{region}", f"{place} {roles.name_of(session, key)}", key, region) for key in keys]
    return found


def _places(session: Session, role: Role) -> Iterator[tuple[str, str]]:
    """The name and the code of each place where the role has an office; the first town and village come first."""
    if role.level not in ("town", "village"):
        yield "", {"province": PROVINCE, "prefecture": PREFECTURE}.get(role.level or "", YANSHAN)
        return
    for town in regions.children(session, YANSHAN):
        if role.level == "town":
            yield f"{town.name} ", town.code
        else:
            yield from (
                (f"{town.name}{village.name} ", village.code) for village in regions.children(session, town.code)
            )


def enter_staff(session: Session, people: list[Person], password: str) -> None:
    """Make the accounts. One hash serves all: it is one demo password."""
    hashed, now = passwords.hashed(password), clock.now()
    for person in people:
        account = Account(login=person.login, name=person.name, password_hash=hashed, created_at=now)
        account.appointments.append(Appointment(role_key=person.role_key, region_code=person.region_code))
        session.add(account)
    session.flush()


def citizen_rows(session: Session, count: int, rng: Random, password: str) -> list[dict[str, Any]]:
    """Citizens all over 砚山县's villages; the first few are neighbours in the first village."""
    villages = [v.code for town in regions.children(session, YANSHAN) for v in regions.children(session, town.code)]
    more = {"password_hash": passwords.hashed(password), "created_at": clock.now()}
    return [{**row, **more} for row in residents(villages, count, rng)]


def residents(villages: Sequence[str], count: int, rng: Random) -> list[dict[str, Any]]:
    """The same citizens without what the platform adds to them: as a register of the outside world knows them."""
    return [
        {
            "name": f"群众{numeral(number)}",
            "identity_number": _identity_number(number, rng),
            "phone": f"1380000{number:04d}",
            "region_code": villages[0] if number <= NEIGHBOURS else rng.choice(villages),
            "address": f"{rng.randint(1, 12)} 组 {rng.randint(1, 60)} 号",
        }
        for number in range(1, count + 1)
    ]


def enter_citizens(session: Session, rows: list[dict[str, Any]]) -> list[Citizen]:
    session.execute(insert(Citizen), rows)
    return list(session.scalars(select(Citizen).order_by(Citizen.id)))


def numeral(number: int) -> str:
    """三, 十二, 二十, 一百零五 … below a thousand; names hold Chinese characters only."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else NUMERALS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (NUMERALS[ones] if ones else "")


def _identity_number(number: int, rng: Random) -> str:
    born = f"{rng.randint(1946, 2004)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    first_17 = f"{YANSHAN}{born}{number % 1000:03d}"
    return first_17 + identity.check_character(first_17)
