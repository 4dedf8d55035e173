"""Each rule keeps quiet about a good diagram and speaks at the right element of a bad one."""

from dataclasses import replace

import pytest

from engine.language import lint
from tests.language.drawing import (
    both,
    boundary,
    call,
    choose,
    connector,
    draw,
    end,
    flow,
    lane,
    message,
    node,
    properties,
    row,
    rule,
    script,
    start,
    timer,
    user,
)
from tests.language.forms.writing import field, written, yes_no
from tests.language.lint.linting import KNOWN, found, lint_of

WITHDRAW = '<bpmn:message id="m1" name="CITIZEN_WITHDRAW"/>'


def around(*middle: str, declared: str = "", **settings: object) -> set[tuple[str, str]]:
    """What is found in start → a → (the middle's own flows) → done; `a` is a user task, `middle` may add flows."""
    return found(start(), user("a"), *middle, end(), flow("begin", "a"), declared=declared, **settings)


def alone(element: str, element_id: str = "x", **settings: object) -> set[tuple[str, str]]:
    """What is found where one element stands between start and end."""
    return found(start(), element, end(), row("begin", element_id, "done"), **settings)


GOOD = (
    start(),
    user("take"),
    choose("scope", default="scope_done"),
    call("enter", "intake"),
    end(),
    row("begin", "take", "scope"),
    flow("scope", "enter", "=inScope"),
    flow("scope", "done", name="否"),
    flow("enter", "done"),
)


def test_a_good_diagram_has_no_problems() -> None:
    assert lint_of(*GOOD) == []


def test_every_rule_says_what_it_is_about_and_stands_in_its_own_file() -> None:
    names = [rule.__name__ for rule in lint.RULES]
    assert len(set(names)) == len(names)
    assert all(rule.__doc__ for rule in lint.RULES)


def test_errors_come_before_warnings_and_name_file_and_rule() -> None:
    problems = lint_of(*GOOD, call("lost", "nowhere"), shapes=False)
    assert [problem.severity for problem in problems] == sorted(problem.severity for problem in problems)
    assert {problem.file for problem in problems} == {"processes/water.bpmn"}
    assert any(problem.message == "调用活动“lost”调用的流程不存在：nowhere" for problem in problems)


class TestSupportedElements:
    @pytest.mark.parametrize(
        "element",
        [
            node("complexGateway", "x"),
            node("manualTask", "x"),
            node("adHocSubProcess", "x", start("s"), end("e"), row("s", "e")),
            node("transaction", "x", start("s"), end("e"), row("s", "e")),
            node("intermediateThrowEvent", "x", "<bpmn:linkEventDefinition/>"),
            node("intermediateCatchEvent", "x", "<bpmn:linkEventDefinition/>"),
            node("intermediateThrowEvent", "x", "<bpmn:compensateEventDefinition/>"),
            node("intermediateCatchEvent", "x", "<bpmn:conditionalEventDefinition/>"),
            node("intermediateCatchEvent", "x", timer("R/P1D", "timeCycle")),
        ],
    )
    def test_what_is_not_executed_is_refused(self, element: str) -> None:
        assert ("supported_elements", "x") in alone(element)

    @pytest.mark.parametrize("kind", ["timer", "signal", "error", "conditional"])
    def test_a_process_begins_by_itself_or_by_a_message(self, kind: str) -> None:
        event = f"<bpmn:{kind}EventDefinition/>"
        assert ("supported_elements", "s") in found(start("s", event), end(), row("s", "done"))

    def test_a_signal_ends_nothing_silently(self) -> None:
        signal = '<bpmn:signal id="s1" name="PERSON_DECEASED"/>'
        ending = end("stop", '<bpmn:signalEventDefinition signalRef="s1"/>')
        problems = lint_of(start(), ending, row("begin", "stop"), declared=signal)
        assert [(p.rule, p.element_id, p.severity) for p in problems] == [("event_names", "stop", "warning")]

    def test_an_event_sub_process_may_begin_with_any_event_that_interrupts_or_not(self) -> None:
        inside = (start("s", timer("P1D"), isInterrupting="false"), user("u"), end("e"), row("s", "u", "e"))
        assert around(row("a", "done"), node("subProcess", "late", *inside, triggeredByEvent="true")) == set()


