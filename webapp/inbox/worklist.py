"""The inbox: scopes on the left, the table in the middle, filters in the address.

The rule: what stands in the list is decided by the query of the engine; this only names and shows it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import taking_back, timeline, worklists
from engine.casework.clocks import Chip
from engine.casework.paging import MOST_COUNTED
from engine.casework.worklists import Row
from engine.db import reading
from engine.registry import access, items, regions
from engine.registry.actors import Actor
from engine.registry.models import Region
from webapp import case_lines
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint

SCOPES = {
    "mine": "我的任务",
    "group": "本组待认领",
    "overdue": "已超时",
    "supervised": "督办中",
    "waiting": "待他人办理",
    "finished": "已办",
}
EMPTY = {
    "mine": "",
    "group": "本组没有等待认领的任务。有新的办件到来时，会出现在这里。",
    "overdue": "没有超时的任务。",
    "supervised": "没有被督办的任务。",
    "waiting": "您办过的办件里，没有正在等别人办理的。",
    "finished": "您还没有办完过任务。",
}
DUE = {"today": "今天到期", "soon": "即将到期", "overdue": "已超时"}
SORTS = {"due": "督办和期限近的在前", "newest": "新到的在前", "item": "按事项", "region": "按地区"}

# The pages of those whose post brings no tasks.
OWN_PAGES: tuple[tuple[Callable[[Actor], bool], str], ...] = (
    (lambda actor: actor.holds("policy_admin"), "deploy.listing"),
    (lambda actor: actor.holds("platform_ops"), "audit.listing"),
    (lambda actor: actor.is_("auditor"), "audit.search"),
    (lambda actor: actor.is_("supervisor") or actor.is_("leader"), "supervise.numbers"),
)


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    task_id: int
    step: str
    item_name: str
    case_no: str
    applicant: str
    place: str
    chip: Chip
    ended_at: datetime | None
    holder: str
    may_open: bool
    may_claim: bool
    may_take_back: bool


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    scope: str
    text: str
    item: str
    step: str
    due: str
    region: str
    sort: str
    page: int

    def address(self, page: int) -> str:
        """The same list at another page."""
        kept = {key: value for key, value in vars(self).items() if value and key != "page"}
        return url_for("inbox.inbox", **kept, page=page)


@blueprint.get("/inbox")
def inbox() -> ResponseReturnValue:
    """The worklist of this person."""
    actor = current_actor()
    with reading() as session:
        counts = worklists.counts(session, actor)
        asked = question("mine" if request.args.get("scope") or counts["mine"] else "group")
        found = worklists.listing(
            session,
            actor,
            scope=asked.scope,
            item=asked.item or None,
            step=asked.step or None,
            region=asked.region or None,
            due=asked.due or None,
            text=asked.text,
            sort=asked.sort,
            page=asked.page,
            counted=counts,
        )
        regions.remember(session, (code for row in found.rows for code in (row.case.region_code, row.task.region_code)))
        running = (row.task.id for row in found.rows if row.case.state == "active")
        finished = list(running) if asked.scope == "finished" else []
        mine_again = taking_back.just_completed(session, finished, actor)
        page = found.with_rows([line(session, actor, row, mine_again) for row in found.rows])
        return render_template("inbox/inbox.html", page=page, counts=counts, **around(session, actor, asked))


@blueprint.get("/staff")
def home() -> ResponseReturnValue:
    """Where signing in leads: to one's work, or to the page of those who have no tasks by their post."""
    actor = current_actor()
    with reading() as session:
        counts = worklists.counts(session, actor)
    if counts["mine"] or counts["group"]:
        return redirect(url_for("inbox.inbox"), 303)
    return redirect(url_for(next((page for has, page in OWN_PAGES if has(actor)), "inbox.inbox")), 303)


def question(first: str) -> Asked:
    """The filters of the address; what is unknown there counts as not given. `first`: the list that opens by itself."""
    given = request.args
    scope, due, sort = given.get("scope", ""), given.get("due", ""), given.get("sort", "")
    return Asked(
        scope=scope if scope in SCOPES else first,
        text=given.get("text", "").strip()[:60],
        item=given.get("item", "")[:30],
        step=given.get("step", "")[:60],
        due=due if due in DUE else "",
        region=known_region(given.get("region", "")),
        sort=sort if sort in SORTS else "due",
        page=given.get("page", 1, type=int),
    )


def known_region(code: str) -> str:
    """The code if it is one, else ""."""
    return code if code.isdigit() and len(code) in (6, 9, 12) else ""


def around(session: Session, actor: Actor, asked: Asked) -> dict[str, Any]:
    """What stands around the table."""
    address: Callable[[int], str] = asked.address
    return {
        "scope": asked.scope,
        "asked": asked,
        "address": address,
        "most_counted": MOST_COUNTED,
        "scope_names": SCOPES,
        "empty_words": EMPTY,
        "due_names": DUE,
        "sort_names": SORTS,
        "items": items.listing(session),
        "steps": worklists.steps(session, actor, asked.scope),
        "regions": places(session, actor),
    }


def places(session: Session, actor: Actor) -> list[Region]:
    """The regions one level below this person's posts, to filter by."""
    codes = dict.fromkeys(post.region_code for post in actor.posts)
    return [region for code in codes for region in regions.children(session, code)]


def line(session: Session, actor: Actor, row: Row, mine_again: Collection[int] = ()) -> Line:
    """One row, masked by this person's rights. What others have to do is theirs to claim."""
    theirs = row.assignee_name is None and not access.may_act(actor, row.task, row.case)
    return Line(
        task_id=row.task.id,
        step=row.task.name,
        item_name=case_lines.item_of(session, row.case, row.case.root),
        case_no=row.case.case_no,
        applicant=case_lines.shown_name(actor, row.case.root, anonymous=row.case.anonymous),
        place=case_lines.place(session, row.case.region_code),
        chip=row.chip,
        ended_at=row.task.ended_at,
        holder=timeline.holder(session, row.task) if theirs else row.assignee_name or "",
        may_open=access.may_see_task(actor, row.task, row.case),
        may_claim=row.assignee_name is None and not theirs,
        may_take_back=row.task.id in mine_again,
    )
