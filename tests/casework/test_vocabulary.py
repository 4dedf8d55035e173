"""What a diagram may refer to: companions, which only a message begins, are known but not to be called."""

from engine.casework import vocabulary
from engine.language import bundle
from tests.casework import content


def test_processes_that_only_a_message_begins_are_told_apart() -> None:
    shipped = content.shipped()
    around = vocabulary.in_folder({path: shipped[path] for path in shipped})
    water = bundle.read(bundle.collect("water", shipped))
    known = vocabulary.vocabulary(frozenset(), water, around)
    assert {"deadline", "supervise", "rating"} <= known.heard <= known.processes
    assert not {"water", "intake", "correction"} & known.heard
