"""Two versions of a process are compared by what they mean."""

from engine.language import bundle, changes
from engine.language.changes import Change
from tests.casework import content

DIAGRAM = "processes/small.bpmn"


def between(old: str, new: str) -> changes.Changes:
    """The small service against itself with one text of its diagram replaced."""
    files = content.small()
    assert old in files[DIAGRAM].decode()
    changed = {**files, DIAGRAM: files[DIAGRAM].decode().replace(old, new).encode()}
    return changes.between(bundle.read(files), bundle.read(changed))


def test_a_version_is_the_same_as_itself():
    files = bundle.read(content.small())
    assert changes.between(files, files).none


def test_a_renamed_step_is_a_changed_element_and_a_changed_file():
    found = between('name="答复"', 'name="当面答复"')
    assert found.elements == (Change("changed", "sm_answer", "当面答复", ("名称（原为“答复”）",)),)
    assert found.files == (Change("changed", DIAGRAM, DIAGRAM),)
    assert found.flows == ()
    assert found.ids("changed") == ["sm_answer"]


def test_a_property_and_a_condition_are_named():
    assert between('value="INVESTIGATING"', 'value="CHECKING"').elements[0].aspects == ("属性",)
    condition = between("=good<", "=not(not(good))<")
    assert [(change.id, change.aspects) for change in condition.flows] == [("sm_good__sm_end", ("条件",))]


def test_an_empty_line_in_the_file_changes_no_element():
    found = between("<bpmn:laneSet", "\n\n<bpmn:laneSet")
    assert found.elements == ()
    assert found.flows == ()
    assert not found.none


def test_added_and_removed_elements_are_told_apart():
    found = between("sm_bad", "sm_worse")
    assert [(change.kind, change.id) for change in found.elements] == [("added", "sm_worse"), ("removed", "sm_bad")]
    assert [(change.kind, change.id) for change in found.flows] == [
        ("added", "sm_again__sm_worse"),
        ("removed", "sm_again__sm_bad"),
    ]
    assert found.ids("added") == ["sm_worse", "sm_again__sm_worse"]


def test_a_form_that_came_and_one_that_went_are_files():
    before = content.small()
    after = {path: kept for path, kept in before.items() if path != "forms/small_again.form"}
    after[DIAGRAM] = after[DIAGRAM].replace(b'"small_again"', b'"small_answer"')
    found = changes.between(bundle.read(before), bundle.read(after))
    assert Change("removed", "forms/small_again.form", "forms/small_again.form") in found.files
    assert found.elements == (Change("changed", "sm_again", "复核", ("表单",)),)
