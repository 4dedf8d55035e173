"""How much one request may carry, and how often one address may try to sign in, register or redeem a token.

The rule: only posts count as tries, and only posts with files may be large.
"""

from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address)


def install(app: Flask) -> None:
    """Limit sizes and tries. To be called before anything that reads a form."""
    app.before_request(_refuse_large_text)
    limiter.init_app(app)


def _refuse_large_text() -> None:
    """What is no upload is read into memory whole, so it may be as large as the text of a form."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


# One village may share one address, so the limit is on tries in a short time, not on people.
attempts = limiter.shared_limit(
    "30 per minute; 200 per hour", scope="attempts", exempt_when=lambda: request.method != "POST"
)
