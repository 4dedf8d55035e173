"""Forms as they meet a case: what their conditions may read, and the checks that need the database."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.casework import attachments
from engine.casework.models import Attachment
from engine.language.forms import Form
from engine.registry import hospitals, regions


def context(session: Session, region_code: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The case's variables plus `townsOfCounty`: the towns a case may be sent to, as options; and `hospitalsOfCounty`:
    the hospitals and clinics there, as options with what they are and do."""
    county = regions.ancestor_code(region_code, "county")
    towns = regions.children(session, county) if county else []
    return {
        **variables,
        "townsOfCounty": [{"label": town.name, "value": town.code} for town in towns],
        "hospitalsOfCounty": hospitals.of_county(session, county),
    }


def checks(session: Session) -> dict[str, Callable[[Any, Any], str | None]]:
    """The formats that only the database can judge: regions and attachments."""
    return {
        "region": lambda value, _field: region_problem(session, value),
        "attachment": lambda value, field: attachment_problem(session, value, str(getattr(field, "accept", ""))),
    }


def region_problem(session: Session, code: Any) -> str | None:
    """Why the code is no village or community that exists."""
    if not isinstance(code, str) or not regions.exists(session, code):
        return "没有这个地区，请逐级选择"
    return None if regions.level_of(code) == "village" else "请选择到村（社区）"


def attachment_problem(session: Session, number: Any, accept: str) -> str | None:
    """Why the number is no file that was uploaded, or not of the kind that is asked for: a table, or a file of policy
    staff, only where the form accepts one, and nothing else there."""
    found = session.get(Attachment, number) if isinstance(number, str) else None
    if found is None:
        return "文件没有上传成功，请重新上传"
    asked = [ending for ending, kind in attachments.NAMED.items() if ending in accept or kind in accept]
    if found.media_type in ([attachments.NAMED[ending] for ending in asked] or attachments.UNNAMED):
        return None
    return f"请上传 {'、'.join(asked)} 文件" if asked else "请上传照片或者 PDF 文件"


def load(
    session: Session, form: Form, raw: Mapping[str, Any], region_code: str, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The checked values of a form. Raises Invalid with `problems` per field."""
    return form.load(raw, context(session, region_code, variables), checks=checks(session))
