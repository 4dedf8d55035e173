"""Which branches run beside each other, and what that means for a token that is sent elsewhere.

The random walks hold the machine against `blocks.Account`, which knows nothing of tokens, flows or regions.
"""

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.workflow.dominators import dominators
from engine.workflow.regions import Chart
from tests.workflow.blocks import ITEMS, SECTIONS, SIDE, Account, Block, Builder
from tests.workflow.stage import Stage

# dominators and forks


def reached(flows: dict[str, list[str]], without: str) -> set[str]:
    found, ahead = {"0"} - {without}, ["0"] if without != "0" else []
    while ahead:
        for node in flows[ahead.pop()]:
            if node not in found and node != without:
                found.add(node)
                ahead.append(node)
    return found


@given(some.integers(2, 9).flatmap(lambda n: some.lists(
    some.lists(some.integers(0, n - 1).map(str), max_size=3), min_size=n, max_size=n)))  # fmt: skip
def test_a_node_is_dominated_by_what_no_way_leads_round(drawn: list[list[str]]) -> None:
    flows = {str(node): following for node, following in enumerate(drawn)}
    nearest = dominators("0", flows)
    for node in reached(flows, "none") - {"0"}:
        above, chain = node, set()
        while above != "0":
            above = nearest[above]
            chain.add(above)
        assert chain == {other for other in flows if other != node and node not in reached(flows, other)}


def chart(*ways: str, gathering: str = "", **splits: list[list[str]]) -> Chart:
    flows: dict[str, list[str]] = {}
    for way in ways:
        for first, second in zip(way.split(), way.split()[1:], strict=False):
            flows.setdefault(first, []).append(second)
    return Chart("s", flows, splits, gathering=gathering.split())


def test_a_section_ends_where_all_of_its_branches_are_gathered() -> None:
    drawn = chart("s f a j z", "f b j", f=[["a"], ["b"]], gathering="j")
    (fork,) = drawn.forks
    assert (fork.join, fork.clean) == ("j", True)
    assert fork.branches == {"a": {0}, "b": {1}}


def test_a_section_with_a_way_out_to_an_end_still_knows_its_branches() -> None:
    drawn = chart("s f a x j z", "x refused", "f b j", f=[["a"], ["b"]], gathering="j")
    (fork,) = drawn.forks
    assert fork.join is None and fork.clean
    assert fork.branches["x"] == {0} and fork.branches["b"] == {1}
    assert fork.branches["j"] == fork.branches["z"] == {0, 1}


def test_branches_that_meet_without_being_gathered_are_not_clean() -> None:
    drawn = chart("s f a m z", "f b m", f=[["a"], ["b"]])
    assert not drawn.forks[0].clean
    assert drawn.back("z", "a", "a") is None
    assert [fork.node for fork in drawn.back("z", "s", "s").crossed] == ["f"]  # type: ignore[union-attr]


def test_a_loop_around_a_section_does_not_make_its_fork_part_of_it() -> None:
    drawn = chart("s m f a j x e", "f b j", "x m", f=[["a"], ["b"]], gathering="j")
    assert set(drawn.forks[0].branches) == {"a", "b"}
    assert [fork.node for fork in drawn.back("a", "s", "s").crossed] == ["f"]  # type: ignore[union-attr]


def test_a_partial_join_waits_for_the_branches_that_are_through() -> None:
    drawn = chart("s f a j d k z", "f b j", "f c k", f=[["a"], ["b"], ["c"]], gathering="j k")
    move = drawn.back("d", "a", "a")
    assert move is not None and move.gathers == {("j", "b")}
    move = drawn.back("z", "a", "a")
    assert move is not None and move.gathers == {("j", "b"), ("k", "c")}


# random walks