class TestUniqueIds:
    def test_two_elements_with_one_id_are_refused(self) -> None:
        assert ("unique_ids", "a") in around(user("a"), row("a", "done"))

    def test_an_id_inside_a_sub_process_is_not_free_either(self) -> None:
        inner = node("subProcess", "part", start("s"), user("a"), end("e"), row("s", "a", "e"))
        assert ("unique_ids", "a") in around(inner, row("a", "part", "done"))

    def test_an_element_cannot_be_called_like_its_process(self) -> None:
        assert ("unique_ids", "water") in alone(user("water"), "water")


class TestConnectedFlows:
    def test_flows_from_and_to_nowhere_are_refused(self) -> None:
        rules = around(row("a", "done"), flow("a", "ghost"), flow("", "done", flow_id="loose"))
        assert {("connected_flows", "a_ghost"), ("connected_flows", "loose")} <= rules

    def test_flows_across_the_border_of_a_sub_process_are_refused(self) -> None:
        inner = node("subProcess", "part", start("s"), user("u"), end("e"), row("s", "u", "e"))
        assert ("connected_flows", "a_u") in around(inner, row("a", "part", "done"), flow("a", "u"))

    def test_nothing_leads_out_of_an_end_or_into_a_start_or_boundary_event(self) -> None:
        late = boundary("late", "a", timer("P1D"))
        rules = around(
            late, row("a", "done"), flow("done", "a"), flow("a", "begin"), flow("a", "late"), row("late", "done")
        )
        assert {("connected_flows", i) for i in ("done_a", "a_begin", "a_late")} <= rules

    def test_a_boundary_event_sits_on_an_activity(self) -> None:
        lost, on_end = boundary("lost", "ghost", timer("P1D")), boundary("odd", "done", timer("P1D"))
        rules = around(lost, on_end, row("a", "done"), row("lost", "done"), row("odd", "done"))
        assert {("connected_flows", "lost"), ("connected_flows", "odd")} <= rules

    def test_a_boundary_event_that_repeats_does_not_interrupt(self) -> None:
        cycle = timer("R/P30D", "timeCycle")
        calm = boundary("b", "a", cycle, interrupting=False)
        assert around(calm, row("a", "done"), row("b", "done")) == set()
        assert ("connected_flows", "b") in around(boundary("b", "a", cycle), row("a", "done"), row("b", "done"))

    def test_errors_are_caught_where_something_throws_them(self) -> None:
        event = '<bpmn:errorEventDefinition errorRef="e1"/>'
        flows = (row("a", "enter", "done"), row("b", "done"))
        settings = {"declared": '<bpmn:error id="e1" name="错误" errorCode="BAD"/>'}
        assert around(call("enter", "intake"), boundary("b", "enter", event), *flows, **settings) == set()
        assert ("connected_flows", "b") in around(
            call("enter", "intake"), boundary("b", "a", event), *flows, **settings
        )


class TestStartsAndEnds:
    def test_a_process_has_exactly_one_start(self) -> None:
        assert ("one_start", "water") in found(user("a"), end(), row("a", "done"))
        assert ("one_start", "water") in around(start("second"), row("second", "done"), row("a", "done"))

    def test_a_sub_process_begins_by_itself_and_an_event_sub_process_by_an_event(self) -> None:
        waiting = node("subProcess", "part", start("s", message("m1")), end("e"), row("s", "e"))
        assert ("one_start", "s") in around(waiting, row("a", "part", "done"), declared=WITHDRAW)
        plain = node("subProcess", "part", start("s"), end("e"), row("s", "e"), triggeredByEvent="true")
        assert ("one_start", "s") in around(plain, row("a", "done"))

    def test_what_cannot_be_reached_and_what_leads_nowhere_is_told(self) -> None:
        rules = around(
            user("island"),
            user("stuck"),
            choose("g", default="g_done"),
            row("a", "g"),
            flow("g", "done", name="否"),
            row("island", "done"),
            flow("g", "stuck", "=inScope"),
        )
        assert rules == {("reachable", "island"), ("reachable", "stuck")}

    def test_a_circle_that_cannot_be_left_is_told(self) -> None:
        assert {("reachable", "a"), ("reachable", "b")} <= around(user("b"), row("a", "b", "a"))


