"""How the demonstration fills in applications."""

from random import Random

from sqlalchemy import select

from engine import clock, db
from engine.casework import lifting
from engine.casework.models import ApplicationDraft, Case
from engine.db import transaction
from engine.demo import applying, filling
from engine.registry.models import Account, Citizen
from engine.settings import Settings


def test_an_office_completes_and_files_what_was_drafted_for_it(here: Settings) -> None:
    list(filling.fill(here, cases=0, days=1))
    with transaction() as session:
        clerk = session.scalars(select(Account).where(Account.login == "town_office")).one()
        person = applying.about(session.get_one(Citizen, 6))
        family = [{"name": person["applicantName"], "idNo": person["applicantIdNo"], "relation": "本人"}]
        kept = {"key": "draft", "process_key": "dibao", "channel": lifting.GOVERNMENT, "saved_at": clock.now()}
        session.add(ApplicationDraft(account_id=clerk.id, values={**person, "members": family}, **kept))
    [number] = applying.unfiled()
    applying.file_draft(number, Random(1))
    assert applying.unfiled() == []
    with db.reading() as session:
        (case,) = session.scalars(select(Case).where(Case.channel == lifting.GOVERNMENT, Case.process_key == "dibao"))
        assert case.applicant_name == person["applicantName"]
        (member,) = case.variables["members"]
        assert family[0].items() <= member.items() and member.keys() > family[0].keys()
