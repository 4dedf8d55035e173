"""服务事项: what a citizen may ask for.

The rule: this is open to everybody, so it says nothing of any person or case.
"""

from flask.typing import ResponseReturnValue

from engine.casework import offered, switching
from engine.db import reading
from engine.registry import items
from webapp.api.answers import ItemSchema
from webapp.api.blueprint import blueprint


@blueprint.get("/items")
@blueprint.response(200, ItemSchema(many=True))
@blueprint.doc(security=[])
def list_items() -> ResponseReturnValue:
    """All items, whether their service is open already or not."""
    with reading() as session:
        return [
            {
                "code": item.code,
                "name": item.name,
                "board": item.board,
                "department": item.department_code,
                "channel_kind": item.channel_kind,
                "enabled": offered.is_offered(session, item) and not switching.is_closed_everywhere(session, item.code),
            }
            for item in items.listing(session)
        ]
