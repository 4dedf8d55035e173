"""模拟办事 (domain C12): a mock is a draft that never becomes a case, and goes by itself."""

import io

import pytest
from sqlalchemy import select

from engine.casework import attachments, drafts, practice
from engine.casework.models import ApplicationDraft, Attachment, Case
from engine.clock import Clock
from engine.db import reading, transaction
from engine.errors import Conflict
from tests.casework.conftest import Office

PDF = b"%PDF-1.4\n%%EOF\n"


def begun(office: Office) -> str:
    with transaction() as session:
        return practice.begin(session, "small", actor=office.citizen).key


def test_a_mock_is_never_submitted(office: Office) -> None:
    key = begun(office)
    with transaction() as session:
        drafts.save(session, key, office.citizen, office.answers())
    with pytest.raises(Conflict), transaction() as session:
        drafts.submit(session, key, office.citizen)
    for _ in ("once", "and again"):
        with transaction() as session:
            practice.finish(session, key, office.citizen)
    with reading() as session:
        assert session.scalars(select(Case.id)).all() == []
    with pytest.raises(Conflict), transaction() as session:
        drafts.save(session, key, office.citizen, {"a": 1})


def test_a_mock_goes_after_a_day_with_its_files(office: Office, clock: Clock) -> None:
    key = begun(office)
    with transaction() as session:
        kept = [
            attachments.keep(session, attachments.prepare(io.BytesIO(PDF), "证明.pdf"), actor=who).id
            for who in (office.citizen, office.citizen, office.town)
        ]
        mine, elsewhere, others = kept
        drafts.save(session, key, office.citizen, {"proof": [mine, others], "count": 3})
    assert practice.end_old() == 0
    clock.advance(days=1, seconds=1)
    assert practice.end_old() == 1
    with reading() as session:
        assert session.scalars(select(ApplicationDraft.id)).all() == []
        assert set(session.scalars(select(Attachment.id))) == {elsewhere, others}