class Walk:
    """A machine and an account of the same blocks, moved by the same acts."""

    def __init__(self, seed: int) -> None:
        self.builder, self.random = Builder(seed), Random(seed)
        self.blocks = {block.id: block for block in self.builder.root.walk()}
        self.tasks = [block.id for block in self.builder.root.tasks()]
        self.stage = Stage(*self.builder.processes(), **ITEMS, **self.choices(free=True))
        self.account = Account(self.builder.root, self.stage.variables)

    def choices(self, *, free: bool) -> dict[str, Any]:
        asked = ("choice", "inclusive", "loop", "stop")
        return {block.id: self.choice(block, free) for block in self.blocks.values() if block.kind in asked}

    def choice(self, block: Block, free: bool) -> Any:
        if block.kind == "choice":
            return self.random.randrange(2)
        if block.kind == "inclusive":
            return self.random.sample([0, 1, 2], self.random.choice((1, 2, 3)))
        return free and self.random.random() < (0.4 if block.kind == "loop" else 0.1)

    def act(self, *, free: bool = True) -> None:
        """One random act. `free`: it may also send back, go round once more, or stop."""
        self.stage.variables.update(self.choices(free=free))
        chance, waiting = self.random.random(), self.waiting()
        if chance < 0.1 and self.stage.messages:
            self.stage.send(self.random.choice(self.stage.messages))
            return
        key, token = self.random.choice(sorted(waiting.items()))
        leaf = self.account.open.get(key)
        if leaf is None:  # a task beside another one
            self.stage.machine.complete(token)
        elif free and chance < 0.4:
            self.send_back(leaf, token)
        elif free and chance < 0.5:
            self.send_on(leaf, token)
        else:
            leaf.finish()
            self.stage.machine.complete(token)

    def send_back(self, leaf: Any, token: str) -> None:
        target, machine = self.random.choice(self.tasks), self.stage.machine
        legal = machine.way_back(token, target) is not None
        assert legal == leaf.back(target), f"back from {leaf.block.id} to {target}: the machine says {legal}"
        if legal:
            machine.send_back(token, target)

    def send_on(self, leaf: Any, token: str) -> None:
        target, machine = self.random.choice(self.tasks), self.stage.machine
        legal = machine.may_send_on(token, target)
        assert legal == leaf.on(target), f"on from {leaf.block.id} to {target}: the machine says {legal}"
        if legal:
            machine.send_on(token, target)

    def waiting(self) -> dict[tuple[str, tuple[str, ...]], str]:
        machine, found = self.stage.machine, {}
        for task in machine.user_tasks():
            items = machine.local(task.token)
            key = (task.element.id, tuple(str(item) for item in items.values()))
            assert key not in found or task.element.id.endswith(SIDE), f"{key} is there twice"
            found[key] = task.token
        return found

    def agrees(self) -> None:
        """No task is lost, none doubled."""
        main = {key for key in self.waiting() if not key[0].endswith(SIDE)}
        assert main == set(self.account.open)
        assert self.account.ended or not self.stage.ended

    def gathered(self) -> Counter[str]:
        told = [line.removeprefix("completed ").removesuffix(".out") for line in self.stage.told("completed")]
        return Counter(name for name in told if name in self.blocks and self.blocks[name].kind in SECTIONS)


def walk_through(seed: int) -> None:
    walk = Walk(seed)
    walk.agrees()
    for _ in range(30):
        if not walk.stage.ended:
            walk.act()
            walk.agrees()
    for _ in range(400):
        if not walk.stage.ended:
            walk.act(free=False)
            walk.agrees()
    assert walk.stage.ended and walk.account.ended, f"seed {seed}: {walk.stage.open}"
    if not walk.account.stopped:
        assert walk.gathered() == walk.account.gathered, f"seed {seed}"


@pytest.mark.parametrize("part", range(4))
def test_after_any_moves_the_machine_stands_where_the_blocks_say_and_can_finish(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        walk_through(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_the_same_for_many_more_diagrams(part: int) -> None:
    for seed in range(1000 + part * 500, 1500 + part * 500):
        walk_through(seed)
