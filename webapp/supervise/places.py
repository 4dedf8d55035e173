"""Whose region one looks at: one's own and what lies in it, nothing beside or above."""

from collections.abc import Callable

from flask import request

from engine.errors import NotAllowed
from engine.registry import regions
from engine.registry.actors import Actor, Post

LEVELS = ("county", "prefecture", "province")


def chosen(actor: Actor, counts: Callable[[Post], bool], what: str) -> tuple[str, str]:
    """The region that was asked for (`region`), and the actor's own: the widest, at the county or above, of the posts
    that count. `what` one wanted to see is told to whom it is refused."""
    own = _own(actor, counts)
    asked = request.args.get("region") or own
    if not lies_in(asked, own) or regions.level_of(asked) not in LEVELS:
        raise NotAllowed(f"Expected a region in {own}, but got {asked}", notice=f"只能看本地区的{what}")
    return asked, own


def lies_in(code: str, region: str) -> bool:
    """Whether a region is that one, or in it."""
    return regions.lies_in(code, regions.prefix_of(region))


def _own(actor: Actor, counts: Callable[[Post], bool]) -> str:
    # The audit's posts have no level of their own: they are held anywhere.
    wide = [post for post in actor.posts if regions.level_of(post.region_code) in LEVELS and counts(post)]
    if not wide:
        raise NotAllowed(f"Expected {actor.ref} to supervise a county or more, but it does not")
    return min((post.region_code for post in wide), key=lambda code: len(regions.prefix_of(code)))
