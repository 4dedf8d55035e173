"""What every case knows from the start, however it begins: its item, its department, its place."""

from typing import Any

from sqlalchemy.orm import Session

from engine import clock
from engine.registry import regions


def known_at_start(
    session: Session, process_key: str, name: str, department: str | None, *, channel: str, region_code: str
) -> dict[str, Any]:
    """The variables of a new case of that process in that region."""
    county = regions.ancestor_code(region_code, "county")
    return {
        "itemCode": process_key,
        "itemName": name,
        "department": department,
        "channel": channel,
        "county": county,
        "countyName": regions.get(session, county).name if county else None,
        "town": regions.ancestor_code(region_code, "town"),
        "startedAt": clock.now().isoformat(),
    }
