"""Calls to other systems for a case: made outside any transaction, and remembered by whether they were heard."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete

from engine import clock
from engine.casework.call_models import OutsideCall
from engine.connectors import registry as connectors
from engine.connectors.outcome import NotYet, Unreachable
from engine.db import riding_out, transaction

KEPT = timedelta(days=366)
"""As long as a year's report looks back."""


def call(connector: str, values: Mapping[str, Any], *, key: str, county: str) -> dict[str, Any]:
    """Ask another system; what it raises is raised. Where nobody is connected nobody was called."""
    remember = partial(_remember, str(values.get("register") or connector)[:64], county)
    try:
        answer = connectors.call(connector, values, key=key)
    except Unreachable as silence:
        # Who says "later" has answered.
        riding_out(partial(remember, heard=isinstance(silence, NotYet)))
        raise
    if answer.get("answered") is not False:
        riding_out(partial(remember, heard=True))
    return answer


def _remember(system: str, county: str, *, heard: bool) -> None:
    with transaction() as session:
        session.add(OutsideCall(system=system, county_code=county, called_at=clock.now(), heard=heard))


def forget_old() -> None:
    """Remove what nobody counts any more."""
    with transaction() as session:
        session.execute(delete(OutsideCall).where(OutsideCall.called_at < clock.now() - KEPT))
