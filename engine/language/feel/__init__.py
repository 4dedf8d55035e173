"""FEEL, the expression language of DMN: conditions, amounts, deadlines and the cells of decision tables.

    evaluate("申请人.年龄 >= 60 and 人均收入 < 700", {...})      once, from JSON-like values
    compile("amount > 1000", names)(context)                often, from FEEL values

Errors while evaluating give null and a warning; only wrong syntax and exceeded limits raise.
"""

from .compared_values import OPAQUE, compared
from .declared_types import ContextType, FunctionType, ListType, NamedType, RangeType, Type
from .expression import Expression, call, compile, evaluate, names_read, names_used, unary_tests
from .frame import MISSING
from .functions import NOWHERE, make_function
from .library import BUILT_IN
from .limits import FeelLimitExceeded, metered
from .notices import FeelSyntaxError, FeelWarning, collect_warnings, null_because
from .text import write
from .typing_rules import TypeTable, coerced, conforms, is_instance
from .values import Function, Range, Value, YearsMonths, kind, to_feel

__all__ = [
    "BUILT_IN",
    "MISSING",
    "NOWHERE",
    "OPAQUE",
    "ContextType",
    "Expression",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "FeelWarning",
    "Function",
    "FunctionType",
    "ListType",
    "NamedType",
    "Range",
    "RangeType",
    "Type",
    "TypeTable",
    "Value",
    "YearsMonths",
    "call",
    "coerced",
    "collect_warnings",
    "compared",
    "compile",
    "conforms",
    "evaluate",
    "is_instance",
    "kind",
    "make_function",
    "metered",
    "names_read",
    "names_used",
    "null_because",
    "to_feel",
    "unary_tests",
    "write",
]
