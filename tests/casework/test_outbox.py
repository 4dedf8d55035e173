"""Letters leave after the commit; the other side's trouble never touches the case."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.casework import claims, incidents, jobs, outbox
from engine.casework.models import Incident, Notice, OutboxMessage
from engine.db import reading, transaction
from tests.casework.conftest import employ
from tests.connectors.http_server import Asked, Reply, serving
from tests.factories import YANSHAN
from tests.processes.stage import Stage


class Webhook:
    """The receiving system; `status`: what it answers."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status = 200

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return Reply(self.status)


@pytest.fixture
def webhook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Webhook]:
    found = Webhook()
    with serving(found.answer) as server:
        monkeypatch.setenv("JUSHOU_WEBHOOK_URL", f"{server.url}/hook")
        monkeypatch.setenv("JUSHOU_WEBHOOK_HOSTS", server.address)
        monkeypatch.setenv("JUSHOU_WEBHOOK_SECRET", "secret")
        yield found


def put(stage: Stage, key: str = "letter-1") -> None:
    with transaction() as session:
        session.add(
            OutboxMessage(
                key=key, case_id=stage.case_id, connector="webhook", recipient="", body={"text": "待办"},
                due_at=stage.clock.moment,
            )
        )  # fmt: skip


def letters() -> list[OutboxMessage]:
    with reading() as session:
        return list(session.scalars(select(OutboxMessage)))


def test_a_letter_goes_out_once_under_its_key(stage: Stage, webhook: Webhook) -> None:
    stage.raise_hand()
    put(stage)
    assert jobs.sweep() == 1
    assert [asked.headers["idempotency-key"] for asked in webhook.asked] == ["letter-1"]
    assert letters() == [] and jobs.sweep() == 0


def test_staff_get_letters_only_by_connectors_that_are_there(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.raise_hand()
    assert letters() == []
    monkeypatch.setenv("JUSHOU_SMTP_URL", "smtp://127.0.0.1:9?from=jushou@example.org")
    stage.do("wt_take")
    assert {letter.connector for letter in letters()} == {"email"}
    assert all("platform" not in letter.recipient for letter in letters())


def test_the_other_side_being_down_leaves_the_case_alone_until_a_person_is_asked(
    stage: Stage, webhook: Webhook
) -> None:
    stage.raise_hand()
    put(stage)
    webhook.status = 503
    before = stage.case()
    for attempt in range(1, claims.MOST_ATTEMPTS + 1):
        assert jobs.sweep() == 1
        (letter,) = letters()
        assert letter.attempts == attempt
        if attempt < claims.MOST_ATTEMPTS:
            assert letter.state == "waiting" and letter.due_at > stage.clock.moment
            stage.clock.move_to(letter.due_at)
    assert letter.state == "failed" and letter.last_error
    assert len({asked.headers["idempotency-key"] for asked in webhook.asked}) == 1
    after = stage.case()
    assert (after.seq, after.version, after.state) == (before.seq, before.version, "active")
    stage.do("wt_take")
    with reading() as session:
        (incident,) = session.scalars(select(Incident)).all()
    assert (incident.outbox_id, incident.case_id) == (letter.id, stage.case_id)
    webhook.status = 200
    with transaction() as session:
        incidents.retry(session, incident.id, employ("platform_ops", YANSHAN))
    jobs.drain()
    assert letters() == []


def test_a_rejected_letter_is_shown_at_once(stage: Stage, webhook: Webhook) -> None:
    stage.raise_hand()
    put(stage)
    webhook.status = 400
    jobs.sweep()
    assert letters()[0].state == "failed"
    assert len(stage.incidents()) == 1


def test_a_paused_sender_does_not_take_away_what_another_has_claimed(
    stage: Stage, webhook: Webhook, clock: Any
) -> None:
    stage.raise_hand()
    put(stage)
    with transaction() as session:
        (paused,) = claims.claim(session, OutboxMessage, clock.moment)
    clock.advance(seconds=61)
    with transaction() as session:
        claims.claim(session, OutboxMessage, clock.moment)
    outbox._deliver(paused)
    assert webhook.asked == [] and len(letters()) == 1


def test_a_rolled_back_act_sends_nothing(stage: Stage, webhook: Webhook) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(OutboxMessage(key="x", connector="webhook", recipient="", body={}, due_at=stage.clock.moment))
        session.flush()
        raise RuntimeError("power")
    jobs.sweep()
    assert webhook.asked == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0
