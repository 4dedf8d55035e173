"""Two people whose acts exclude each other, on real threads: one wins, the other reads why not, nothing is half."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import (
    cosigning,
    delegation,
    returns,
    suspension,
    taking_back,
    termination,
    transferring,
    user_tasks,
)
from engine.casework.models import Case, UserTask
from engine.db import reading
from engine.errors import Conflict
from engine.registry.actors import Actor
from tests.casework.acts import do, kinds
from tests.casework.conftest import Office, employ, office, stage  # noqa: F401 - two fixtures
from tests.casework.sections import ANSWERS, begin, walk
from tests.factories import YANSHAN
from tests.faults.test_concurrency import at_once
from tests.faults.whole import whole
from tests.processes import steps
from tests.processes.stage import Stage

Deed = Callable[[], Any]
WHY = "户数与台账不符，请重新核实"
TIMES = 4
LAST = ("se_take", "se_check", "se_a", "se_b", "se_decide")


@dataclass
class Duel:
    """Two deeds on one case. `exclusive`: at most one of them can be done, whoever is first."""

    case: Case
    one: Deed
    other: Deed
    exclusive: bool = True


def completing(office: Office, case: Case, step: str, actor: Actor) -> Deed:  # noqa: F811
    task = office.task(case, step)
    return lambda: do(user_tasks.complete, task.id, actor, values=ANSWERS[step], key=f"complete-{task.id}")


def returning(office: Office, case: Case, step: str, to: str, actor: Actor) -> Deed:  # noqa: F811
    task = office.task(case, step)
    return lambda: do(returns.send_back, task.id, actor, to=to, reason=WHY)


def delegate_or_complete(office: Office) -> Duel:  # noqa: F811
    case = begin(office)
    task, colleague = office.task(case, "se_take"), office.colleague.id
    delegating = lambda: do(delegation.delegate, task.id, office.town, to_account_id=colleague, reason=WHY)  # noqa: E731
    return Duel(case, delegating, completing(office, case, "se_take", office.town))


def return_or_complete(office: Office) -> Duel:  # noqa: F811
    case = begin(office, "se_take")
    one = returning(office, case, "se_check", "se_take", office.county)
    return Duel(case, one, completing(office, case, "se_check", office.county))


def return_or_return_of_a_sibling(office: Office) -> Duel:  # noqa: F811
    case = begin(office, "se_take", "se_check")
    one = returning(office, case, "se_a", "se_take", office.town)
    return Duel(case, one, returning(office, case, "se_b", "se_check", office.county))


def return_or_complete_of_a_sibling(office: Office) -> Duel:  # noqa: F811
    case = begin(office, "se_take", "se_check")
    one = returning(office, case, "se_b", "se_check", office.county)
    return Duel(case, one, completing(office, case, "se_a", office.town), exclusive=False)


def take_back_or_claim_of_the_next_step(office: Office) -> Duel:  # noqa: F811
    case = begin(office, "se_take")
    done, following = office.task(case, "se_take"), office.task(case, "se_check")
    return Duel(
        case,
        lambda: do(taking_back.take_back, done.id, office.town),
        lambda: do(user_tasks.claim, following.id, office.county),
    )


def take_back_or_complete_of_the_next_step(office: Office) -> Duel:  # noqa: F811
    case = begin(office, "se_take")
    done = office.task(case, "se_take")
    one = lambda: do(taking_back.take_back, done.id, office.town)  # noqa: E731
    return Duel(case, one, completing(office, case, "se_check", office.county))


def suspend_or_complete_of_the_last_step(office: Office) -> Duel:  # noqa: F811
    case, watcher = begin(office, *LAST), employ("county_office", YANSHAN)
    one = lambda: do(suspension.suspend, case.case_no, watcher, reason=WHY)  # noqa: E731
    return Duel(case, one, completing(office, case, "se_close", office.county))


def suspend_or_complete(office: Office) -> Duel:  # noqa: F811
    case, watcher = begin(office), employ("county_office", YANSHAN)
    one = lambda: do(suspension.suspend, case.case_no, watcher, reason=WHY)  # noqa: E731
    return Duel(case, one, completing(office, case, "se_take", office.town), exclusive=False)


def transfer_or_complete(office: Office) -> Duel:  # noqa: F811
    case, watcher = begin(office), employ("county_office", YANSHAN)
    place = office.elsewhere.posts[0].region_code
    one = lambda: do(transferring.transfer, case.case_no, watcher, region_code=place, reason=WHY)  # noqa: E731
    return Duel(case, one, completing(office, case, "se_take", office.town), exclusive=False)


def transfer_twice(office: Office) -> Duel:  # noqa: F811
    case, place = begin(office), office.elsewhere.posts[0].region_code
    moving = [
        partial(do, transferring.transfer, case.case_no, employ("county_office", YANSHAN), region_code=to, reason=WHY)
        for to in (place, f"{place[:-1]}3")
    ]
    return Duel(case, *moving, exclusive=False)


DUELS = [
    delegate_or_complete,
    return_or_complete,
    return_or_return_of_a_sibling,
    return_or_complete_of_a_sibling,
    take_back_or_claim_of_the_next_step,
    take_back_or_complete_of_the_next_step,
    suspend_or_complete_of_the_last_step,
    suspend_or_complete,
    transfer_or_complete,
    transfer_twice,
]


@pytest.mark.parametrize("prepared", DUELS, ids=lambda duel: duel.__name__)
def test_of_two_acts_at_once_one_wins_and_the_other_reads_why_not(
    office: Office,  # noqa: F811
    prepared: Callable[[Office], Duel],
) -> None:
    for time in range(TIMES):
        duel = prepared(office)
        before = len(kinds(duel.case))
        deeds = [duel.one, duel.other]
        done = at_once(deeds if time % 2 else deeds[::-1])
        lost = [one for one in done if isinstance(one, BaseException)]
        assert len(lost) == 1 if duel.exclusive else len(lost) <= 1, lost
        assert all(isinstance(one, Conflict) and one.notice for one in lost), lost
        whole(duel.case.id)
        assert len(kinds(duel.case)) >= before + 1


def signed_after(office: Office, *signers: Actor) -> tuple[Case, list[int]]:  # noqa: F811
    """A step that is submitted and waits for these people to sign."""
    case = begin(office)
    task = office.task(case, "se_take")
    given = {"position": "after", "reason": "请会同签署意见"}
    rows = [do(cosigning.add, task.id, office.town, to_account_id=one.id, **given) for one in signers]
    completing(office, case, "se_take", office.town)()
    return case, [row.id for row in rows]


def signing(signature: int, actor: Actor, key: str) -> Deed:
    return lambda: do(cosigning.sign, signature, actor, agrees=True, opinion="同意，情况属实", key=key)


def opened(case: Case, element_id: str) -> int:
    with reading() as session:
        wanted = select(UserTask.id).where(UserTask.case_id == case.id, UserTask.element_id == element_id)
        return len(session.scalars(wanted).all())


def test_a_signature_given_twice_at_once_counts_once(office: Office) -> None:  # noqa: F811
    housing = employ("county_housing_reviewer", YANSHAN)
    case, (signature,) = signed_after(office, housing)
    done = at_once([signing(signature, housing, key) for key in ("tab one", "tab two")])
    lost = [one for one in done if isinstance(one, BaseException)]
    assert len(lost) == 1 and isinstance(lost[0], Conflict)
    assert opened(case, "se_check") == 1 and kinds(case).count("signature_given") == 1
    whole(case.id)


def test_the_same_click_on_a_signature_twice_at_once_has_one_effect(office: Office) -> None:  # noqa: F811
    housing = employ("county_housing_reviewer", YANSHAN)
    case, (signature,) = signed_after(office, housing)
    done = at_once([signing(signature, housing, "page")] * 2)
    assert [one for one in done if isinstance(one, BaseException)] == []
    assert opened(case, "se_check") == 1 and kinds(case).count("signature_given") == 1
    whole(case.id)


def test_the_last_two_sign_at_once_and_the_step_takes_effect_once(office: Office) -> None:  # noqa: F811
    signers = [employ(role, YANSHAN) for role in ("county_housing_reviewer", "county_water_reviewer")]
    case, signatures = signed_after(office, *signers)
    done = at_once([signing(number, who, who.ref) for number, who in zip(signatures, signers, strict=True)])
    assert [one for one in done if isinstance(one, BaseException)] == []
    assert opened(case, "se_check") == 1 and kinds(case).count("signature_given") == 2
    whole(case.id)


def test_what_both_lose_or_win_can_still_be_finished(office: Office) -> None:  # noqa: F811
    for _ in range(TIMES):
        duel = return_or_complete_of_a_sibling(office)
        at_once([duel.one, duel.other])
        walk(office, duel.case, "se_check", "se_b", "se_a", "se_decide", "se_close")
        whole(duel.case.id)
        assert office.case(duel.case).state == "ended"


def terminating(stage: Stage) -> Deed:  # noqa: F811
    number, approver = stage.case().case_no, stage.people["county_water_approver"]
    return lambda: do(termination.terminate, number, approver, code="DECEASED", reason="村委会出具了死亡证明")


def test_who_completes_while_the_case_is_terminated_is_first_or_told_that_it_is_over(stage: Stage) -> None:  # noqa: F811
    for _ in range(TIMES):
        stage.bring_to("wt_take")
        who, answers = steps.USUAL["wt_take"]
        task = stage.task("wt_take")
        completing = partial(do, user_tasks.complete, task.id, stage.people[who], values=answers, key=f"c{task.id}")
        ended, completed = at_once([terminating(stage), completing])
        assert not isinstance(ended, BaseException) and stage.case().outcome == "TERMINATED"
        assert not isinstance(completed, BaseException) or (isinstance(completed, Conflict) and completed.notice)
        assert stage.open_tasks() == []
        whole(stage.case_id)


def test_of_a_termination_and_a_withdrawal_at_once_one_ends_the_case(stage: Stage) -> None:  # noqa: F811
    for _ in range(TIMES):
        stage.bring_to("wt_take")
        done = at_once([terminating(stage), stage.withdraw])
        lost = [one for one in done if isinstance(one, BaseException)]
        assert len(lost) == 1 and isinstance(lost[0], Conflict) and lost[0].notice, lost
        assert stage.case().outcome == ("WITHDRAWN" if isinstance(done[0], Conflict) else "TERMINATED")
        whole(stage.case_id)
