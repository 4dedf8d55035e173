"""Files that import others: their types, input data, decisions and functions stand under the name of the import."""

import pytest

from engine.errors import Invalid
from engine.language import decisions
from tests.language.decisions.written import (
    decision,
    file,
    formula,
    function,
    imported,
    input_data,
    item,
    part,
    service,
    table,
)

LIBRARY = file(
    item("tPerson", "", part("name", "string"), part("grade", "tGrade")),
    item("tGrade", "string", allowed='"A","B"'),
    input_data("in_person", "person", "tPerson"),
    input_data("in_day", "first day", "date and time"),
    decision("d_grade", formula("person.grade"), name="grade", requires=["in_person"]),
    decision("d_greeting", formula('"Hello " + person.name'), name="greeting line", requires=["in_person"]),
    function("double", "n: number", formula("n * 2")),
    service("graded", answers=["d_grade"], data=["in_person"]),
    own="lib",
)
PERSON = {"name": "Li", "grade": "A"}


def importing(*parts: str, name: str = "lib", own: str = "x", library: bytes = LIBRARY) -> decisions.Model:
    model = decisions.read(library)
    return decisions.checked(file(imported(model.namespace, name), *parts, own=own), imports=[model])


def asks(text: str, *, name: str = "lib", **needs: list[str]) -> decisions.Model:
    return importing(decision("asked", formula(text), **needs), name=name)


class TestNamedImports:
    def test_an_imported_decision_is_seen_under_the_name_of_the_import(self) -> None:
        model = asks('lib.grade + "!"', requires=["lib#d_grade"])
        assert model.decide("asked", {"lib": {"person": PERSON}}) == "A!"

    def test_its_name_may_have_several_words_and_so_may_that_of_the_import(self) -> None:
        model = asks('my lib.greeting line + "."', requires=["lib#d_greeting"], name="my lib")
        assert model.decide("asked", {"my lib": {"person": PERSON}}) == "Hello Li."

    def test_the_trace_holds_the_imported_decision(self) -> None:
        decided = asks("lib.grade", requires=["lib#d_grade"]).evaluate("asked", {"lib": {"person": PERSON}})
        assert [(each.name, each.value) for each in decided.required] == [("grade", "A")]

    def test_imported_input_data_are_given_under_the_name_of_the_import(self) -> None:
        model = asks("lib.person.name", requires=["lib#in_person"])
        assert model.decide("asked", {"lib": {"person": PERSON}}) == "Li"
        assert model.inputs_of("asked") == ("lib",)

    def test_imported_input_data_are_fitted_to_their_types(self) -> None:
        model = asks("[lib.person, lib.first day.hour]", requires=["lib#in_person", "lib#in_day"])
        wrong = {"name": "Li", "grade": "C"}
        day = decisions.read(file(decision("day", formula('@"2026-01-02"')))).decide("day", {})
        assert model.decide("asked", {"lib": {"person": wrong, "first day": day}}) == [None, 0]

    def test_what_stands_under_no_import_is_given_to_the_only_file_that_takes_it(self) -> None:
        assert asks("lib.grade", requires=["lib#d_grade"]).decide("asked", {"person": PERSON}) == "A"
        own = importing(
            input_data("in_person", "person"),
            decision("asked", formula("lib.grade"), requires=["lib#d_grade", "in_person"]),
        )
        assert own.decide("asked", {"person": PERSON}) is None

    def test_imported_functions_are_called_by_position_and_by_name(self) -> None:
        model = asks("lib.double(2) + lib.double(n: 3)", knows=["lib#double"])
        assert model.decide("asked", {}) == 10

    def test_imported_functions_leave_imported_input_data_in_sight(self) -> None:
        model = asks(
            "lib.person.name + string(lib.double(2)) + lib.grade",
            knows=["lib#double"],
            requires=["lib#in_person", "lib#d_grade"],
        )
        assert model.decide("asked", {"lib": {"person": PERSON}}) == "Li4A"

    def test_imported_services_are_called_like_functions(self) -> None:
        model = asks("lib.graded(person: p)", knows=["lib#graded"])
        assert model.decide("asked", {"p": PERSON}) == "A"
        assert model.decide("asked", {"p": {"name": "Li", "grade": "C"}}) is None

    def test_an_invocation_may_call_an_imported_function(self) -> None:
        bound = f"<binding><parameter name='n'/>{formula('21')}</binding>"
        box = f"<invocation>{formula('lib.double')}{bound}</invocation>"
        assert importing(decision("asked", box, knows=["lib#double"])).decide("asked", {}) == 42

    def test_a_function_may_rest_on_an_imported_one(self) -> None:
        model = importing(function("four", "n: number", formula("lib.double(lib.double(n))"), knows=["lib#double"]))
        assert model.call("four", {"n": 2}) == 8

    def test_imported_types_are_known_under_the_name_of_the_import(self) -> None:
        model = importing(
            item("tTeam", "lib.tPerson", listed=True),
            input_data("in_team", "team", "tTeam"),
            decision("asked", formula("team[1].name"), requires=["in_team"]),
            decision("one", formula("team[1] instance of lib.tPerson"), requires=["in_team"]),
        )
        assert model.decide("asked", {"team": [PERSON]}) == "Li"
        assert model.decide("one", {"team": [PERSON]}) is True
        assert model.decide("asked", {"team": [{**PERSON, "grade": "C"}]}) is None

    def test_a_table_may_look_at_what_is_imported(self) -> None:
        rows = (['"A"', '"yes"'], ["-", '"no"'])
        content = table(["lib.grade"], ["answer"], *rows, policy="FIRST")
        model = importing(decision("asked", content, requires=["lib#d_grade"]))
        assert model.decide("asked", {"lib": {"person": PERSON}}) == "yes"

    def test_what_is_not_required_is_not_seen(self) -> None:
        assert asks("lib.grade").decide("asked", {}) is None
        assert asks("lib.double(2)").decide("asked", {}) is None

    def test_an_import_that_needs_no_inputs_need_not_be_given(self) -> None:
        library = file(decision("six", formula("6")), function("double", "n", formula("n * 2")), own="lib")
        asked = decision("asked", formula("lib.double(lib.six) + n"), requires=["lib#six"], knows=["lib#double"])
        model = importing(asked, library=library)
        assert model.inputs_of("asked") == ("n",)
        assert model.decide("asked", {"n": 1}) == 13


