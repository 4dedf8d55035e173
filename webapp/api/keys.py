"""Idempotency keys of programs: what one program calls "1" must not be taken for what another calls "1".

The rule: a key belongs to the person whose token sent it.
"""

import hashlib

from engine.registry.actors import Actor


def own(actor: Actor, key: str) -> str:
    """The key as the engine keeps it, beside those of all others."""
    return hashlib.sha256(f"{actor.ref} {key}".encode()).hexdigest()
