"""Service items 服务事项: the 16 things a citizen may ask for, on the seven boards of the home page."""

from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.registry.believed import Believed
from engine.registry.models import ServiceItem

_codes: Believed[str, frozenset[str]] = Believed()
_listed: Believed[None, list[ServiceItem]] = Believed()


def listing(session: Session) -> list[ServiceItem]:
    """All items in the order of the home page, whether they are open already or not."""
    rows = _listed.rows()
    if None not in rows:
        wanted = select(ServiceItem.__table__).order_by(ServiceItem.position, ServiceItem.code)
        # Copies, which belong to no session: those of one session would change with it.
        rows[None] = [ServiceItem(**row) for row in session.execute(wanted).mappings()]
    return list(rows[None])


def boards(session: Session) -> list[tuple[str, list[ServiceItem]]]:
    """The boards of the home page, each a question with its items: 您有饮水困难吗？ …"""
    return [(board, list(items)) for board, items in groupby(listing(session), key=lambda item: item.board)]


def find(session: Session, code: str) -> ServiceItem | None:
    """The item of this code, or None: management processes are no items."""
    return session.get(ServiceItem, code)


def get(session: Session, code: str) -> ServiceItem:
    """The item of this code, or NotFound."""
    item = find(session, code)
    if item is None:
        raise NotFound(f"Expected a service item {code!r}, but there is none", notice="没有这个服务事项")
    return item


def enter(
    session: Session, code: str, *, name: str, board: str, department_code: str, channel_kind: str, introduction: str
) -> None:
    """Another item, behind all others: beside those of its board, or on a board of its own."""
    beside = session.scalar(select(func.max(ServiceItem.position)).where(ServiceItem.board == board))
    last = session.scalar(select(func.max(ServiceItem.position))) or 0
    session.add(
        ServiceItem(
            code=code,
            name=name,
            board=board,
            department_code=department_code,
            channel_kind=channel_kind,
            position=last + 1 if beside is None else beside,
            introduction=introduction,
        )
    )
    session.flush()
    for kept in (_codes, _listed):
        kept.changed(session)


def codes_of(session: Session, department_code: str) -> frozenset[str]:
    """The items that a department answers for."""
    rows = _codes.rows()
    if department_code not in rows:
        wanted = select(ServiceItem.code).where(ServiceItem.department_code == department_code)
        rows[department_code] = frozenset(session.scalars(wanted))
    return rows[department_code]


def forget() -> None:
    """Ask the table again."""
    _codes.forget()
    _listed.forget()
