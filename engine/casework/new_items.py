"""A service that the reference rows do not know: its diagram says on which board it stands and who answers for it.

The rule: a service of the reference rows stays as they say; only one that is unknown is entered, once.
"""

from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.language import bundle as bundles
from engine.language.bundle import Bundle
from engine.registry import items
from engine.registry.actors import BUSINESS_DEPARTMENTS

OTHERS = "您有其他困难吗？"


def enter(session: Session, bundle: Bundle) -> None:
    """Put the service of this process among the items, when it begins with the intake, names its `department` and is
    not there yet. Raises Invalid when there is no such department."""
    process = bundle.process
    said = process.properties
    if bundles.INTAKE not in bundle.called or "department" not in said or items.find(session, process.id) is not None:
        return
    department = said["department"]
    if department not in BUSINESS_DEPARTMENTS:
        raise Invalid(
            f"Expected one of {BUSINESS_DEPARTMENTS} as department of {process.id}, but it is {department!r}",
            notice=f"主管部门代码不存在：{department}",
        )
    items.enter(
        session,
        process.id,
        name=process.name,
        board=said.get("board", OTHERS),
        department_code=department,
        channel_kind=said.get("channelKind", "申请"),
        introduction=process.documentation,
    )
