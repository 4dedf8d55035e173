"""The photos of the demonstration: small pictures that say what they are, kept as uploaded ones are."""

import io
from functools import cache

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from engine.casework import attachments
from engine.language.forms import Shown
from engine.registry.actors import Actor

SIZE = (480, 360)
COLOURS = ("#7a9e7e", "#8fa6bf", "#c2a878", "#a88f8f")


def photos(session: Session, actor: Actor, shown: Shown) -> list[str]:
    """The numbers of as many files as the question wants at least, uploaded by the actor."""
    prepared = [
        attachments.prepare(io.BytesIO(_picture(number)), f"演示照片{number + 1}.jpg")
        for number in range(max(1, shown.field.min_files))
    ]
    return [attachments.keep(session, file, actor=actor, field=shown.key).id for file in prepared]


@cache
def _picture(number: int) -> bytes:
    """A plain landscape; its words are ASCII, because a machine may have no Chinese font when the demo is made."""
    image = Image.new("RGB", SIZE, COLOURS[number % len(COLOURS)])
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    pen.polygon([(0, height), (width // 3, height // 3), (2 * width // 3, height)], fill="#5d7760")
    pen.polygon([(width // 3, height), (3 * width // 4, height // 2), (width, height)], fill="#6f8a72")
    pen.text((12, 12), f"DEMO {number + 1}", fill="white")
    written = io.BytesIO()
    image.save(written, "JPEG", quality=70)
    return written.getvalue()
