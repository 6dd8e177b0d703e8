"""Functions on text, except those with patterns."""

from __future__ import annotations

from typing import Any

from processes.expressions.budget import Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.errors import FeelError
from processes.expressions.values import show
from processes.text import T


def register(add: Registry) -> None:
    add.add("substring(string: s, start position: p, length?: P)", _substring)
    add.add("string length(string: s)", lambda env, s: _decimal(len(s)))
    add.add("upper case(string: s)", lambda env, s: _held(env, s).upper())
    add.add("lower case(string: s)", lambda env, s: _held(env, s).lower())
    add.add(
        "substring before(string: s, match: s)",
        lambda env, s, m: _searched(env, s, m).partition(m)[0] if m and m in s else "",
    )
    add.add("substring after(string: s, match: s)", lambda env, s, m: _searched(env, s, m).partition(m)[2] if m else s)
    add.add("contains(string: s, match: s)", lambda env, s, m: m in _searched(env, s, m))
    add.add("starts with(string: s, match: s)", lambda env, s, m: _searched(env, s, m).startswith(m))
    add.add("ends with(string: s, match: s)", lambda env, s, m: _searched(env, s, m).endswith(m))
    add.add("string join(list: l, delimiter?: S)", _join)
    add.add("string(from: a)", lambda env, value: None if value is None else show(value, env))


def _decimal(number: int) -> Any:
    from decimal import Decimal

    return Decimal(number)


def _held(env: Env, text: str) -> str:
    env.hold(len(text))
    return text


def _searched(env: Env, text: str, match: str) -> str:
    env.spend((len(text) + len(match)) >> 8)
    return text


def _substring(env: Env, text: str, start: int, length: Any = None) -> str:
    """Counted from 1, negative from the end."""
    if start == 0:
        raise FeelError(T("文字的位置从 1 数起"))
    if length is not None and length < 1:
        raise FeelError(T("文字的长度至少是 1"))
    first = start - 1 if start > 0 else len(text) + start
    if not 0 <= first < len(text):
        return ""
    env.hold(len(text) - first)
    return text[first:] if length is None else text[first : first + int(min(length, len(text)))]


def _join(env: Env, parts: list[Any], delimiter: str | None = None) -> str:
    """Null elements are left out."""
    texts = [part for part in parts if part is not None]
    env.spend(1 + len(parts))
    if any(type(part) is not str for part in texts):
        raise FeelError(T("只有文字可以连接"))
    glue = delimiter or ""
    env.hold(sum(map(len, texts)) + len(glue) * max(0, len(texts) - 1))
    return glue.join(texts)
