"""备份: which backups were made, what they held, and which failed.

The rule: operators and auditors read it; backups are made by the worker and on the command line, never from a page.
"""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from engine import clock, settings
from engine.db import reading
from engine.oversight import backups
from webapp.audit.blueprint import blueprint

# Somebody has to look when two nights went by without a backup.
LATE = timedelta(hours=48)
GRADES = {"daily": "日备", "weekly": "周备", "monthly": "月备"}


@blueprint.get("/audit/backups")
def backup_runs() -> ResponseReturnValue:
    """The records, the newest first, whether the last whole one is too old, and what the last check found."""
    with reading() as session:
        runs = backups.recorded(session)
    whole = [run.made_at for run in runs if run.trouble is None]
    late = not whole or clock.now() - whole[0] > LATE
    here = settings.load()
    return render_template(
        "audit/backups.html",
        runs=runs,
        late=late,
        wanted=here.backups is not None,
        grades=GRADES,
        plan=(here.backups_kept, here.backups_weekly, here.backups_monthly),
        checked=max(
            (run for run in runs if run.checked_at), key=lambda run: run.checked_at or run.made_at, default=None
        ),
    )
