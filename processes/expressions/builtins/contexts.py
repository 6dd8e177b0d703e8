"""Functions on contexts and truth values."""

from __future__ import annotations

from typing import Any

from processes.expressions.budget import Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.errors import FeelError
from processes.text import T


def register(add: Registry) -> None:
    add.add("not(negand: a)", lambda env, value: (not value) if type(value) is bool else None)
    add.add("get value(m: c, key: s)", lambda env, m, key: m.get(key))
    add.add("get value(context: c, key: s)", lambda env, m, key: m.get(key))
    add.add("get value(m: c, keys: l)", _get_deep)
    add.add("get entries(m: c)", _entries)
    add.add("get entries(context: c)", _entries)
    add.add("context(entries: l)", _context)
    add.add("context put(context: c, key: s, value: a)", lambda env, m, key, value: _put(env, m, [key], value))
    add.add("context put(context: c, keys: l, value: a)", _put)
    add.add("context merge(contexts: l)", _merge)
    add.add("get or else(value: a, default: a)", lambda env, value, default: default if value is None else value)


def _get_deep(env: Env, value: Any, keys: list[Any]) -> Any:
    if not keys:
        return None
    for key in keys:
        value = value.get(key) if type(value) is dict and type(key) is str else None
    return value


def _entries(env: Env, value: dict[str, Any]) -> list[Any]:
    env.spend(1 + len(value))
    return [{"key": key, "value": each} for key, each in value.items()]


def _context(env: Env, entries: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    env.spend(1 + 2 * len(entries))
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry or entry["key"] in made:
            raise FeelError(T("每一项要有不重复的 key 和 value"))
        made[entry["key"]] = entry["value"]
    return made


def _put(env: Env, value: dict[str, Any], keys: list[Any], new: Any) -> dict[str, Any]:
    if not keys or any(type(key) is not str for key in keys):
        raise FeelError(T("键必须是文字"))
    env.spend(1 + len(value))
    key, rest = keys[0], keys[1:]
    if not rest:
        return {**value, key: new}
    inner = value.get(key)
    if type(inner) is not dict:
        raise FeelError(T("“{key}”不是一组值", key=key))
    return {**value, key: _put(env, inner, rest, new)}


def _merge(env: Env, parts: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part in parts:
        if type(part) is not dict:
            raise FeelError(T("只有成组的值可以合并"))
        env.spend(1 + len(part))
        made.update(part)
    return made
