"""The files of the demonstration, kept as uploaded ones are: small pictures that say what they are, and what a bank
brings back."""

import io
from functools import cache

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import attachments, bank_files, money
from engine.casework.models import Payment, PaymentLine
from engine.language.forms import Shown
from engine.registry.actors import Actor

SIZE = (480, 360)
COLOURS = ("#7a9e7e", "#8fa6bf", "#c2a878", "#a88f8f")


def files(session: Session, actor: Actor, case_id: int, shown: Shown) -> list[str]:
    """What a step of that case wants: the bank's result file where a table is asked for, else photos."""
    if attachments.TABLE not in shown.field.accept:
        return photos(session, actor, shown)
    prepared = attachments.prepare(io.BytesIO(_result(session, case_id).encode()), "演示代发结果.csv")
    return [attachments.keep(session, prepared, actor=actor, field=shown.key).id]


def returned(session: Session, case_id: int) -> list[dict[str, int]]:
    """A row for each line of the case that the bank has returned and that was not paid again."""
    failed = select(PaymentLine.line_no).join(Payment, Payment.id == PaymentLine.payment_id)
    mine = failed.where(Payment.case_id == case_id, PaymentLine.state == "failed", PaymentLine.again.is_(False))
    return [{"editLine": number} for number in session.scalars(mine.order_by(PaymentLine.line_no))]


def _result(session: Session, case_id: int) -> str:
    """All were paid, but for one account in thirty that is closed."""
    wanted = select(PaymentLine).join(Payment, Payment.id == PaymentLine.payment_id)
    mine = wanted.where(Payment.case_id == case_id, PaymentLine.state == "open").order_by(PaymentLine.line_no)
    told = [",".join((*bank_files.HEAD, bank_files.REASON))]
    for line in session.scalars(mine):
        how = "失败" if line.id % 30 == 0 else "成功"
        amount = money.written(line.amount).replace(",", "")
        at = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
        told.append(f"{line.line_no},{how},{at},代发柜员,{amount},{'账户已销户' if how == '失败' else ''}")
    return "\n".join(told)


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
