"""Diagrams built of blocks, at random, and an independent account of what they do: steps, choices, loops, sections.

`Account` follows the blocks and knows nothing of tokens or flows; whatever the machine does must agree with it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from engine.language.diagram import Element, Event, Loop, Process
from tests.workflow import draw

Flow = tuple[str, str, str]
ITEMS = {"few": ["甲", "乙"], "more": ["丙", "丁", "戊"]}
LEAVES = ("task", "many", "stop")
SCOPES = ("sub", "call", "each")
SECTIONS = ("parallel", "inclusive")
KINDS = ("task", "task", "many", "row", "row", "choice", "loop", *SECTIONS, "parallel", *SCOPES, "stop")
SIDE = ".side"


@dataclass(eq=False)
class Block:
    """`kind`: task, many (a task for each item), row, choice, loop, parallel, inclusive, sub, call, each (a sub-process
    for each item), or stop (a choice between going on and ending all of its process). `side`: a message may begin
    another task beside this one."""

    kind: str
    id: str
    parts: list["Block"] = field(default_factory=list)
    items: str = ""
    sequential: bool = False
    side: bool = False

    def holds(self, target: str) -> bool:
        return self.id == target or any(part.holds(target) for part in self.parts)

    def tasks(self) -> Iterator["Block"]:
        if self.kind in ("task", "many"):
            yield self
        for part in self.parts:
            yield from part.tasks()

    def walk(self) -> Iterator["Block"]:
        yield self
        for part in self.parts:
            yield from part.walk()


class Builder:
    """Blocks at random, and their drawing. Every block has one node where it begins and one where it ends."""

    def __init__(self, seed: int, depth: int = 4) -> None:
        self.random, self.count = Random(seed), 0
        self.called: list[Process] = []
        self.root = self._block("row", depth, nested=False)

    def processes(self) -> list[Process]:
        drawn = self._drawn(self.root, "main")
        return [drawn, *self.called]

    # blocks

    def _block(self, kind: str, depth: int, *, nested: bool) -> Block:
        self.count += 1
        made = Block(kind, f"{kind}{self.count}")
        if kind in ("many", "each"):
            made.items, made.sequential = self.random.choice(list(ITEMS)), self.random.random() < 0.3
        # Beside a task inside a sub-process the account would have to know that the inside ends later.
        made.side = kind == "task" and not nested and self.random.random() < 0.2
        if kind not in LEAVES:
            inner = nested or kind in SCOPES
            made.parts = [self._part(kind, depth - 1, nested=inner) for _ in range(self._number(kind, depth))]
        return made

    def _number(self, kind: str, depth: int) -> int:
        numbers = {"row": (2, 3) if depth < 4 else (4,), "choice": (2,), "parallel": (2, 3), "inclusive": (3,)}
        return self.random.choice(numbers.get(kind, (1,)))

    def _part(self, kind: str, depth: int, *, nested: bool) -> Block:
        if depth <= 0:
            return self._block("task", 0, nested=nested)
        chosen = "row" if kind != "row" and self.random.random() < 0.6 else self.random.choice(KINDS)
        made = self._block(chosen, depth, nested=nested)
        if chosen != "stop":
            return made
        # A task first, so that no loop can be walked without one.
        self.count += 1
        return Block("row", f"row{self.count}", [self._block("task", 0, nested=nested), made])

    # drawing

    def _drawn(self, block: Block, name: str) -> Process:
        elements, flows = self._draw(block)
        first, last = f"{name}.start", f"{name}.end"
        flows += [(first, _entry(block), ""), (_exit(block), last, "")]
        text = ";".join(f"{a} -> {b}{f' if {condition}' if condition else ''}" for a, b, condition in flows)
        return draw.drawing(draw.start(first), *elements, draw.end(last), flows=text, id=name)

    def _draw(self, block: Block) -> tuple[list[Element], list[Flow]]:
        if block.kind == "task":
            return _task(block)
        if block.kind == "many":
            return [draw.with_loop(draw.user(block.id), _each(block))], []
        if block.kind in SCOPES:
            return [self._scope(block)], []
        drawn = [self._draw(part) for part in block.parts]
        elements = [element for inner, _ in drawn for element in inner]
        flows = [flow for _, inner in drawn for flow in inner]
        own, more = _around(block)
        return [*elements, *own], [*flows, *more]

    def _scope(self, block: Block) -> Element:
        inside = self._drawn(block.parts[0], f"{block.id}.in")
        if block.kind == "call":
            self.called.append(inside)
            return draw.call(block.id, inside.id)
        whole = draw.element("subProcess", block.id, process=inside)
        return draw.with_loop(whole, _each(block)) if block.kind == "each" else whole


def _entry(block: Block) -> str:
    if block.kind == "row":
        return _entry(block.parts[0])
    return block.id if (block.kind in LEAVES and block.kind != "stop") or block.kind in SCOPES else f"{block.id}.in"


def _exit(block: Block) -> str:
    if block.kind == "row":
        return _exit(block.parts[-1])
    return block.id if (block.kind in LEAVES and block.kind != "stop") or block.kind in SCOPES else f"{block.id}.out"


def _each(block: Block) -> Loop:
    return draw.each(block.items, f"of_{block.id}", sequential=block.sequential)


def _task(block: Block) -> tuple[list[Element], list[Flow]]:
    if not block.side:
        return [draw.user(block.id)], []
    side, event, last = f"{block.id}{SIDE}", f"{block.id}.event", f"{block.id}.last"
    heard = draw.boundary(event, block.id, "message", side, interrupting=False)
    return [draw.user(block.id), heard, draw.user(side), draw.end(last)], [(event, side, ""), (side, last, "")]


def _around(block: Block) -> tuple[list[Element], list[Flow]]:
    """The gateways of a block and the flows between its parts."""
    if block.kind == "row":
        return [], [(_exit(one), _entry(other), "") for one, other in pairwise(block.parts)]
    first, last = f"{block.id}.in", f"{block.id}.out"
    if block.kind == "stop":
        stop = draw.end(f"{block.id}.stop", event=Event("terminate"))
        ways = [(first, stop.id, block.id), (first, last, f"not({block.id})")]
        return [draw.exclusive(first), stop, draw.exclusive(last)], ways
    if block.kind == "loop":
        gate, (part,) = f"{block.id}.again", block.parts
        ways = [(first, _entry(part), ""), (_exit(part), gate, ""), (gate, first, block.id)]
        ways += [(gate, last, f"not({block.id})")]
        return [draw.exclusive(first), draw.exclusive(gate), draw.exclusive(last)], ways
    gateway = {"choice": draw.exclusive, "parallel": draw.parallel, "inclusive": draw.inclusive}[block.kind]
    conditions = {"choice": f"{block.id} = {{}}", "inclusive": f"list contains({block.id}, {{}})"}
    ways = [(_exit(part), last, "") for part in block.parts]
    for number, part in enumerate(block.parts):
        ways.append((first, _entry(part), conditions.get(block.kind, "").format(number)))
    return [gateway(first), gateway(last)], ways


# the account


@dataclass(eq=False)
class Run:
    """A block under way. `scope`: it is the whole inside of a process or sub-process."""

    block: Block
    account: "Account"
    up: "Run | None" = None
    number: int = 0
    index: int | None = None
    scope: bool = False
    inner: dict[int, "Run"] = field(default_factory=dict)
    awaited: int = 0
    dead: bool = False

    @property
    def is_leaf(self) -> bool:
        return self.block.kind == "task" or (self.up is not None and self.block is self.up.block)

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What tells this task from all others: its element, and the items of the instances around it."""
        counted = [run for run in self.around() if run.up is not None and run.index is not None]
        items = [ITEMS[run.up.block.items][run.index] for run in counted]
        return self.block.id, tuple(items)

    def around(self) -> Iterator["Run"]:
        run: Run | None = self
        while run is not None:
            yield run
            run = run.up

    def leaves(self) -> Iterator["Run"]:
        if self.is_leaf:
            yield self
        for inner in self.inner.values():
            yield from inner.leaves()

    # going on

    def start(self) -> None:
        kind, value = self.block.kind, self.account.variables.get(self.block.id)
        if self.is_leaf:
            return
        if kind in ("many", "each"):
            count = len(ITEMS[self.block.items])
            numbers = [0] if self.block.sequential else list(range(count))
        elif kind == "stop":
            self.stop() if value else self.finish()
            return
        else:
            numbers = {"choice": [value], "inclusive": value}.get(kind, [0])
            if kind == "parallel":
                numbers = list(range(len(self.block.parts)))
        self.awaited = len(numbers)
        for number in numbers:
            if not self.dead:
                self.begin(number).start()

    def begin(self, number: int) -> "Run":
        if self.block.kind in ("many", "each"):
            block = self.block if self.block.kind == "many" else self.block.parts[0]
            made = Run(block, self.account, self, number, index=number, scope=self.block.kind == "each")
        else:
            made = Run(self.block.parts[number], self.account, self, number, scope=self.block.kind in SCOPES)
        self.inner[number] = made
        return made

    def finish(self) -> None:
        if self.dead:
            return
        self.dead = True
        if self.up is None:
            self.account.ended = True
        else:
            self.up.passed(self)

    def passed(self, inner: "Run") -> None:
        """A part is through."""
        if self.dead:
            return
        del self.inner[inner.number]
        self.awaited -= 1
        kind, following = self.block.kind, inner.number + 1
        if kind == "row" and following < len(self.block.parts):
            self.awaited = 1
            self.begin(following).start()
        elif kind == "loop" and self.account.variables[self.block.id]:
            self.start()
        elif self.block.sequential and following < len(ITEMS[self.block.items]):
            self.awaited = 1
            self.begin(following).start()
        elif not self.awaited:
            self.account.gathered[self.block.id] += kind in SECTIONS
            self.finish()

    def stop(self) -> None:
        """Everything in this process or sub-process ends."""
        scope = next(run for run in self.around() if run.scope)
        for run in scope.everything():
            run.dead = True
        scope.dead, scope.inner = False, {}
        self.account.stopped = True
        scope.finish()

    def everything(self) -> Iterator["Run"]:
        yield self
        for inner in self.inner.values():
            yield from inner.everything()

    # moves

    def enter(self, target: str) -> None:
        """Begin inside, at the target; other branches of a section count as through."""
        if self.block.id == target:
            self.start()
            return
        self.awaited = 1
        self.begin(self.part_of(target)).enter(target)

    def part_of(self, target: str) -> int:
        return next(number for number, part in enumerate(self.block.parts) if part.holds(target))

    def may_enter(self, target: str, *, sections: bool) -> bool:
        """Whether a token may be put on the target from outside; `sections`: also into one branch of several."""
        block = self.block.parts[self.part_of(target)]
        while block.id != target:
            if block.kind in SCOPES or (block.kind in SECTIONS and not sections):
                return False
            block = next(part for part in block.parts if part.holds(target))
        return True

    def is_in_loop(self) -> bool:
        for run in self.around():
            if run.block.kind == "loop":
                return True
            if run.scope:
                break
        return False

    def turn(self, target: str) -> tuple["Run", "Run"] | None:
        """The innermost block that holds this and the target in different parts, and the part that holds this."""
        below = self
        for run in self.around():
            if run.block.holds(target):
                return None if run is self else (run, below)
            below = run
        return None

    def back(self, target: str) -> bool:
        """Send this task back; False when it may not go."""
        turn = self.turn(target)
        if turn is None:
            return False
        run, below = turn
        forward = run.block.kind != "row" or run.part_of(target) > below.number
        legal = run.block.kind in ("row", "choice") and run.may_enter(target, sections=True)
        if not legal or (forward and not run.is_in_loop()):
            return False
        run.replace(below, target)
        return True

    def on(self, target: str) -> bool:
        """Complete this task and go straight on; False when it may not."""
        turn = self.turn(target)
        if turn is None or self.index is not None:
            return False
        run, below = turn
        left = list(self.around())[: list(self.around()).index(run)]
        if any(one.scope for one in left) or any(len(one.inner) > 1 for one in left):
            return False
        backward = run.block.kind != "row" or run.part_of(target) < below.number
        legal = run.block.kind in ("row", "choice") and run.may_enter(target, sections=False)
        if not legal or (backward and not run.is_in_loop()):
            return False
        run.replace(below, target)
        return True

    def replace(self, below: "Run", target: str) -> None:
        for run in below.everything():
            run.dead = True
        self.inner, self.awaited = {}, 1
        self.begin(self.part_of(target)).enter(target)


class Account:
    """What a process of blocks does. `gathered`: how often each section was gathered; `stopped`: a stop was reached,
    behind which nobody can say what other branches would still have done in the same moment."""

    def __init__(self, root: Block, variables: dict[str, Any]) -> None:
        self.variables = variables
        self.ended = self.stopped = False
        self.gathered: Counter[str] = Counter()
        self.root = Run(root, self, scope=True)
        self.root.start()

    @property
    def open(self) -> dict[tuple[str, tuple[str, ...]], Run]:
        return {} if self.ended else {leaf.key: leaf for leaf in self.root.leaves()}