class TestServicesOfImports:
    def test_a_service_may_offer_imported_decisions(self) -> None:
        model = importing(service("s", answers=["lib#d_grade", "lib#d_greeting"], data=["lib#in_person"]))
        answer = {"grade": "A", "greeting line": "Hello Li"}
        assert model.call("s", {"lib": {"person": PERSON}}) == answer
        assert model.call("s", {"lib.person": PERSON}) == answer

    def test_imported_inputs_of_a_service_are_fitted_to_their_types(self) -> None:
        model = importing(service("s", answers=["lib#d_grade"], data=["lib#in_person"]))
        assert model.call("s", {"lib": {"person": {"name": "Li", "grade": "C"}}}) is None

    def test_an_imported_input_decision_is_given_by_the_caller(self) -> None:
        model = importing(
            decision("d_own", formula('lib.grade + "?"'), requires=["lib#d_grade"]),
            service("s", answers=["d_own"], decisions=["lib#d_grade"]),
            decision("asked", formula('s("Z")'), knows=["s"]),
        )
        assert model.decide("asked", {}) == "Z?"


class TestNestedImports:
    def nested(self) -> decisions.Model:
        """top imports mid imports lib."""
        lib = decisions.read(LIBRARY)
        mid = decisions.checked(
            file(
                imported("lib", "lib"),
                input_data("in_n", "n", "number"),
                decision("d_mid", formula("lib.grade + string(n)"), requires=["lib#d_grade", "in_n"]),
                function("quadruple", "n: number", formula("lib.double(n) * 2"), knows=["lib#double"]),
                item("tMid", "", part("who", "lib.tPerson")),
                own="mid",
            ),
            imports=[lib],
        )
        return decisions.checked(
            file(
                imported("mid", "mid"),
                input_data("in_m", "m", "mid.tMid"),
                decision("asked", formula("mid.d_mid"), requires=["mid#d_mid"]),
                decision("called", formula("mid.quadruple(2)"), knows=["mid#quadruple"]),
                decision("typed", formula("m.who.name"), requires=["in_m"]),
                decision("deep", formula("m.who instance of mid.lib.tPerson"), requires=["in_m"]),
                own="top",
            ),
            imports=[mid],
        )

    def test_inputs_of_two_levels_stand_inside_each_other(self) -> None:
        given = {"mid": {"n": 1, "lib": {"person": PERSON}}}
        assert self.nested().decide("asked", given) == "A1"

    def test_or_flat_where_nothing_else_can_be_meant(self) -> None:
        assert self.nested().decide("asked", {"n": 1, "person": PERSON}) == "A1"

    def test_inputs_of_two_levels_are_fitted_to_their_types(self) -> None:
        given = {"mid": {"n": 1, "lib": {"person": {"name": "Li", "grade": "C"}}}}
        assert self.nested().decide("asked", given) is None

    def test_functions_call_what_their_own_file_imports(self) -> None:
        assert self.nested().decide("called", {}) == 8

    def test_types_of_two_levels_are_known(self) -> None:
        model = self.nested()
        assert model.decide("typed", {"m": {"who": PERSON}}) == "Li"
        assert model.decide("deep", {"m": {"who": PERSON}}) is True
        assert model.decide("typed", {"m": {"who": {"name": "Li", "grade": "C"}}}) is None

    def test_one_file_imported_by_two_paths_has_inputs_for_each(self) -> None:
        lib = decisions.read(LIBRARY)
        both = [
            decisions.read(
                file(imported("lib", "lib"), decision("d", formula("lib.grade"), requires=["lib#d_grade"]), own=own),
                imports=[lib],
            )
            for own in ("one", "two")
        ]
        top = decisions.checked(
            file(
                imported("one", "one"),
                imported("two", "two"),
                decision("asked", formula("one.d + two.d"), requires=["one#d", "two#d"]),
            ),
            imports=both,
        )
        given = {"one": {"lib": {"person": PERSON}}, "two": {"lib": {"person": {"name": "Wu", "grade": "B"}}}}
        assert top.decide("asked", given) == "AB"


