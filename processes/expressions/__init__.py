"""The one expression language: FEEL. Everything other rooms need of it."""

from processes.expressions.budget import FUEL, Env, Note
from processes.expressions.builtins import BUILTIN_NAMES
from processes.expressions.durations import DayTimeDuration, YearMonthDuration
from processes.expressions.errors import FeelBudgetError, FeelError, FeelNameError, FeelSyntaxError
from processes.expressions.exact import dumps, from_json, literal, loads, to_json
from processes.expressions.expression import Expression, UnaryTests, compile_expression, compile_unary
from processes.expressions.functions import Function
from processes.expressions.ranges import Range
from processes.expressions.types import Type
from processes.expressions.values import equal, kind, order

__all__ = [
    "BUILTIN_NAMES",
    "FUEL",
    "DayTimeDuration",
    "Env",
    "Expression",
    "FeelBudgetError",
    "FeelError",
    "FeelNameError",
    "FeelSyntaxError",
    "Function",
    "Note",
    "Range",
    "Type",
    "UnaryTests",
    "YearMonthDuration",
    "compile_expression",
    "compile_unary",
    "dumps",
    "equal",
    "from_json",
    "kind",
    "literal",
    "loads",
    "order",
    "to_json",
]
