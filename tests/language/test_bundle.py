"""A bundle is the files of one process version: read together, checked together, identified by their bytes."""

from pathlib import Path

import pytest

from engine.errors import Invalid, NotFound, TooLarge
from engine.language import bundle
from tests.language.decisions import written
from tests.language.drawing import call, draw, end, properties, row, rule, start, user
from tests.language.forms.writing import field
from tests.language.forms.writing import written as form

RULES = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
<decision id="grade" name="grade"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="e" typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="grade" typeRef="string"/>
<rule id="r"><inputEntry id="x"><text>-</text></inputEntry><outputEntry id="y"><text>"A"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def water(form: str = "water_take") -> bytes:
    return draw(
        start(),
        call("enter", "intake"),
        user("take", form=form),
        rule("grading", "grade"),
        end(),
        row("begin", "enter", "take", "grading", "done"),
    )


FOLDER = {
    "processes/water.bpmn": water(),
    "processes/intake.bpmn": draw(start(), end(), row("begin", "done"), process_id="intake"),
    "forms/water_take.form": form(field("inScope"), form_id="water_take"),
    "forms/water_apply.form": form(field("problem"), form_id="water_apply"),
    "forms/dibao_take.form": form(field("x"), form_id="dibao_take"),
    "rules/grade.dmn": RULES,
    "rules/deadlines.dmn": RULES.replace(b'"grade"', b'"deadlines"'),
    "rules/other.dmn": RULES.replace(b'"grade"', b'"other"'),
}