class TestGateways:
    def test_a_choice_needs_a_default_or_an_answer_for_every_case(self) -> None:
        ends = (end("no"), row("a", "g"))
        yes, no = flow("g", "done", "=inScope"), flow("g", "no", "=not(inScope)")
        assert around(choose("g"), *ends, yes, no) == set()
        assert around(choose("g"), *ends, yes, flow("g", "no", "=inScope = false")) == set()
        assert around(choose("g"), *ends, flow("g", "done", '=kind = "a"'), flow("g", "no", '=kind = "b"')) == set()
        assert around(choose("g"), *ends, yes, flow("g", "no", "=amount > 3")) == {
            ("exclusive_gateways", "g"),
            ("exclusive_gateways", "g_no"),
        }
        assert around(choose("g"), *ends, flow("g", "done", '=kind = "a"'), flow("g", "no", '=kind = "c"')) == {
            ("exclusive_gateways", "g")
        }

    def test_a_flow_that_is_not_the_default_needs_a_condition_and_the_default_has_none(self) -> None:
        ends = (end("no"), row("a", "g"))
        bare = (flow("g", "done", name="是"), flow("g", "no", name="否"))
        assert ("exclusive_gateways", "g_no") in around(choose("g", default="g_done"), *ends, *bare)
        asked = (flow("g", "done", "=inScope"), flow("g", "no", "=not(inScope)"))
        assert around(choose("g", default="g_done"), *ends, *asked) == {("exclusive_gateways", "g_done")}
        assert ("exclusive_gateways", "g") in around(choose("g", default="begin_a"), *ends, *asked)

    def test_two_conditions_that_can_both_be_true_are_told_with_an_example(self) -> None:
        ends = (end("no"), end("else"), row("a", "g"), flow("g", "else", name="其他"))
        apart = (flow("g", "done", "=amount <= 3"), flow("g", "no", "=amount > 3 and amount < 9"))
        assert around(choose("g", default="g_else"), *ends, *apart) == set()
        meeting = (flow("g", "done", "=amount <= 3"), flow("g", "no", "=amount >= 3 and inScope"))
        problems = lint_of(
            start(), user("a"), choose("g", default="g_else"), end(), *ends, *meeting, flow("begin", "a")
        )
        assert [(problem.rule, problem.element_id) for problem in problems] == [("exclusive_gateways", "g_no")]
        assert problems[0].message.endswith("会同时成立，例如 amount = 3，inScope = true；届时走前一个")
        assert problems[0].severity == "warning"

    def test_a_question_that_the_form_leaves_out_has_no_answer_to_meet_another(self) -> None:
        ends = (end("no"), end("else"), row("a", "g"), flow("g", "else", name="其他"))
        flows = (flow("g", "done", "=inScope = false"), flow("g", "no", "=missing = true"))
        gateway = choose("g", default="g_else")
        for hide, found_there in ((None, {("exclusive_gateways", "g_no")}), ("=inScope != true", set())):
            ask = written(yes_no("inScope"), yes_no("missing", hide=hide))
            assert around(gateway, *ends, *flows, files={"forms/ask.form": ask}) == found_there

    def test_an_inclusive_gateway_may_go_several_ways(self) -> None:
        ends = (end("no"), end("else"), row("a", "g"), flow("g", "else", name="其他"))
        meeting = (flow("g", "done", "=amount <= 3"), flow("g", "no", "=amount >= 3"))
        gateway = choose("g", default="g_else", kind="inclusiveGateway")
        assert "exclusive_gateways" not in {rule for rule, _ in around(gateway, *ends, *meeting)}

    def test_conditions_elsewhere_would_be_ignored(self) -> None:
        assert ("exclusive_gateways", "a_done") in around(flow("a", "done", "=inScope"))

    def test_a_gateway_does_not_join_and_split_at_once(self) -> None:
        parts = (choose("g", default="g_done"), end("no"), row("a", "g"), user("b"))
        flows = (flow("g", "done", name="否"), flow("g", "b", "=inScope"), flow("b", "g"))
        assert around(*parts[:1], parts[2], parts[3], *flows) == {("gateway_direction", "g")}

    def test_only_gateways_split(self) -> None:
        assert ("gateway_direction", "a") in around(end("other"), row("a", "done"), row("a", "other"))

    def test_an_idle_gateway_is_warned_of(self) -> None:
        problems = lint_of(start(), choose("x"), end(), row("begin", "x", "done"))
        assert [(problem.rule, problem.severity) for problem in problems] == [("gateway_direction", "warning")]

    def test_behind_an_event_gateway_one_waits(self) -> None:
        event = "intermediateCatchEvent"
        waits = (node(event, "heard", message("m1")), node(event, "late", timer("P1D")))
        flows = (row("a", "g", "heard", "done"), row("g", "late", "done"))
        gateway = node("eventBasedGateway", "g")
        assert around(gateway, *waits, *flows, declared=WITHDRAW) == set()
        two = (node(event, "heard", timer("P2D")), waits[1])
        assert around(gateway, *two, *flows) == {("event_gateways", "g")}
        assert ("event_gateways", "late") in around(gateway, waits[0], user("late"), *flows, declared=WITHDRAW)

    def test_gateways_and_their_flows_have_words(self) -> None:
        gateway = '<bpmn:exclusiveGateway id="g" default="g_done"/>'
        flows = (row("a", "g"), flow("g", "done"), flow("g", "no", "=inScope"), end("no"))
        assert around(gateway, *flows) == {("flow_labels", "g"), ("flow_labels", "g_done")}


