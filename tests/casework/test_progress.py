"""What the citizen reads: done, now, next; everything once, in the words of messages and diagram."""

from datetime import timedelta

from engine.casework import numbering, progress
from engine.casework.models import Case
from engine.casework.progress import Line
from engine.db import reading
from tests.processes.stage import Stage, at


def lines(stage: Stage, who: str = "citizen") -> list[Line]:
    with reading() as session:
        return progress.lines(session, session.get_one(Case, stage.case_id), stage.people[who])


def texts(stage: Stage, who: str = "citizen") -> list[str]:
    return [line.text for line in lines(stage, who)]


def refuse(stage: Stage, reason: str) -> None:
    stage.do(
        "wt_take",
        inScope=False,
        rejectReasonCode="NR01",
        rejectBasis="《运行管理办法》第四条",
        rejectReason=reason,
        town=None,
        urgency=None,
    )


def close(stage: Stage) -> None:
    stage.bring_to("wt_confirm")
    stage.do("wt_confirm")


def test_the_citizen_reads_what_was_is_and_comes(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    told = lines(stage)
    states = [line.state for line in told]
    assert states == sorted(states, key=["done", "now", "next"].index)
    assert states.count("now") == 1 and states[-1] == "next"
    (current,) = [line for line in told if line.state == "now"]
    assert current.who == "江那镇" and current.due_at == stage.task("wt_town_take").due_at
    assert told[-1].due_at == stage.case().promised_at
    assert all("{" not in line.text and "None" not in line.text for line in told)


def test_no_line_names_the_number_that_stands_above_them(stage: Stage) -> None:
    stage.raise_hand()
    stage.urge()
    assert stage.case().case_no not in "".join(texts(stage))
    assert texts(stage)[0] == "您的农村饮水安全申请已提交，预计11月26日前办结。"
    assert len(texts(stage)) == 4


def test_what_was_said_again_is_one_line_where_it_was_said_last(stage: Stage) -> None:
    stage.raise_hand()
    for hours in (1, 30, 60):
        stage.let_pass(until=at("2026-11-16") + timedelta(hours=hours))
        stage.urge()
    urged = [line for line in lines(stage) if "催办" in line.text]
    assert [(line.at, line.detail) for line in urged] == [(stage.case().urged_at, "共 3 次，这是最近一次")]


def test_a_finished_step_without_a_message_is_told_in_the_diagrams_words(stage: Stage) -> None:
    stage.bring_to("wt_solve")
    assert "工作人员已经核实了情况" in texts(stage)


def test_while_the_citizen_is_waited_for_it_says_so_and_promises_nothing(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("wt_take", needCorrection=True, correctionList="请拍一张照片", town=None, urgency=None)
    current, after = lines(stage)[-2:]
    assert (current.state, current.who) == ("now", "您")
    assert after.due_at is None and "暂停计算" in after.detail


def test_works_that_take_months_promise_no_day(stage: Stage) -> None:
    stage.bring_to("wt_long")
    told = lines(stage)
    assert told[-1].due_at is None and told[-1].detail == progress.WORKS


def test_what_is_late_says_by_how_much(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-12-01"))
    current, after = lines(stage)[-2:]
    assert current.chip is not None and "已超时" in current.chip.text
    assert after.chip is not None and after.chip.text.startswith("已超时 4 天")


def test_the_reason_of_a_refusal_is_read_once(stage: Stage) -> None:
    stage.raise_hand()
    reason = "反映的是小区物业用水收费，不在受理范围"
    refuse(stage, reason)
    told = lines(stage)
    assert [line.text.count(reason) for line in told] == [0, 1]
    assert told[-1].text.startswith("不予受理：") and told[-1].at == stage.case().ended_at
    assert "申诉" not in told[-1].text


def test_that_it_ended_is_read_once(stage: Stage) -> None:
    close(stage)
    assert [text for text in texts(stage) if "已办结" in text] == ["您的农村饮水安全申请已办结，请评价。"]


def test_how_it_ended_is_read_where_no_message_says_so(stage: Stage) -> None:
    stage.raise_hand(by="neighbour", channel="PROXY", **stage.proxy_answers())
    stage.let_pass(until=at("2026-11-17"))
    stage.consent(agrees=False)
    assert "未能取得本人同意" in texts(stage)[-1]


def test_a_withdrawal_is_told_once_and_in_its_place(stage: Stage) -> None:
    stage.raise_hand()
    stage.withdraw()
    assert [text for text in texts(stage) if "撤回" in text] == [texts(stage)[-1]]


def test_what_is_told_after_the_end_comes_after_the_end(stage: Stage) -> None:
    close(stage)
    stage.let_pass(until=at("2026-12-10"))
    moments = [line.at for line in lines(stage)]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert moments[-1] != stage.case().ended_at


def test_ones_own_rating_is_read_and_that_somebody_will_call(stage: Stage) -> None:
    close(stage)
    stage.complete("citizen", "rt_rate", stars="2", anonymous=False)
    told = lines(stage)
    assert told[-2].text == "您评价了 2 星"
    assert (told[-1].state, told[-1].text) == ("now", "县级部门会打电话向您了解情况")
    assert told[-1].due_at is not None and told[-1].who.startswith("砚山县水务局")


def test_a_rating_that_is_not_awaited_any_more_is_said_to_be_past(stage: Stage) -> None:
    close(stage)
    stage.let_pass(until=at("2026-12-31"))
    assert texts(stage)[-1] == "“评价”的期限已过，不用再填写"


def test_who_filed_for_another_is_named_as_each_of_them_would(stage: Stage) -> None:
    stage.raise_hand(by="neighbour", channel="PROXY", **stage.proxy_answers())
    assert texts(stage, "neighbour")[0].startswith("您替 ")
    assert texts(stage)[0].endswith("同意请回复1或点击确认。")
    stage.let_pass(until=at("2026-11-17"))
    stage.consent(agrees=True)
    assert "您提交了诉求" not in [*texts(stage), *texts(stage, "neighbour")]
    assert all(line.who != "您" for line in lines(stage, "neighbour"))


def test_only_what_the_citizen_filled_in_is_shown_as_such(stage: Stage) -> None:
    stage.bring_to("wt_solve")
    with reading() as session:
        found = progress.filled_in(session, session.get_one(Case, stage.case_id), stage.people["citizen"])
    assert [one.name for one in found] == ["阅读申请须知并同意", "填写申请反映表"]


def test_a_number_can_be_said_on_the_telephone() -> None:
    assert numbering.spoken("water-532622-20261122-00002") == "11月22日第 2 号"
    assert numbering.spoken("x") == ""