def problems_of(files: dict[str, bytes]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        bundle.read(files)
    return refusal.value.problems


def test_a_process_brings_its_forms_its_rules_and_what_every_process_needs() -> None:
    assert sorted(bundle.collect("water", FOLDER)) == [
        "forms/water_apply.form",
        "forms/water_take.form",
        "processes/water.bpmn",
        "rules/deadlines.dmn",
        "rules/grade.dmn",
    ]


def test_a_process_brings_the_table_of_its_self_test() -> None:
    named = f"<bpmn:extensionElements>{properties({'selfTest': 'other'})}</bpmn:extensionElements>"
    folder = {**FOLDER, "processes/water.bpmn": draw(start(), end(), named)}
    assert "rules/other.dmn" in bundle.collect("water", folder)


def test_a_decision_is_found_in_a_file_of_another_name() -> None:
    folder = {path: data for path, data in FOLDER.items() if path != "rules/grade.dmn"} | {"rules/all.dmn": RULES}
    assert "rules/all.dmn" in bundle.collect("water", folder)


def test_a_file_of_rules_brings_those_that_it_imports_and_is_read_with_them() -> None:
    library = written.file(written.decision("base", written.formula("2"), type="number"), own="lib")
    between = written.file(
        written.imported("lib", "lib"), written.decision("d_mid", written.formula("lib.base + 1"), name="mid",
        requires=["lib#base"], type="number"), own="mid",
    )  # fmt: skip
    grade = written.file(
        written.imported("mid", "mid"),
        written.decision("grade", written.formula("mid.mid * 2"), requires=["mid#d_mid"]),
        own="x",
    )
    folder = FOLDER | {"rules/grade.dmn": grade, "rules/between.dmn": between, "rules/library.dmn": library}
    files = bundle.collect("water", folder)
    assert {"rules/grade.dmn", "rules/between.dmn", "rules/library.dmn"} <= files.keys()
    assert "rules/other.dmn" not in files
    found = bundle.read(files)
    assert found.decisions["grade"].decide("grade", {}) == 6
    assert found.decisions["d_mid"].decide("mid", {}) == 3
    alone = {path: data for path, data in files.items() if path != "rules/library.dmn"}
    assert "没有导入" in "".join(problems_of(alone)["rules/between.dmn"])


def test_a_process_that_is_not_there_cannot_be_collected() -> None:
    with pytest.raises(NotFound):
        bundle.collect("tekun", FOLDER)


def test_a_bundle_knows_what_its_files_say() -> None:
    found = bundle.read(bundle.collect("water", FOLDER))
    assert found.process_id == found.process.id == "water"
    assert found.called == ("intake",)
    assert set(found.forms) == {"water_take", "water_apply"}
    assert set(found.decisions) == {"grade", "deadlines"}
    assert found.decisions["grade"].decide("grade", {"amount": 3}) == "A"
    assert found.diagram == FOLDER["processes/water.bpmn"]


def test_the_checksum_depends_on_paths_and_bytes_and_not_on_their_order() -> None:
    files = bundle.collect("water", FOLDER)
    backwards = dict(reversed(files.items()))
    assert bundle.checksum(files) == bundle.checksum(backwards) == bundle.read(files).checksum
    assert bundle.checksum(files) != bundle.checksum({**files, "rules/grade.dmn": RULES + b" "})
    assert bundle.checksum(files) != bundle.checksum(
        {path.replace("grade", "grades"): data for path, data in files.items()}
    )


def test_bytes_cannot_wander_between_a_path_and_a_content() -> None:
    assert bundle.checksum({"a": b"bc"}) != bundle.checksum({"ab": b"c"})
    assert bundle.checksum({"a": b"", "b": b""}) != bundle.checksum({"a": b"b"})


def test_uploaded_files_find_their_folder_by_their_kind() -> None:
    assert bundle.place("water.bpmn") == "processes/water.bpmn"
    assert bundle.place("C:\\files\\water_take.form") == "forms/water_take.form"
    assert bundle.place("rules/deadlines.dmn") == "rules/deadlines.dmn"
    assert [bundle.place(name) for name in ("x.exe", "../.bpmn", "水.bpmn", "")] == [None] * 4


@pytest.mark.parametrize(
    "path", ["water.bpmn", "processes/../water.bpmn", "forms/water.bpmn", "processes/a/water.bpmn"]
)
def test_files_outside_their_folder_are_refused(path: str) -> None:
    assert problems_of({path: water()})[path] == ["不是流程、表单或规则文件，或放错了文件夹"]


def test_a_bundle_has_exactly_one_diagram() -> None:
    assert problems_of({"forms/a.form": form(form_id="a")}) == {"": ["一个版本必须有且只有一个流程图，现有 0 个"]}
    two = {"processes/water.bpmn": water(), "processes/intake.bpmn": FOLDER["processes/intake.bpmn"]}
    assert problems_of(two) == {"": ["一个版本必须有且只有一个流程图，现有 2 个"]}


def test_problems_of_all_files_are_told_at_once() -> None:
    files = {
        "processes/water.bpmn": draw('<bpmn:choreographyTask id="dance"/>'),
        "forms/a.form": b"{",
        "forms/b.form": form({"type": "html", "id": "h"}, form_id="b"),
        "forms/c.form": form(form_id="d"),
        "rules/x.dmn": b"<!DOCTYPE x><x/>",
    }
    assert problems_of(files) == {
        "dance": ["不支持的 BPMN 元素：choreographyTask"],
        "forms/a.form": ["表单文件不是格式正确的 JSON：第 1 行有错误"],
        "forms/b.form": ["h：不支持的组件：html"],
        "forms/c.form": ["表单编号“d”与文件名不一致"],
        "rules/x.dmn": ["决策文件不能含有 DOCTYPE 声明"],
    }


def test_names_of_files_and_what_they_hold_agree() -> None:
    assert problems_of({"processes/dibao.bpmn": water()}) == {
        "water": ["流程编号“water”与文件名不一致：processes/dibao.bpmn"]
    }
    twice = {"processes/water.bpmn": water(), "rules/a.dmn": RULES, "rules/b.dmn": RULES}
    assert problems_of(twice) == {"rules/b.dmn": ["决策“grade”在另一个规则文件中已经有了"]}


def test_too_many_files_are_refused() -> None:
    with pytest.raises(TooLarge):
        bundle.read({f"forms/f{n}.form": b"" for n in range(101)})


def test_a_folder_on_disk_is_read_by_kind(tmp_path: Path) -> None:
    for path in ("processes/water.bpmn", "forms/ask.form", "forms/notes.txt", "rules/d.dmn", "rules/deep/e.dmn"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(path.encode())
    assert bundle.from_folder(tmp_path) == {
        path: path.encode() for path in ("processes/water.bpmn", "forms/ask.form", "rules/d.dmn")
    }
    assert bundle.from_folder(tmp_path / "nowhere") == {}
