"""The names that logic sees: what comes from an imported file stands in a context under the name of the import.

The rule: nobody's context is changed; whoever adds to one gets a copy.
"""

from collections.abc import Mapping

from engine.language.feel import Value


def put(scope: dict[str, Value], alias: str, name: str, value: Value) -> None:
    """Make a value known in `scope`; `alias`: the import it comes from, "" = none that needs a name."""
    if not alias:
        scope[name] = value
        return
    within = scope.get(alias)
    scope[alias] = {**(within if isinstance(within, dict) else {}), name: value}


def inside(scope: dict[str, Value], alias: str) -> dict[str, Value]:
    """What an imported file sees of `scope`; all of it, if the import has no name."""
    within = scope.get(alias) if alias else scope
    return within if isinstance(within, dict) else {}


def at_path(scope: Value, name: str) -> Value:
    """The value of that name; that of `lib.rate` may also stand as `rate` inside `lib`."""
    if not isinstance(scope, dict) or name in scope:
        return scope[name] if isinstance(scope, dict) else None
    first, dot, rest = name.partition(".")
    return at_path(scope.get(first), rest) if dot else None


def nested(arguments: Mapping[str, Value]) -> dict[str, Value]:
    """Arguments as a body sees them: that of a parameter called `Person.Name` is found by that path."""
    seen = dict(arguments)
    for name, value in arguments.items():
        if is_path(name):
            first, _, rest = name.partition(".")
            seen[first] = nested({**inside(seen, first), rest: value})
    return seen


def is_path(name: str) -> bool:
    """Whether a name leads into a context, as `Person.Name` does and `Rule 2.1` does not."""
    first, *rest = name.split(".")
    return bool(first and rest) and all(part[:1].isidentifier() for part in rest)
