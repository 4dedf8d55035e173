"""Messages of other systems to a case, such as the tax office's word that a premium was paid.

The rule: the diagram says who may send which message and what it brings; every message needs an Idempotency-Key.
"""

from typing import Any

from flask.typing import ResponseReturnValue

from engine.casework import incoming
from engine.db import transaction
from webapp.api import keys
from webapp.api.answers import HeardSchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.requests import MessageSchema, NeededKeySchema


@blueprint.post("/cases/<case_no>/messages")
@blueprint.arguments(MessageSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, HeardSchema)
@refuses(403, "The message is for other senders")
@refuses(404, "There is no such case for this sender")
@refuses(409, "Nothing in the case waits for this message now, or the case is suspended")
def send_message(asked: dict[str, Any], headers: dict[str, Any], case_no: str) -> ResponseReturnValue:
    """Let the case hear a message of another system.

    The element that waits for it names the roles that may send it (`sentBy`) and the values that it brings
    (`declares`); a value that it does not bring is refused.
    """
    actor = current_actor()
    with transaction() as session:
        case = incoming.receive(
            session,
            case_no,
            asked["message"],
            actor=actor,
            values=asked["values"],
            key=keys.own(actor, headers["key"]),
        )
        return {"case_no": case.case_no, "message": asked["message"]}