class TestCircles:
    def test_a_circle_waits_somewhere(self) -> None:
        gateway, back = choose("g", default="g_done"), flow("g", "m", "=inScope")
        merge = choose("m")
        flows = (row("a", "m", "b", "g"), flow("g", "done", name="否"), back)
        assert around(gateway, merge, user("b"), *flows) == set()
        automatic = (start(), user("a"), gateway, merge, script("b", "1"), end(), row("begin", "a"), *flows)
        problems = lint_of(*automatic)
        assert [(p.rule, p.element_id, p.severity) for p in problems] == [("circles_wait", "g", "warning")]

    def test_a_circle_without_gateway_or_wait_is_endless(self) -> None:
        rules = around(script("s", "1"), script("t", "1"), row("a", "s", "t", "s"), row("t", "done"))
        assert ("circles_wait", "s") in rules

    def test_branches_join_on_the_same_side_of_a_circle(self) -> None:
        inside = (
            choose("m"), both("split"), user("l"), user("r"), both("join"), choose("g", default="g_done"),
            row("a", "m", "split", "l", "join", "g"), row("split", "r", "join"), flow("g", "done", name="否"),
            flow("g", "m", "=inScope"),
        )  # fmt: skip
        assert around(*inside) == set()
        across = (
            both("split"), user("l"), user("r"), choose("m"), both("join"), choose("g", default="g_done"),
            row("a", "split", "l", "m", "join", "g"), row("split", "r", "join"), flow("g", "done", name="否"),
            user("again"), flow("g", "again", "=inScope"), row("again", "m"),
        )  # fmt: skip
        assert around(*across) == {("parallel_circles", "split")}


