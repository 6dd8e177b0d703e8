"""The functions every expression may call."""

from processes.expressions.builtins import contexts, dates, lists, numbers, patterns, spans, strings, terms
from processes.expressions.builtins.registry import Builtin, Registry

_registry = Registry()
for _module in (contexts, dates, lists, numbers, patterns, spans, strings, terms):
    _module.register(_registry)
BUILTINS: dict[str, Builtin] = _registry.functions
BUILTIN_NAMES = frozenset(BUILTINS)

__all__ = ["BUILTINS", "BUILTIN_NAMES", "Builtin"]