class TestTwoImportsOfOneFile:
    def test_each_name_leads_to_it_with_its_own_inputs(self) -> None:
        model = decisions.checked(
            file(
                imported("lib", "a"),
                imported("lib", "b"),
                decision(
                    "asked",
                    formula("[a.grade, b.grade, a.double(1), b.double(2), a.person.name]"),
                    requires=["lib#d_grade", "lib#in_person"],
                    knows=["lib#double"],
                ),
                decision("typed", formula("p instance of a.tPerson and p instance of b.tPerson")),
            ),
            imports=[decisions.read(LIBRARY)],
        )
        given = {"a": {"person": PERSON}, "b": {"person": {"name": "Wu", "grade": "B"}}}
        assert model.decide("asked", given) == ["A", "B", 2, 4, "Li"]
        assert model.decide("typed", {"p": PERSON}) is True
        assert model.inputs_of("asked") == ("a", "b")


class TestImportsWithoutAName:
    """DMN 1.5: what they bring is known as if it stood in the file itself."""

    def test_decisions_functions_inputs_and_types_are_known_as_they_are(self) -> None:
        model = importing(
            input_data("in_chief", "chief", "tPerson"),
            decision(
                "asked",
                formula("[grade, greeting line, person.name, double(2), chief.grade]"),
                requires=["lib#d_grade", "lib#d_greeting", "lib#in_person", "in_chief"],
                knows=["lib#double"],
            ),
            name="",
        )
        assert model.decide("asked", {"person": PERSON, "chief": PERSON}) == ["A", "Hello Li", "Li", 4, "A"]
        assert set(model.inputs_of("asked")) == {"person", "chief"}

    def test_inputs_are_fitted_to_their_types(self) -> None:
        model = asks("person", requires=["lib#in_person"], name="")
        assert model.decide("asked", {"person": {"name": "Li", "grade": "C"}}) is None

    def test_several_files_may_be_imported_without_a_name(self) -> None:
        other = decisions.read(file(decision("d_six", formula("6"), name="number six"), own="other"))
        model = decisions.checked(
            file(
                imported("lib", ""),
                imported("other", ""),
                decision("asked", formula("double(number six)"), requires=["other#d_six"], knows=["lib#double"]),
            ),
            imports=[decisions.read(LIBRARY), other],
        )
        assert model.decide("asked", {}) == 12

    def test_a_service_may_offer_what_they_bring(self) -> None:
        model = importing(service("s", answers=["lib#d_grade"], data=["lib#in_person"]), name="")
        assert model.call("s", {"person": PERSON}) == "A"


class TestRefusals:
    @pytest.mark.parametrize("needs", [{"requires": ["lib#d_no"]}, {"requires": ["lib#in_no"]}, {"knows": ["lib#no"]}])
    def test_what_an_imported_file_does_not_have_is_refused(self, needs: dict[str, list[str]]) -> None:
        with pytest.raises(Invalid) as refused:
            asks("1", **needs)
        assert "no”不在文件中" in refused.value.problems["asked"][0]

    def test_a_file_that_nobody_gives_is_refused(self) -> None:
        xml = file(imported("lib", "lib"), decision("asked", formula("lib.grade"), requires=["lib#d_grade"]))
        with pytest.raises(Invalid) as refused:
            decisions.checked(xml)
        assert any("没有找到" in line for line in refused.value.problems[""])
        assert decisions.read(xml).decide("asked", {}) is None

    def test_a_reference_into_a_file_that_is_not_imported_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            decisions.checked(file(decision("asked", formula("1"), requires=["other#d"])))
        assert "没有导入" in refused.value.problems["asked"][0]

    def test_imports_of_other_kinds_are_no_trouble(self) -> None:
        other = "<import namespace='p' name='p' importType='http://www.dmg.org/PMML-4_2'/>"
        assert decisions.checked(file(other, decision("asked", formula("1")))).decide("asked", {}) == 1
