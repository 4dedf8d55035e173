"""Dominators of a graph: the nodes through which every way from its root to another must lead."""

from collections.abc import Mapping, Sequence


def dominators(root: str, flows: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The immediate dominator of every node that the root leads to, the root's own left out.

    Cooper, Harvey and Kennedy: walk in reverse postorder until nothing changes.
    """
    order = _postorder(root, flows)
    number = {node: position for position, node in enumerate(order)}
    before: dict[str, list[str]] = {node: [] for node in order}
    for node in order:
        for following in flows.get(node, ()):
            before[following].append(node)
    found = {root: root}

    def meet(one: str, other: str) -> str:
        while one != other:
            while number[one] < number[other]:
                one = found[one]
            while number[other] < number[one]:
                other = found[other]
        return one

    changed = True
    while changed:
        changed = False
        for node in reversed(order[:-1]):
            known = [other for other in before[node] if other in found]
            nearest = known[0]
            for other in known[1:]:
                nearest = meet(nearest, other)
            if found.get(node) != nearest:
                found[node], changed = nearest, True
    del found[root]
    return found


def _postorder(root: str, flows: Mapping[str, Sequence[str]]) -> list[str]:
    order, seen, ahead = [], {root}, [(root, iter(flows.get(root, ())))]
    while ahead:
        node, following = ahead[-1]
        fresh = next((other for other in following if other not in seen), None)
        if fresh is None:
            order.append(node)
            ahead.pop()
        else:
            seen.add(fresh)
            ahead.append((fresh, iter(flows.get(fresh, ()))))
    return order
