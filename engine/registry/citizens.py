"""Citizens 群众: registered under their real name [S4], with ID number, telephone and address.

Name and ID number are never changed afterwards; everything else the citizen keeps up to date alone.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Invalid, NotFound
from engine.language import identity
from engine.registry import attempts, passwords, regions, tokens
from engine.registry.models import Citizen

_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af](?:[\u3400-\u9fff\U00020000-\U000323af·]){1,29}")
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_REGISTERED = ("name", "identity_number", "phone", "region_code", "address", "password")
_CORRECTABLE = ("name", "phone", "region_code", "address")
_CHANGEABLE = ("phone", "region_code", "address", "large_type")


def register(session: Session, values: Mapping[str, Any]) -> Citizen:
    """A new citizen from name, identity_number, phone, region_code, address and password.

    Raises Invalid with problems keyed by these.
    """
    given = {key: _text(values.get(key)) for key in _REGISTERED}
    given["identity_number"], given["phone"] = identity.normal(given["identity_number"]), _digits(given["phone"])
    _refuse(_problems(session, given, _REGISTERED) | _unknown(values, _REGISTERED))
    _refuse(_taken(session, given))
    password = given.pop("password")
    citizen = Citizen(**given, password_hash=passwords.hashed(password), created_at=clock.now())
    session.add(citizen)
    _flush(session)
    return citizen


def sign_in(session: Session, login: str, password: str) -> Citizen | None:
    """The citizen with this telephone or ID number, or None when not let in; to be used as `accounts.sign_in`."""
    known = or_(Citizen.phone == _digits(login), Citizen.identity_number == identity.normal(login))
    citizen = session.scalar(select(Citizen).where(known).with_for_update())
    return citizen if attempts.admit(citizen, password) else None


def change(session: Session, citizen_id: int, values: Mapping[str, Any]) -> Citizen:
    """New telephone, region_code, address or large_type; only what is given is changed. Raises Invalid."""
    citizen = get(session, citizen_id)
    given: dict[str, Any] = {key: _text(values[key]) for key in _CHANGEABLE if key in values and key != "large_type"}
    if "phone" in given:
        given["phone"] = _digits(given["phone"])
    _refuse(_problems(session, given, tuple(given)) | _unknown(values, _CHANGEABLE))
    if given.get("phone") not in (None, citizen.phone):
        _refuse(_taken(session, {"phone": given["phone"]}))
    if "large_type" in values:
        given["large_type"] = values["large_type"] is True
    for key, value in given.items():
        setattr(citizen, key, value)
    _flush(session)
    return citizen


def correct(session: Session, citizen_id: int, field: str, value: str) -> Citizen:
    """改正: a name, telephone, village or address that was found to be registered wrong (C10). Raises Invalid, with the
    sentence that whoever orders it reads."""
    citizen = get(session, citizen_id)
    given = {field: _digits(value) if field == "phone" else _text(value)}
    problems = _problems(session, given, (field,)) if field in _CORRECTABLE else {field: ["这一项不能在这里改正"]}
    if not problems and field == "phone" and given["phone"] != citizen.phone:
        problems = _taken(session, given)
    if problems:
        notice = "；".join(problems[field])
        raise Invalid(f"Expected a right {field}, but it is not", problems=problems, notice=notice)
    setattr(citizen, field, given[field])
    _flush(session)
    return citizen


def verify(session: Session, citizen_id: int) -> Citizen:
    """实名核验: name and ID number are this person's. Whoever was verified before stays so from then."""
    citizen = get(session, citizen_id)
    citizen.verified_at = citizen.verified_at or clock.now()
    return citizen


def set_password(session: Session, citizen_id: int, *, current: str, password: str) -> None:
    """A new password in place of the current one; all sessions and tokens end."""
    citizen = get(session, citizen_id)
    if not passwords.matches(citizen.password_hash, current):
        raise Invalid("Expected the current password, but it differs", problems={"current": ["原密码不正确"]})
    _refuse({"password": weak} if (weak := passwords.citizen_problems(password)) else {})
    citizen.password_hash = passwords.hashed(password)
    citizen.session_version += 1
    tokens.revoke_of_citizen(session, citizen_id)


def sign_out(session: Session, citizen_id: int, *, session_version: int) -> None:
    """End all sessions of this version, as `accounts.sign_out` does."""
    same = update(Citizen).where(Citizen.id == citizen_id, Citizen.session_version == session_version)
    session.execute(same.values(session_version=session_version + 1))


def get(session: Session, citizen_id: int) -> Citizen:
    """The citizen, or NotFound."""
    citizen = session.get(Citizen, citizen_id)
    if citizen is None:
        raise NotFound(f"Expected citizen {citizen_id}, but there is none", notice="没有这个用户")
    return citizen


def name_matches(session: Session, *, name: str, identity_number: str) -> bool:
    """实名校验: whether what is registered here contradicts that this ID number belongs to that name.

    Of somebody who never registered (a neighbour raises the hand for them) nothing is known, so nothing contradicts.
    """
    registered = session.scalar(select(Citizen.name).where(Citizen.identity_number == identity.normal(identity_number)))
    return registered is None or registered == name.strip()


def _problems(session: Session, given: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, list[str]]:
    checks: dict[str, Callable[[str], list[str]]] = {
        "name": lambda text: [] if _NAME.fullmatch(text) else ["请填写身份证上的中文姓名，2 至 30 个字"],
        "identity_number": lambda text: [problem] if (problem := identity.problem(text)) else [],
        "phone": lambda text: [] if _PHONE.fullmatch(text) else ["请填写 11 位手机号码"],
        "region_code": lambda text: _region_problems(session, text),
        "address": lambda text: [] if 2 <= len(text) <= 200 else ["请填写详细住址，2 至 200 个字"],
        "password": passwords.citizen_problems,
    }
    return {key: lines for key in keys if (lines := checks[key](given[key]))}


def _region_problems(session: Session, code: str) -> list[str]:
    if not regions.exists(session, code) or regions.level_of(code) != "village":
        return ["请选择家庭住址所在的省、市、县、乡、村"]
    return []


def _taken(session: Session, given: Mapping[str, str]) -> dict[str, list[str]]:
    notices = {
        "identity_number": "该身份证号码已经登记，请直接登录",
        "phone": "该手机号码已经登记，请直接登录或换一个号码",
    }
    return {
        key: [notice]
        for key, notice in notices.items()
        if key in given and session.scalar(select(Citizen.id).where(getattr(Citizen, key) == given[key])) is not None
    }


def _unknown(values: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, list[str]]:
    return {key: ["没有这一项"] for key in values if key not in known}


def _refuse(problems: dict[str, list[str]]) -> None:
    if problems:
        raise Invalid(f"Expected valid personal data, but {sorted(problems)} are wrong", problems=problems)


def _flush(session: Session) -> None:
    """Two registrations at the same moment: the database lets one through."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid(
            "Expected a new ID number and telephone, but they are registered",
            problems={"identity_number": ["该身份证号码或手机号码已经登记，请直接登录"]},
        ) from error


def _digits(phone: str) -> str:
    """A telephone number without the blanks and strokes that people group it with."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", phone))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
