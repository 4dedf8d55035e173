"""How often one address may try: signing in, registering and the first administrator's token.

The rule: only posts count, so that looking at a page is free.
"""

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address)

# One village may share one address, so the limit is on tries in a short time, not on people.
attempts = limiter.shared_limit(
    "30 per minute; 200 per hour", scope="attempts", exempt_when=lambda: request.method != "POST"
)
