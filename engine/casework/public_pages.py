"""政策与须知: publishing a page for everybody, its next version, its end; and reading what holds and what held before.

Who checks what before and how long it stays is the diagram's; a version that was published is never changed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import attachments
from engine.casework.models import Attachment, PublicPage
from engine.casework.paging import Page, page_of
from engine.casework.running import Running
from engine.errors import ExecutionFailed, NotFound
from engine.language.diagram import Element

CATEGORIES = ("清单", "政策", "表单", "时限", "病种", "须知", "流程", "通知公告", "工作动态")
ENDS = {"废止": "repealed", "撤下": "taken_down"}
MOST_OPTIONS = 200


def publish(running: Running, element: Element) -> Mapping[str, Any]:
    """发布到政策与须知. Headers: `category`, `title`, `text`, `basis`, `unit`, `files` (uploaded ones), `effectiveOn`
    (today without it), `replaces` (the page of which this is the next version). The property `resultVariable`
    gets {id, number, path}."""
    given = {key: running.value_of(text) for key, text in element.headers.items()}
    session = running.session
    before = session.get_one(PublicPage, int(given["replaces"])) if given.get("replaces") else None
    made = PublicPage(
        series=before.series if before is not None else None,
        number=_next_number(session, before),
        case_id=running.case.id,
        category=str(given["category"]),
        title=str(given["title"]),
        text=str(given.get("text") or ""),
        files=[[number, session.get_one(Attachment, number).file_name] for number in given.get("files") or []],
        basis=str(given.get("basis") or ""),
        unit=str(given.get("unit") or ""),
        region_code=running.case.region_code,
        effective_on=_day(given.get("effectiveOn"), running.now),
        published_at=running.now,
    )
    if before is not None:
        _end(session, PublicPage.series == before.series, "superseded", running.now, None)
    session.add(made)
    session.flush()
    made.series = made.series or made.id
    told = {"id": made.id, "number": made.number, "path": f"/policies/{made.id}"}
    return {element.properties.get("resultVariable", "publicPage"): told}


def end(running: Running, element: Element) -> Mapping[str, Any]:
    """Header `page` does not hold any more, for header `reason`. Header `how`: 废止 leaves it readable as one that
    held, 撤下 takes it off."""
    given = {key: running.value_of(text) for key, text in element.headers.items()}
    state = ENDS.get(str(given.get("how")))
    page = running.session.get(PublicPage, int(given.get("page") or 0))
    if state is None or page is None:
        raise ExecutionFailed(f"Expected a page and {[*ENDS]}, but got {given!r}", element_id=element.id)
    _end(running.session, PublicPage.id == page.id, state, running.now, str(given.get("reason") or ""))
    return {}


SERVICES = {"page_publish": publish, "page_end": end}


def _next_number(session: Session, before: PublicPage | None) -> int:
    if before is None:
        return 1
    found = session.scalar(select(func.max(PublicPage.number)).where(PublicPage.series == before.series))
    return (found or 0) + 1


def _end(session: Session, which: Any, state: str, at: datetime, reason: str | None) -> None:
    standing = update(PublicPage).where(which, PublicPage.state == "posted")
    session.execute(standing.values(state=state, ended_at=at, end_reason=reason))


def _day(value: Any, now: datetime) -> date:
    """What a form or FEEL gives as a date; the day of publication where it gives none."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10]) if value else clock.local(now).date()


def current(session: Session, *, category: str | None = None, page: int = 1, size: int = 20) -> Page[PublicPage]:
    """What holds now, newest first; `category`: of one kind."""
    wanted = select(PublicPage).where(PublicPage.state == "posted")
    if category is not None:
        wanted = wanted.where(PublicPage.category == category)
    return page_of(session, wanted.order_by(PublicPage.published_at.desc(), PublicPage.id.desc()), page=page, size=size)


def categories(session: Session) -> list[str]:
    """The kinds of which something holds, in their usual order."""
    found = set(session.scalars(select(PublicPage.category).where(PublicPage.state == "posted").distinct()))
    return [name for name in CATEGORIES if name in found] + sorted(found - {*CATEGORIES})


def get(session: Session, number: int) -> PublicPage:
    """One version of a page, whether it holds or not. Raises NotFound, also when it was taken down."""
    found = session.get(PublicPage, number)
    if found is None or found.state == "taken_down":
        gone = "这一页已经撤下" if found is not None else "没有找到这一页"
        raise NotFound(f"Expected public page {number}, but there is none to read", notice=gone)
    return found


def versions(session: Session, page: PublicPage) -> list[PublicPage]:
    """All versions that may be read, the newest first."""
    wanted = select(PublicPage).where(PublicPage.series == page.series, PublicPage.state != "taken_down")
    return list(session.scalars(wanted.order_by(PublicPage.number.desc())))


def file(session: Session, number: int, attachment_id: str) -> tuple[Attachment, Path]:
    """A file of a page, for anybody who may read the page. Raises NotFound."""
    found = get(session, number)
    if attachment_id not in [one for one, _ in found.files]:
        raise NotFound(
            f"Expected page {number} to have file {attachment_id}, but it has not", notice="没有找到这个文件"
        )
    return attachments.found(session, attachment_id)


def options(session: Session, region_code: str) -> list[dict[str, Any]]:
    """The pages of the place that hold, for choosing which of them gets its next version."""
    wanted = select(PublicPage).where(PublicPage.state == "posted", PublicPage.region_code == region_code)
    found = session.scalars(wanted.order_by(PublicPage.title).limit(MOST_OPTIONS))
    return [{"label": f"{page.title}（第 {page.number} 版）", "value": str(page.id)} for page in found]
