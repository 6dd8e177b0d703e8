"""How points and ranges lie to each other, after Allen; and ranges from text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from processes.expressions.budget import Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.errors import FeelError
from processes.expressions.ranges import Range
from processes.expressions.values import equal, order
from processes.text import T

Relation = Callable[[Range, Range], bool]


def register(add: Registry) -> None:
    for name, relation in _RELATIONS.items():
        names = ("point1", "point2"), ("point", "range"), ("range", "point"), ("range1", "range2")
        for first, second in _ALLOWED[name]:
            pair = names[first + first + second]
            add.add(f"{name}({pair[0]}: a, {pair[1]}: a)", _relation(relation, bool(first), bool(second)))
    add.add("range(from: s)", _range)


def _relation(relation: Relation, first: bool, second: bool) -> Callable[[Env, Any, Any], bool]:
    def body(env: Env, a: Any, b: Any) -> bool:
        if (type(a) is Range) is not first or (type(b) is Range) is not second or a is None or b is None:
            raise FeelError(T("这里要的是区间或可以比较的值"))
        return relation(_as_range(a), _as_range(b))

    return body


def _as_range(value: Any) -> Range:
    return value if type(value) is Range else Range(value, value)


def compare(a: Any, b: Any) -> int:
    found = order(a, b)
    if found is None:
        raise FeelError(T("两个值不能比较大小"))
    return found


def _high_low(a: Range, b: Range) -> int:
    """Where a's end lies to b's start; an open side has none and reaches past everything."""
    if a.missing_high or b.missing_low:
        return 1
    return compare(a.high, b.low)


def _before(a: Range, b: Range) -> bool:
    found = _high_low(a, b)
    return found < 0 or (found == 0 and not (a.high_closed and b.low_closed))


def _meets(a: Range, b: Range) -> bool:
    if a.missing_high or b.missing_low:
        return False
    return a.high_closed and b.low_closed and compare(a.high, b.low) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _lows(a: Range, b: Range) -> int:
    """Order of the starts: -1 when a starts earlier."""
    if a.missing_low or b.missing_low:
        return b.missing_low - a.missing_low
    found = compare(a.low, b.low)
    return found or b.low_closed - a.low_closed


def _highs(a: Range, b: Range) -> int:
    """Order of the ends: -1 when a ends earlier."""
    if a.missing_high or b.missing_high:
        return a.missing_high - b.missing_high
    found = compare(a.high, b.high)
    return found or a.high_closed - b.high_closed


def _overlaps_before(a: Range, b: Range) -> bool:
    return _lows(a, b) < 0 and _overlaps(a, b) and _highs(a, b) <= 0


def _finishes(a: Range, b: Range) -> bool:
    return _highs(a, b) == 0 and _lows(a, b) >= 0


def _includes(a: Range, b: Range) -> bool:
    return _lows(a, b) <= 0 and _highs(a, b) >= 0


def _starts(a: Range, b: Range) -> bool:
    return _lows(a, b) == 0 and _highs(a, b) <= 0


def _coincides(a: Range, b: Range) -> bool:
    return _lows(a, b) == 0 and _highs(a, b) == 0


def _turned(relation: Relation) -> Relation:
    return lambda a, b: relation(b, a)


_RELATIONS: dict[str, Relation] = {
    "before": _before,
    "after": _turned(_before),
    "meets": _meets,
    "met by": _turned(_meets),
    "overlaps": _overlaps,
    "overlaps before": _overlaps_before,
    "overlaps after": _turned(_overlaps_before),
    "finishes": _finishes,
    "finished by": _turned(_finishes),
    "includes": _includes,
    "during": _turned(_includes),
    "starts": _starts,
    "started by": _turned(_starts),
    "coincides": _coincides,
}
_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES = (0, 0), (0, 1), (1, 0), (1, 1)
_ALLOWED: dict[str, tuple[tuple[int, int], ...]] = {
    "before": (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES),
    "after": (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES),
    "meets": (_RANGES,),
    "met by": (_RANGES,),
    "overlaps": (_RANGES,),
    "overlaps before": (_RANGES,),
    "overlaps after": (_RANGES,),
    "finishes": (_POINT_RANGE, _RANGES),
    "finished by": (_RANGE_POINT, _RANGES),
    "includes": (_RANGE_POINT, _RANGES),
    "during": (_POINT_RANGE, _RANGES),
    "starts": (_POINT_RANGE, _RANGES),
    "started by": (_RANGE_POINT, _RANGES),
    "coincides": (_POINTS, _RANGES),
}


def _range(env: Env, text: str) -> Range:
    """`[1..3]`, with literal ends only."""
    from processes.expressions.literals import range_literal

    found = range_literal(text)
    if found is None or equal(found, found, env) is not True:
        raise FeelError(T("“{text}”不是区间", text=text[:40]))
    return found
