"""What diagrams do with the accounts of staff 账号: look, stop, let in again, change; and count who is there (A.4).

The rule: which change follows from what, and who must agree, is the diagram's; whose authority it needs is asked of the
person who does the step (A.3).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import handing_over
from engine.casework.running import Running
from engine.errors import ExecutionFailed, NotFound
from engine.language.diagram import Element
from engine.registry import accounts, people, regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS, SYSTEM
from engine.registry.models import Account, Appointment, Department

OFFICE = "office"
# How the roles of a level begin, and who looks after the accounts of departments without an administrator (A.3).
_KEEPERS = {
    "county": ("county", "county_office"),
    "prefecture": ("pref", "pref_office"),
    "province": ("prov", "prov_account_admin"),
}


def account_facts(running: Running, element: Element) -> Mapping[str, Any]:
    """Who the account of header `login` is: {name, active, posts, departments, region, inHand}; null where there is
    none."""
    login = running.value_of(element.headers.get("login", ""))
    account = running.session.scalar(select(Account).where(Account.login == login)) if login else None
    told = None
    if account is not None:
        posts = [{"role": one.role_key, "region": one.region_code} for one in account.appointments]
        told = {
            "name": account.name,
            "active": account.active,
            "posts": posts,
            "departments": _departments(running.session, posts),
            "region": posts[0]["region"] if posts else None,
            "inHand": len(handing_over.in_hand(running.session, account.id)),
        }
    return {_result(element, "accountFacts"): told}


def _departments(session: Session, posts: list[dict[str, str]]) -> list[str]:
    """Of which departments the posts are; those of none are left out."""
    found = (roles.facts(session, one["role"]) for one in posts)
    return sorted({one.department_code for one in found if one is not None and one.department_code})


def account_stop(running: Running, element: Element) -> Mapping[str, Any]:
    """停用 at once, as the diagram decides: the account of header `login`."""
    accounts.deactivate(running.session, _account(running, element, "login").id, by=SYSTEM)
    return {}


def account_restore(running: Running, element: Element) -> Mapping[str, Any]:
    """恢复: the account of header `login` may be used again; where it is null, there is nothing to do."""
    if running.value_of(element.headers.get("login", "")):
        accounts.activate(running.session, _account(running, element, "login").id, by=SYSTEM)
    return {}


def account_change(running: Running, element: Element) -> Mapping[str, Any]:
    """变更生效, by the authority of whoever does the step. Headers: `login`; `name`, of a new account; `phone`;
    `posts`, a list of {role, region} that it holds from now on, beside those it has where `keep` is true; `stop` true:
    it is switched off; `handover`, the login that what it can no longer do goes to, `leaves` true: all of it.

    Gives {handed, returned}: how many open tasks went to that person, and how many back to their groups.
    """
    said = {key: running.value_of(text) for key, text in element.headers.items()}
    session, by = running.session, running.actor
    posts = [(one["role"], one["region"]) for one in said.get("posts") or []]
    if said.get("name"):
        accounts.open_(session, login=said["login"], name=said["name"], phone=said.get("phone"), posts=posts, by=by)
        return {_result(element, "accountChange"): {"handed": 0, "returned": 0}}
    account = _account(running, element, "login")
    follower = _account(running, element, "handover").id if said.get("handover") else None
    if said.get("phone"):
        accounts.reach(session, account.id, said["phone"], by=by)
    if posts:
        accounts.appoint(session, account.id, posts, by=by, keep=said.get("keep") is True)
    if said.get("stop") is True and account.active:
        accounts.deactivate(session, account.id, by=by)
    done = {"handed": 0, "returned": 0}
    if said.get("leaves") is True:
        done = handing_over.hand_over(running, account.id, follower)
    return {_result(element, "accountChange"): done}


def staffing(running: Running, element: Element) -> Mapping[str, Any]:
    """How many people header `department` has at header `region`, not below it."""
    department, region = (str(running.value_of(element.headers.get(key, ""))) for key in ("department", "region"))
    return {_result(element, "staffCount"): people.strength(running.session, department, region)}


def account_lists(running: Running, element: Element) -> Mapping[str, Any]:
    """账号清单: for each department with accounts in the case's region, a context to begin its review with:
    {department, reviewUnit, keeperRole, targetRegion, reviewTotal, reviewAccounts [{value, label}]}. A county reviews
    its towns and villages too, a prefecture and the province their own accounts only. Whose post is of no business
    department belongs to the office. Header `idleDays`: after how many days not signing in is told."""
    session, region = running.session, running.case.region_code
    idle = timedelta(days=int(running.value_of(element.headers.get("idleDays", "")) or 90))
    names = {row.code: row.name for row in session.scalars(select(Department))}
    units: dict[str, list[dict[str, str]]] = {key: [] for key in (*BUSINESS_DEPARTMENTS, OFFICE)}
    within_county = regions.level_of(region) == "county"
    for account in people.inside(session, region) if within_county else people.at(session, region):
        option = {"value": account.login, "label": _in_a_line(running, account, idle)}
        mine = [one for one in account.appointments if within_county or one.region_code == region]
        for department in {_department(one) for one in mine}:
            units[department].append(option)
    lists = [
        {
            "department": key,
            "reviewUnit": names.get(key, key),
            "keeperRole": _keeper(running, key),
            "targetRegion": region,
            "reviewTotal": len(options),
            "reviewAccounts": options,
        }
        for key, options in units.items()
        if options
    ]
    return {_result(element, "accountLists"): lists}


def _in_a_line(running: Running, account: Account, idle: timedelta) -> str:
    """姓名（登录名）：江那镇 水务经办；最近登录 2026-08-01."""
    posts = "、".join(f"{one.region.name} {one.role.name}" for one in account.appointments)
    seen = account.signed_in_at
    if seen is None:
        return f"{account.name}（{account.login}）：{posts}；从未登录"
    long_ago = f"，{idle.days} 天没有登录" if running.now - seen > idle else ""
    return f"{account.name}（{account.login}）：{posts}；最近登录 {clock.local(seen):%Y-%m-%d}{long_ago}"


def _department(post: Appointment) -> str:
    code = post.role.department_code
    return code if code in BUSINESS_DEPARTMENTS else OFFICE


def _keeper(running: Running, department: str) -> str:
    """Who looks after the department's accounts: its administrator at that level, else the office, or the province's
    administrator of accounts (A.3)."""
    level, otherwise = _KEEPERS[regions.level_of(running.case.region_code)]
    role = f"{level}_{department}_admin"
    return role if people.holders(running.session, role, running.case.region_code) else otherwise


def _account(running: Running, element: Element, header: str) -> Account:
    login = running.value_of(element.headers.get(header, ""))
    account = running.session.scalar(select(Account).where(Account.login == login)) if login else None
    if login and account is None:
        raise NotFound(f"Expected an account {login!r}, but there is none", notice=f"没有登录名为“{login}”的账号")
    if account is None:
        raise ExecutionFailed(f"Expected header {header} to name an account", element_id=element.id)
    return account


def _result(element: Element, otherwise: str) -> str:
    return element.properties.get("resultVariable", otherwise)


SERVICES = {
    "account_lists": account_lists,
    "account_facts": account_facts,
    "account_stop": account_stop,
    "account_restore": account_restore,
    "account_change": account_change,
    "staffing": staffing,
}
