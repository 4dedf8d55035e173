"""Reference rows: regions, departments, roles and service items as files that anyone can read and change.

Loading again changes nothing but what the files changed; what the installation keeps itself (a switched-off item, an
office's telephone number, the calendar) is left alone.
"""

import csv
from importlib import resources
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.db import Base
from engine.errors import Invalid
from engine.registry import calendars, hospitals, items, regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS
from engine.registry.models import Department, Region, Role, ServiceItem

_KEPT_LOCALLY = {"enabled", "office_name", "phone"}


def load(session: Session) -> None:
    """Enter or renew all reference rows and seed the calendar."""
    _put(session, Region, [_region(row) for row in read("regions")])
    _put(session, Department, read("departments"))
    _put(session, Role, [row for line in read("roles") for row in _roles(line)])
    _put(session, ServiceItem, [{**row, "position": int(row["position"]), "enabled": True} for row in read("items")])
    hospitals.load(session, read("hospitals"))
    calendars.seed(session)
    roles.forget()
    items.forget()
    regions.forget()


def read(name: str) -> list[dict[str, Any]]:
    """The rows of `reference/{name}.csv`; an empty cell is None."""
    text = (resources.files(__package__) / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(text.splitlines())]


def role_keys() -> frozenset[str]:
    """All role keys, for checks that have no database."""
    return frozenset(row["key"] for line in read("roles") for row in _roles(line))


def _region(row: dict[str, Any]) -> dict[str, Any]:
    """Level, parent and prefix follow from the code."""
    code = row["code"]
    derived = {
        "level": regions.level_of(code),
        "parent_code": regions.parent_code(code),
        "prefix": regions.prefix_of(code),
    }
    return {"office_name": None, "phone": None, **row, **derived}


def _roles(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A line with {dept} stands for seven roles, one of each business department."""
    if "{dept}" not in row["key"]:
        return [row]
    units = {line["code"]: {**line, "dept": line["code"]} for line in read("departments")}
    return [{key: cell and cell.format_map(units[code]) for key, cell in row.items()} for code in BUSINESS_DEPARTMENTS]


def _put(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert what is new and renew what is there, parents before children because the files are in that order."""
    columns = table.__table__.columns
    given = [{key: value for key, value in row.items() if key in columns} for row in rows]
    dialect = session.get_bind().dialect.name
    if dialect not in ("sqlite", "postgresql"):
        raise Invalid(f"Expected SQLite or PostgreSQL, but got {dialect}")
    adding = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.__table__.primary_key]
    renewed = {name: adding.excluded[name] for name in given[0] if name not in _KEPT_LOCALLY and name not in keys}
    session.execute(adding.on_conflict_do_update(index_elements=keys, set_=renewed), given)
