"""One attachment, as the engine keeps it for showing.

The rule: the right to the case is asked each time, and no file can run anything in the browser.
"""

from flask import request, send_file
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import attachments
from webapp import auth
from webapp.files.blueprint import blueprint


@blueprint.get("/files/<attachment_id>")
def show(attachment_id: str) -> ResponseReturnValue:
    with db.reading() as session:
        attachment, path = attachments.open_(session, attachment_id, auth.current_actor())
        inline = attachment.media_type.startswith("image/") and "download" not in request.args
        answer = send_file(
            path, attachment.media_type, as_attachment=not inline, download_name=attachment.file_name, conditional=True
        )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer
