"""Every step has a deadline and a legal basis, and the steps of the longest way fit the time that the law gives."""

from dataclasses import replace

from tests.language.drawing import (
    both,
    boundary,
    call,
    choose,
    end,
    flow,
    lane,
    node,
    properties,
    row,
    start,
    timer,
    user,
)
from tests.language.lint.linting import KNOWN, found, lint_of

BASIS = properties({"legalBasis": "办法第一条"})


def limits(**rows: tuple[int, str, str]) -> dict[str, bytes]:
    """A table of deadlines: element → limit, unit and source."""
    cells = "".join(
        f'<rule id="r_{element}"><inputEntry id="i_{element}"><text>"water.{element}"</text></inputEntry>'
        + "".join(
            f'<outputEntry id="{name}_{element}"><text>{value}</text></outputEntry>'
            for name, value in (("l", amount), ("u", f'"{unit}"'), ("b", f'"{source}"'))
        )
        + "</rule>"
        for element, (amount, unit, source) in rows.items()
    )
    outputs = "".join(f'<output id="o_{name}" name="{name}"/>' for name in ("limit", "unit", "basis"))
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        '<decision id="deadlines" name="deadlines"><decisionTable id="t" hitPolicy="FIRST"><input id="i">'
        '<inputExpression id="e" typeRef="string"><text>slaKey</text></inputExpression></input>'
        f"{outputs}{cells}</decisionTable></decision></definitions>"
    )
    return {"rules/deadlines.dmn": table.encode()}


def task(element_id: str, **said: str) -> str:
    return user(element_id, zeebe=properties({"legalBasis": "办法第一条", **said}))


def too_long(*parts: str, **rows: tuple[int, str, str]) -> list[str]:
    """What is said of the total."""
    problems = lint_of(*parts, files=limits(**rows))
    return [problem.message for problem in problems if problem.rule == "statutory_total"]


def test_a_limit_that_is_shared_or_extended_to_has_a_row() -> None:
    longer = '<zeebe:taskDefinition type="extend_promise"/><zeebe:taskHeaders><zeebe:header key="limit" value="{}"/>'
    service = node("serviceTask", "longer", zeebe=longer.format("water.long") + "</zeebe:taskHeaders>")
    parts = (start(), task("a", within="water.both, water.short"), service, end(), row("begin", "a", "longer", "done"))
    known = replace(KNOWN, connectors=frozenset({"extend_promise"}))
    rows = {"a": (1, "wd", "K"), "both": (5, "wd", "K")}
    assert found(*parts, files=limits(**rows), known=known) == {("named_limits", "a"), ("named_limits", "longer")}
    rows |= {"short": (3, "wd", "K"), "long": (45, "wd", "K")}
    assert found(*parts, files=limits(**rows), known=known) == set()


def test_a_task_of_an_office_without_a_row_in_the_table_is_told() -> None:
    parts = (start(), task("a"), end(), row("begin", "a", "done"))
    office = lane("county_office", "begin", "a", "done")
    assert found(*parts, files=limits(b=(1, "wd", "K")), lanes=office) == {("limits_and_basis", "a")}
    assert found(*parts, files=limits(a=(1, "wd", "K")), lanes=office) == set()
    assert found(*parts, lanes=office) == set()


def test_a_task_may_have_a_moment_or_the_row_of_another() -> None:
    due = user("a", zeebe=BASIS + '<zeebe:taskSchedule dueDate="=acceptedAt"/>')
    shared = task("b", slaKey="water.other")
    parts = (start(), due, shared, end(), row("begin", "a", "b", "done"))
    office = lane("county_office", "begin", "a", "b", "done")
    assert found(*parts, files=limits(other=(1, "wd", "K")), lanes=office) == set()


def test_people_who_act_for_themselves_have_no_deadline_but_a_basis() -> None:
    parts = (start(), user("a"), end(), row("begin", "a", "done"))
    problems = lint_of(*parts, files=limits(b=(1, "wd", "K")))
    assert [(problem.rule, "法律依据" in problem.message) for problem in problems] == [("limits_and_basis", True)]


def test_a_longest_way_beyond_the_statutory_total_is_told_step_by_step() -> None:
    parts = (start(), task("a"), choose("g", "g_done"), task("b"), end(), row("begin", "a", "g", "b", "done"))
    ways = (*parts, flow("g", "done", name="否"))
    rows = {"a": (3, "wd", "K"), "b": (8, "wd", "K")}
    assert too_long(*ways, total=(11, "wd", "F:57号 §22"), **rows) == []
    (said,) = too_long(*ways, total=(10, "wd", "F:57号 §22"), **rows)
    assert said == "最长路径 a（3 个工作日） → b（8 个工作日） 合计 11 天，超过总时限 10 个工作日（F:57号 §22）"


def test_a_promise_that_is_only_practice_binds_nothing() -> None:
    parts = (start(), task("a"), end(), row("begin", "a", "done"))
    assert too_long(*parts, total=(1, "wd", "S3 之和，K"), a=(3, "wd", "K")) == []


def test_the_time_before_acceptance_and_while_the_clock_stands_does_not_count() -> None:
    parts = (start(), task("a", accepts="true"), task("b", clock="stop"), task("c"), end())
    flows = row("begin", "a", "b", "c", "done")
    rows = {"a": (9, "wd", "K"), "b": (9, "wd", "K"), "c": (2, "wd", "K")}
    assert too_long(*parts, flows, total=(2, "wd", "F"), **rows) == []
    assert len(too_long(*parts, flows, total=(1, "wd", "F"), **rows)) == 1


def test_of_parallel_branches_the_longest_counts_and_steps_back_are_not_walked_again() -> None:
    parts = (start(), both("s"), task("a"), task("b"), both("j"), choose("g", "g_done"), end())
    flows = row("begin", "s", "a", "j", "g", "done") + row("s", "b", "j") + flow("g", "s", "=inScope")
    rows = {"a": (2, "wd", "K"), "b": (5, "wd", "K")}
    assert too_long(*parts, flows, total=(5, "wd", "F"), **rows) == []
    assert len(too_long(*parts, flows, total=(4, "wd", "F"), **rows)) == 1


def test_called_processes_count_by_their_row_and_chapters_by_what_is_in_them() -> None:
    inside = node("subProcess", "part", start("s"), task("b"), end("e"), row("s", "b", "e"))
    parts = (start(), call("enter", "intake"), inside, end(), row("begin", "enter", "part", "done"))
    rows = {"enter": (7, "cd", "K"), "b": (2, "wd", "K")}
    assert too_long(*parts, total=(7, "wd", "F"), **rows) == []
    assert len(too_long(*parts, total=(6, "wd", "F"), **rows)) == 1


def test_a_limit_that_steps_share_counts_once_on_each_way() -> None:
    county = {"within": "water.county"}
    parts = (
        start(), task("a", **county), choose("g", "g_done"), task("b"), task("c", **county), end(),
        row("begin", "a", "g", "c", "done"), row("g", "b", "done"),
    )  # fmt: skip
    rows = {"a": (6, "wd", "K"), "b": (3, "wd", "K"), "county": (10, "wd", "F")}
    assert too_long(*parts, total=(13, "wd", "F"), **rows) == []
    (said,) = too_long(*parts, total=(12, "wd", "F"), **rows)
    assert said.startswith("最长路径 a（共用 10 个工作日） → b（3 个工作日） 合计 13 天")
    assert too_long(*parts, total=(10, "wd", "F"), **{**rows, "b": (0, "wd", "K")}) == []
    office = lane("county_office", "begin", "a", "g", "b", "c", "done")
    assert not [rule for rule, _ in found(*parts, files=limits(**rows), lanes=office) if "limits" in rule]


def test_working_days_in_a_total_of_calendar_days_bring_their_weekends() -> None:
    parts = (start(), task("a"), end(), row("begin", "a", "done"))
    assert too_long(*parts, total=(7, "cd", "F"), a=(5, "wd", "K")) == []
    assert len(too_long(*parts, total=(6, "cd", "F"), a=(5, "wd", "K"))) == 1


def test_the_way_behind_a_timer_on_a_task_counts_too() -> None:
    late = boundary("late", "a", timer("=dueAt", "timeDate"))
    parts = (start(), task("a"), late, task("b"), end(), row("begin", "a", "done"), row("late", "b", "done"))
    assert len(too_long(*parts, total=(3, "wd", "F"), a=(2, "wd", "K"), b=(2, "wd", "K"))) == 1
