"""What many neighbours have in common, or hold between them, asked for any range of them in a few steps."""

from collections.abc import Callable, Sequence

_Combine = Callable[[int, int], int]


class Ranges:
    """A tree over numbers of which each inner node combines its two; `neutral` changes nothing."""

    __slots__ = ("_combine", "_neutral", "_nodes", "_size")

    def __init__(self, numbers: Sequence[int], combine: _Combine, neutral: int) -> None:
        self._combine, self._neutral, self._size = combine, neutral, len(numbers)
        self._nodes = [neutral] * self._size + list(numbers)
        for node in range(self._size - 1, 0, -1):
            self._nodes[node] = combine(self._nodes[2 * node], self._nodes[2 * node + 1])

    def over(self, first: int, end: int) -> int:
        """All from `first` to before `end` combined; the order of combining must not matter."""
        found, low, high = self._neutral, first + self._size, end + self._size
        while low < high:
            if low & 1:
                found = self._combine(found, self._nodes[low])
                low += 1
            if high & 1:
                high -= 1
                found = self._combine(found, self._nodes[high])
            low >>= 1
            high >>= 1
        return found