class TestUserTasks:
    def test_a_user_task_stands_in_a_lane_of_a_known_role(self) -> None:
        assert ("user_tasks", "x") in alone(user("x"), lanes=lane("citizen", "begin", "done"))
        assert ("user_tasks", "x") in alone(user("x"), lanes=lane("nobody", "x"))
        assert ("user_tasks", "x") in alone(user("x"), lanes=lane("system", "x"))
        assert alone(user("x"), lanes=lane("county_office", "x")) == set()

    def test_an_assignment_may_name_the_role_instead(self) -> None:
        def assigned(groups: str) -> str:
            return user("x", zeebe=f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>')

        assert alone(assigned("county_office, citizen"), lanes="") == set()
        assert alone(assigned("=channel"), lanes="") == set()
        assert ("user_tasks", "x") in alone(assigned("county_office,nobody"), lanes="")

    def test_a_user_task_has_a_name_and_a_form_of_the_bundle(self) -> None:
        assert ("user_tasks", "x") in alone('<bpmn:userTask id="x"/>')
        assert ("user_tasks", "x") in alone(user("x", form=""))
        assert ("user_tasks", "x") in alone(user("x", form="ghost"))
        assert alone(user("x", form='=channel + "_apply"')) == set()


class TestFormFields:
    def test_fields_have_labels_known_formats_and_sensible_limits(self) -> None:
        def asked(**settings: object) -> set[tuple[str, str]]:
            form = written({"type": "textfield", "key": "f", "label": "名", **settings}, field("g"), form_id="ask")
            return alone(user("x"), files={"forms/ask.form": form})

        assert asked(properties={"format": "phone"}) == set()
        assert asked(properties={"format": "fone"}) == {("form_fields", "f")}
        assert asked(label="") == {("form_fields", "f")}
        assert asked(properties={"notAfter": "today+14"}) == set()
        assert asked(properties={"notAfter": "g"}) == asked(properties={"notBefore": "2026-01-01"}) == set()
        assert asked(properties={"notAfter": "tomorrow"}) == {("form_fields", "f")}
        assert asked(properties={"mask": "address", "locate": "true"}) == set()
        assert asked(properties={"mask": "half"}) == {("form_fields", "f")}

    def test_a_property_that_nobody_reads_is_refused_on_fields_and_groups_alike(self) -> None:
        of_field = written(field("f", properties={"readAloud": "true"}))
        assert alone(user("x"), files={"forms/ask.form": of_field}) == {("form_fields", "f")}
        of_group = written({"type": "group", "properties": {"wizardPage": "甲"}, "components": [field("f")]})
        assert {rule for rule, _ in alone(user("x"), files={"forms/ask.form": of_group})} == {"form_fields"}


class TestReferences:
    def test_called_processes_are_there(self) -> None:
        assert alone(call("x", "intake")) == set()
        assert alone(call("x", "=channel")) == set()
        assert alone(call("x", "ghost")) == {("called_processes", "x")}
        assert alone(call("x", "water")) == {("called_processes", "x")}
        assert alone(node("callActivity", "x")) == {("called_processes", "x")}

    def test_what_only_a_message_begins_is_not_called(self) -> None:
        heard = replace(KNOWN, processes=KNOWN.processes | {"deadline"}, heard=frozenset({"deadline"}))
        assert alone(call("x", "deadline"), known=heard) == {("called_processes", "x")}

    def test_decisions_are_in_the_bundle(self) -> None:
        assert alone(rule("x", "grade")) == set()
        assert alone(rule("x", "ghost")) == {("decisions_exist", "x")}
        assert alone(rule("x", "grade", result="")) == {("decisions_exist", "x")}
        assert alone(node("businessRuleTask", "x")) == {("decisions_exist", "x")}

    def test_the_self_test_of_a_process_is_in_the_bundle(self) -> None:
        def named(decision: str) -> str:
            return f"<bpmn:extensionElements>{properties({'selfTest': decision})}</bpmn:extensionElements>"

        assert "decisions_exist" not in {rule for rule, _ in found(start(), end(), named("grade"))}
        assert ("decisions_exist", "water") in found(start(), end(), named("ghost"))

    def test_connectors_are_known(self) -> None:
        assert alone(connector("x", "sms")) == set()
        assert alone(connector("x", "fax", "sendTask")) == {("connectors", "x")}
        assert alone(node("serviceTask", "x")) == {("connectors", "x")}
        thrown = node("intermediateThrowEvent", "x", message("m1"))
        assert alone(thrown, declared=WITHDRAW) == {("connectors", "x")}

    def test_message_templates_are_known(self) -> None:
        header = '<zeebe:taskHeaders><zeebe:header key="messageKey" value="{}"/></zeebe:taskHeaders>'
        assert alone(connector("x", "sms", zeebe=header.format("M01"))) == set()
        assert alone(connector("x", "sms", zeebe=header.format("M99"))) == {("message_keys", "x")}
        assert alone(user("x", zeebe=properties({"messageKey": "M99"}))) == {("message_keys", "x")}

    def test_events_have_names(self) -> None:
        wait = "intermediateCatchEvent"
        assert alone(node(wait, "x", message("m1")), declared=WITHDRAW) == set()
        assert alone(node(wait, "x", message("ghost"))) == {("event_names", "x")}
        assert alone(node(wait, "x")) == {("event_names", "x")}
        assert ("event_names", "stop") in found(
            start(), end("stop", "<bpmn:errorEventDefinition/>"), row("begin", "stop")
        )


class TestScriptsAndScope:
    def test_scripts_are_feel_with_a_result(self) -> None:
        assert alone(script("x", "amount + 1")) == set()
        assert ("script_tasks", "x") in alone(script("x", "1", result=""))
        assert ("script_tasks", "x") in alone(node("scriptTask", "x", "<bpmn:script>import os</bpmn:script>"))

    def test_mappings_and_listeners_are_refused(self) -> None:
        mapping = '<zeebe:ioMapping><zeebe:input source="=a" target="b"/></zeebe:ioMapping>'
        assert alone(user("x", zeebe=mapping)) == {("one_scope", "x")}
        assert alone(user("x", zeebe="<zeebe:executionListeners/>")) == {("one_scope", "x")}

    def test_a_multi_instance_activity_names_its_list(self) -> None:
        def many(settings: str) -> str:
            inside = f"<bpmn:extensionElements><zeebe:loopCharacteristics {settings}/></bpmn:extensionElements>"
            return user("x", f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>")

        assert alone(many('inputCollection="=members" inputElement="member"')) == set()
        assert alone(many("")) == {("multi_instance", "x")}
        assert alone(many('inputCollection="=members" outputCollection="answers"')) == {("multi_instance", "x")}


class TestTimers:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("PT24H", "timeDuration"),
            ("P1M", "timeDuration"),
            ('=duration("PT10S")', "timeDuration"),
            ('=if amount > 3 then duration("P1D") else duration("P2D")', "timeDuration"),
            ('=acceptedAt + duration("P7D")', "timeDate"),
            ('=now() + duration("PT1S")', "timeDate"),
            ("2026-11-22T08:00:00+08:00", "timeDate"),
        ],
    )
    def test_good_timers(self, text: str, kind: str) -> None:
        assert alone(node("intermediateCatchEvent", "x", timer(text, kind))) == set()

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("", "timeDuration"),
            ("PT9S", "timeDuration"),
            ("-PT1H", "timeDuration"),
            ('="PT24H"', "timeDuration"),
            ("=24", "timeDuration"),
            ('=duration("P1D")', "timeDate"),
            ("2026-02-30T08:00:00+08:00", "timeDate"),
        ],
    )
    def test_bad_timers(self, text: str, kind: str) -> None:
        assert ("timers", "x") in alone(node("intermediateCatchEvent", "x", timer(text, kind)))

    def test_a_cycle_that_fires_too_often_is_refused(self) -> None:
        def repeating(text: str) -> set[tuple[str, str]]:
            event = boundary("b", "a", timer(text, "timeCycle"), interrupting=False)
            return around(event, row("a", "done"), row("b", "done"))

        assert repeating("R/P30D") == set()
        assert repeating("R3/PT1S") == {("timers", "b")}
        assert repeating("every day") == {("timers", "b")}


