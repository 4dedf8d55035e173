"""导出一个列表: the answer to the form below a list, which takes the list out as a file.

The rule: the rows come from the same question as the page, asked with the filters of the same address; the file is sent
only after its record was kept.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.db import reading, transaction
from engine.oversight import exports
from engine.oversight.sheets import Column
from webapp.auth import current_actor

Rows = Callable[[Session], Iterator[Sequence[Any]]]


def answer(
    list_name: str, columns: Sequence[Column], rows: Rows, filters: Sequence[tuple[str, str]] = ()
) -> ResponseReturnValue:
    """The file with these rows, for the purpose that was typed in."""
    actor, form = current_actor(), request.form
    asked = exports.ask(list_name, filters, form=form.get("form", ""), purpose=form.get("purpose", ""))
    with reading() as session:
        written = exports.write(asked, columns, rows(session))
    with transaction() as session:
        made = exports.finish(session, written, actor=actor)
    return send_file(made.file, made.media_type, as_attachment=True, download_name=made.name)
