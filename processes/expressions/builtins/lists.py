"""Functions on lists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from processes.expressions import arithmetic
from processes.expressions.budget import NESTING_LIMIT, Env, too_deep
from processes.expressions.builtins.registry import Registry
from processes.expressions.decimals import CONTEXT, NUMBERS, ZERO
from processes.expressions.errors import FeelError
from processes.expressions.functions import Function
from processes.expressions.values import SPANS, equal, order
from processes.text import T


def register(add: Registry) -> None:
    add.add("list contains(list: l, element: a)", lambda env, items, value: _find(env, items, value) is not None)
    add.add("count(list: l)", lambda env, items: Decimal(len(items)))
    add.add("min(list*: l)", lambda env, items: _extreme(env, items, -1))
    add.add("max(list*: l)", lambda env, items: _extreme(env, items, 1))
    add.add("sum(list*: l)", _sum)
    add.add("product(list*: l)", _product)
    add.add("mean(list*: l)", _mean)
    add.add("median(list*: l)", _median)
    add.add("stddev(list*: l)", _stddev)
    add.add("mode(list*: l)", _mode)
    add.add("all(list*: l)", lambda env, items: _junction(env, items, False))
    add.add("any(list*: l)", lambda env, items: _junction(env, items, True))
    add.add("sublist(list: l, start position: p, length?: P)", _sublist)
    add.add("append(list: l, item+: l)", lambda env, items, more: _held(env, [*items, *more]))
    add.add("concatenate(list+: l)", _concatenate)
    add.add("insert before(list: l, position: p, newItem: a)", _insert)
    add.add("remove(list: l, position: p)", _remove)
    add.add("list replace(list: l, position: p, newItem: a)", _replace)
    add.add("list replace(list: l, match: f, newItem: a)", _replace_matching)
    add.add("reverse(list: l)", lambda env, items: _held(env, items[::-1]))
    add.add("index of(list: l, match: a)", _index_of)
    add.add("union(list+: l)", lambda env, lists: _distinct(env, _concatenate(env, lists)))
    add.add("distinct values(list: l)", lambda env, items: _distinct(env, items))
    add.add("duplicate values(list: l)", lambda env, items: _duplicates(env, items))
    add.add("flatten(list: l)", _flatten)
    add.add("sort(list: l, precedes?: F)", _sort)
    add.add("is empty(list: l)", lambda env, items: not items)
    add.add("partition(list: l, size: i)", _partition)


def _held(env: Env, items: list[Any]) -> list[Any]:
    env.spend(1 + (len(items) >> 2))
    return items


def _none_of(items: list[Any]) -> None:
    if not items:
        raise FeelError(T("空列表没有结果"))


def _numbers(env: Env, items: list[Any]) -> list[Any]:
    env.spend(1 + len(items))
    if any(type(item) not in NUMBERS for item in items):
        raise FeelError(T("列表里不全是数字"))
    return items


def _total(env: Env, items: list[Any]) -> Decimal:
    total = ZERO
    for item in _numbers(env, items):
        total = CONTEXT.add(total, item)
    return total


def _sum(env: Env, items: list[Any]) -> Any:
    """Numbers or durations; null for an empty list."""
    _none_of(items)
    if type(items[0]) in NUMBERS:
        return _total(env, items)
    env.spend(1 + len(items))
    total = items[0]
    for item in items[1:]:
        total = arithmetic.add(total, item, env)
    if type(total) not in SPANS:
        raise FeelError(T("列表里不全是数字"))
    return total


def _product(env: Env, items: list[Any]) -> Decimal:
    _none_of(items)
    total = Decimal(1)
    for item in _numbers(env, items):
        total = CONTEXT.multiply(total, item)
    return total


def _extreme(env: Env, items: list[Any], wanted: int) -> Any:
    _none_of(items)
    env.spend(1 + len(items))
    best = items[0]
    for item in items:
        found = order(item, best)
        if found is None:
            raise FeelError(T("列表里的值不能比较大小"))
        best = item if found == wanted else best
    return best


def _mean(env: Env, items: list[Any]) -> Decimal:
    _none_of(items)
    return CONTEXT.divide(_total(env, items), len(items))


def _median(env: Env, items: list[Any]) -> Any:
    _none_of(items)
    ordered = sorted(_numbers(env, items))
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else CONTEXT.divide(CONTEXT.add(ordered[half - 1], ordered[half]), 2)


def _stddev(env: Env, items: list[Any]) -> Decimal:
    """Of a sample: divided by n - 1."""
    if len(items) < 2:
        raise FeelError(T("标准差至少要两个数"))
    mean = CONTEXT.divide(_total(env, items), len(items))
    squares = ZERO
    for item in items:
        squares = CONTEXT.add(squares, CONTEXT.power(CONTEXT.subtract(item, mean), 2))
    return CONTEXT.sqrt(CONTEXT.divide(squares, len(items) - 1))


def _mode(env: Env, items: list[Any]) -> list[Any]:
    counts: dict[Any, int] = {}
    for item in _numbers(env, items):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, count in counts.items() if count == most)


def _junction(env: Env, items: list[Any], decisive: bool) -> bool | None:
    env.spend(1 + len(items))
    if any(item is decisive for item in items):
        return decisive
    if any(item is not None and type(item) is not bool for item in items):
        raise FeelError(T("列表里不全是真假值"))
    return None if None in items else not decisive


def _start(items: list[Any], position: int) -> int:
    """A position counted from 1 (negative: from the end) as an index; FeelError when there is no such element."""
    if position == 0 or abs(position) > len(items):
        raise FeelError(T("列表没有第 {position} 项", position=position))
    return position - 1 if position > 0 else len(items) + position


def _sublist(env: Env, items: list[Any], position: int, length: int | None = None) -> list[Any]:
    first = _start(items, position)
    if length is not None and (length < 0 or first + length > len(items)):
        raise FeelError(T("列表没有那么多项"))
    return _held(env, items[first:] if length is None else items[first : first + length])


def _concatenate(env: Env, lists: list[Any]) -> list[Any]:
    made: list[Any] = []
    for each in lists:
        part = each if type(each) is list else [each]
        env.spend(1 + (len(part) >> 2))
        made += part
    return made


def _insert(env: Env, items: list[Any], position: int, value: Any) -> list[Any]:
    first = _start(items, position)
    return _held(env, [*items[:first], value, *items[first:]])


def _remove(env: Env, items: list[Any], position: int) -> list[Any]:
    first = _start(items, position)
    return _held(env, [*items[:first], *items[first + 1 :]])


def _replace(env: Env, items: list[Any], position: int, value: Any) -> list[Any]:
    first = _start(items, position)
    return _held(env, [*items[:first], value, *items[first + 1 :]])


def _replace_matching(env: Env, items: list[Any], match: Function, value: Any) -> list[Any]:
    env.spend(1 + len(items))
    made = []
    for item in items:
        found = match.call(env, [item, value])
        if type(found) is not bool:
            raise FeelError(T("比较函数没有回答真或假"))
        made.append(value if found else item)
    return made


def _index_of(env: Env, items: list[Any], value: Any) -> list[Any]:
    env.spend(1 + len(items))
    return [Decimal(number) for number, item in enumerate(items, 1) if equal(item, value, env) is True]


def _find(env: Env, items: list[Any], value: Any) -> int | None:
    env.spend(1 + (len(items) >> 2))
    return next((number for number, item in enumerate(items) if equal(item, value, env) is True), None)


def _key(value: Any) -> Any:
    """A hashable stand-in for simple values, so that long lists need no comparing of all with all."""
    if value is None or type(value) in NUMBERS or type(value) in (str, bool):
        return (type(value) in NUMBERS, type(value) is bool, value)
    return None


def _distinct(env: Env, items: list[Any]) -> list[Any]:
    made: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        key = _key(item)
        env.spend(3)
        if key is None:
            if _find(env, made, item) is None:
                made.append(item)
        elif key not in seen:
            seen.add(key)
            made.append(item)
    return made


def _duplicates(env: Env, items: list[Any]) -> list[Any]:
    found: list[Any] = []
    made: list[Any] = []
    for item in items:
        if _find(env, made, item) is None:
            made.append(item)
        elif _find(env, found, item) is None:
            found.append(item)
    return found


def _flatten(env: Env, items: list[Any]) -> list[Any]:
    made: list[Any] = []
    _flatten_into(env, items, made, 0)
    return made


def _flatten_into(env: Env, items: list[Any], made: list[Any], depth: int) -> None:
    if depth > NESTING_LIMIT:
        raise too_deep()
    env.spend(1 + (len(items) >> 2))
    for item in items:
        if type(item) is list:
            _flatten_into(env, item, made, depth + 1)
        else:
            made.append(item)


def _sort(env: Env, items: list[Any], precedes: Function | None = None) -> list[Any]:
    """Stable; without a function numbers, texts, dates and durations go upwards."""
    env.spend(1 + len(items))
    kinds = {type(item) for item in items}
    if precedes is None and (kinds <= NUMBERS or kinds == {str}):
        return sorted(items)
    return sorted(items, key=cmp_to_key(_before(env, precedes) if precedes else _upwards(env)))


def _before(env: Env, precedes: Function) -> Callable[[Any, Any], int]:
    def compare(a: Any, b: Any) -> int:
        env.spend(1)
        if precedes.call(env, [a, b]) is True:
            return -1
        return 1 if precedes.call(env, [b, a]) is True else 0

    return compare


def _upwards(env: Env) -> Callable[[Any, Any], int]:
    def compare(a: Any, b: Any) -> int:
        env.spend(1)
        found = order(a, b)
        if found is None:
            raise FeelError(T("列表里的值不能比较大小"))
        return found

    return compare


def _partition(env: Env, items: list[Any], size: int) -> list[Any]:
    if size < 1:
        raise FeelError(T("每份至少一项"))
    return [items[at : at + size] for at in range(0, len(_held(env, items)), size)]