class TestExpressions:
    def test_expressions_that_are_no_feel_are_told_with_their_place(self) -> None:
        gateway, ends = choose("g", default="g_done"), (end("no"), row("a", "g"), flow("g", "done", name="否"))
        problems = lint_of(start(), user("a"), gateway, *ends, flow("g", "no", "=amount >"), end(), row("begin", "a"))
        assert [(p.rule, p.element_id) for p in problems] == [("expressions_compile", "g_no")]
        assert "流向条件“amount >”有错误" in problems[0].message

    @pytest.mark.parametrize(
        "element",
        [
            script("x", "1 +"),
            user("x", form="=1 +"),
            user("x", zeebe='<zeebe:taskSchedule dueDate="=1 +"/>'),
            user("x", zeebe=properties({"region": "=(1"})),
            connector("x", "sms", zeebe='<zeebe:taskHeaders><zeebe:header key="to" value="=["/></zeebe:taskHeaders>'),
            node("intermediateCatchEvent", "x", timer("=duration(")),
        ],
    )
    def test_all_places_of_expressions_are_looked_at(self, element: str) -> None:
        assert alone(element) == {("expressions_compile", "x")}

    def test_expressions_in_forms_are_told_at_the_field_of_the_form(self) -> None:
        broken = written(field("a", hide="=1 +"), field("b", hide="=ghost"), form_id="ask")
        problems = lint_of(start(), user("x"), end(), row("begin", "x", "done"), files={"forms/ask.form": broken})
        assert [(p.rule, p.file, p.element_id) for p in problems] == [
            ("expressions_compile", "forms/ask.form", "a"),
            ("declared_names", "forms/ask.form", "b"),
        ]

    def test_names_are_declared_by_somebody(self) -> None:
        assert alone(script("x", "amount + ghost")) == {("declared_names", "x")}
        assert alone(script("x", "caseNo")) == set()
        known = replace(KNOWN, variables=KNOWN.variables | {"ghost"})
        assert alone(script("x", "amount + ghost"), known=known) == set()

    def test_results_lists_and_what_messages_bring_are_declared(self) -> None:
        said = properties({"declares": "answer, reason"})
        parts = (script("s", "1", "total"), rule("d", "grade", "verdict"), user("u", zeebe=said))
        reading = script("x", "[total, verdict, answer, reason]")
        assert around(*parts, reading, row("a", "s", "d", "u", "x", "done")) == set()

    def test_items_and_counters_are_known_inside_a_multi_instance_sub_process_only(self) -> None:
        marker = (
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
            'inputCollection="=members" inputElement="member"/></bpmn:extensionElements>'
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
        inside = (start("s"), script("i", "[member, loopCounter]"), end("e"), row("s", "i", "e"))
        part = node("subProcess", "part", marker, *inside)
        assert around(part, script("o", "1"), row("a", "part", "o", "done")) == set()
        assert around(part, script("o", "member"), row("a", "part", "o", "done")) == {("declared_names", "o")}

    def test_inputs_of_decisions_are_declared(self) -> None:
        asked = written(field("other"), form_id="ask")
        assert alone(rule("x", "grade"), files={"forms/ask.form": asked}) == {("declared_names", "x")}


class TestDrawing:
    def test_what_is_not_drawn_is_warned_of(self) -> None:
        problems = lint_of(start(), end(), row("begin", "done"), shapes=False)
        assert {(p.rule, p.element_id, p.severity) for p in problems} == {
            ("drawn", "begin", "warning"),
            ("drawn", "done", "warning"),
            ("drawn", "begin_done", "warning"),
        }

    def test_a_process_of_more_than_25_elements_is_to_be_cut(self) -> None:
        names = [f"s{number}" for number in range(24)]

        def sentences(*more: str) -> list[str]:
            steps = [script(name, "1") for name in names]
            problems = lint_of(start(), *steps, end(), row("begin", *names), *more)
            return [p.message for p in problems if (p.rule, p.severity) == ("readable_size", "warning")]

        [sentence] = sentences(row("s23", "done"))
        assert "有 26 个元素，超过 25 个" in sentence
        assert "另画成一个流程，用调用活动引用" in sentence
        names.pop()
        assert sentences(row("s22", "done")) == []
        inside = (start("si"), end("ei"), row("si", "ei"))
        assert "有 28 个元素" in sentences(node("subProcess", "part", *inside), row("s22", "part", "done"))[0]

    def test_events_at_a_step_and_for_the_whole_case_do_not_make_a_process_large(self) -> None:
        names = [f"s{number}" for number in range(23)]
        inside = (start("si"), end("ei"), row("si", "ei"))
        beside = (
            boundary("late", "s0", timer("PT1H")),
            row("late", "s1"),
            node("subProcess", "urged", *inside, triggeredByEvent="true"),
        )
        way = (start(), *(script(name, "1") for name in names), end(), row("begin", *names, "done"))
        assert "readable_size" not in {rule for rule, _ in found(*way, *beside)}


def test_nothing_in_an_upload_makes_lint_fall_over() -> None:
    odd = draw('<bpmn:sequenceFlow id="f"/>', node("boundaryEvent", "b"), node("subProcess", "p"), lanes="")
    assert odd
    assert lint_of('<bpmn:sequenceFlow id="f"/>', node("boundaryEvent", "b"), node("subProcess", "p"), lanes="")


class TestWhoBegins:
    """A process that is no service names who begins it, and when."""

    def began(self, begin: str, begun_by: str = "", *middle: str, **settings: object) -> set[tuple[str, str]]:
        named = properties({"begunBy": begun_by})
        said = f"<bpmn:extensionElements>{named}</bpmn:extensionElements>" if begun_by else ""
        line = row("begin", "a", "done") if not middle else ""
        problems = found(said, begin, user("a"), end(), line, *middle, **settings)
        return {one for one in problems if one[0] == "who_begins"}

    def test_who_is_named_exists(self) -> None:
        assert self.began(start(), "citizen, county_office") == set()
        assert self.began(start(), "county_nobody") == {("who_begins", "begin")}

    def test_a_form_at_the_start_is_asked_of_somebody(self) -> None:
        asks = node("startEvent", "begin", zeebe='<zeebe:formDefinition formId="ask"/>')
        assert self.began(asks, "citizen") == set()
        assert self.began(asks) == {("who_begins", "begin")}

    def test_what_a_message_or_an_application_begins_nobody_begins(self) -> None:
        heard = start("begin", message("m1"))
        assert self.began(heard) == set()
        assert self.began(heard, "citizen", declared=WITHDRAW) == {("who_begins", "begin")}
        applied = (call("enter", "intake"), row("begin", "a", "enter", "done"))
        assert self.began(start(), "citizen", *applied) == {("who_begins", "begin")}

    def test_the_moments_of_a_start_are_known_beforehand(self) -> None:
        assert self.began(start("begin", timer("R/2026-01-02T09:00:00+08:00/P1M", "timeCycle"))) == set()
        assert self.began(start("begin", timer("2026-12-24T08:00:00+08:00", "timeDate"))) == set()
        for value, kind in (("R/P1M", "timeCycle"), ("=acceptedAt", "timeDate")):
            assert self.began(start("begin", timer(value, kind))) == {("who_begins", "begin")}

    def test_the_clock_begins_in_each_region_of_the_levels_from_county_up_and_nowhere_else(self) -> None:
        each = [timer("R/2026-01-02T09:00:00+08:00/P1M", "timeCycle")]
        said = {("who_begins", "begin")}
        places = (("prefecture", set()), ("county,province", set()), ("village", said), ("county,village", said))
        for place, wrong in places:
            begin = node("startEvent", "begin", *each, zeebe=properties({"startsPer": place}))
            assert self.began(begin) == wrong


class TestSenders:
    @pytest.mark.parametrize(
        ("sent_by", "wrong"), [("county_office, citizen", 0), ("nobody", 1), ("", 1), ("county_office nobody", 1)]
    )
    def test_whoever_may_send_a_message_is_a_post_that_there_is(self, sent_by: str, wrong: int) -> None:
        waits = node("intermediateCatchEvent", "heard", message("m1"), zeebe=properties({"sentBy": sent_by}))
        problems = lint_of(start(), waits, end(), row("begin", "heard", "done"), declared=WITHDRAW)
        assert len([problem for problem in problems if problem.rule == "senders"]) == wrong
