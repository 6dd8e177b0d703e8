"""Regular expressions, run by RE2 so that no pattern takes long; the XPath dialect is translated first."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from processes.expressions.budget import STRING_LIMIT, Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.builtins.xpath import Unknown, translate
from processes.expressions.errors import FeelError
from processes.text import T

PATTERN_LIMIT = 1000
TEXT_LIMIT = 100_000
REFUSED = 10_000  # steps a pattern costs that could not be compiled
MEMORY_LIMIT = 1 << 19  # bytes for one compiled pattern; bounds the time of compiling as well
_GROUP = re.compile(r"\\(.)|\$([0-9]{1,2})|(\$)|(\\)")


def register(add: Registry) -> None:
    add.add("matches(input: s, pattern: s, flags?: S)", _matches)
    add.add("replace(input: s, pattern: s, replacement: s, flags?: S)", _replace)
    add.add("split(string: s, delimiter: s)", _split)
    add.add("extract(input: s, pattern: s)", _extract)


def _matches(env: Env, text: str, pattern: str, flags: str | None = None) -> bool:
    return _compiled(env, text, pattern, flags or "").search(text) is not None


def _split(env: Env, text: str, delimiter: str) -> list[str]:
    found = _compiled(env, text, delimiter, "")
    if found.search("") is not None:
        raise FeelError(T("分隔的式样不能匹配空文字"))
    parts, end = [], 0
    for each in found.finditer(text):
        env.spend(1)
        parts.append(text[end : each.start()])
        end = each.end()
    return [*parts, text[end:]]


def _extract(env: Env, text: str, pattern: str) -> list[str]:
    found = []
    for each in _compiled(env, text, pattern, "").finditer(text):
        env.spend(1)
        found.append(each.group())
    return found


def _replace(env: Env, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """`$1` in the replacement is a group; the result's size is watched while it grows."""
    flags = flags or ""
    compiled = _compiled(env, text, pattern, flags)
    if compiled.search("") is not None:
        raise FeelError(T("替换的式样不能匹配空文字"))
    template = [replacement] if "q" in flags else _template(replacement, compiled.groups)
    parts: list[str] = []
    end = size = 0
    for each in compiled.finditer(text):
        env.spend(1)
        new = "".join([part if isinstance(part, str) else each.group(part) or "" for part in template])
        size += len(new) + each.start() - end
        if size > STRING_LIMIT:
            env.hold(size)
        parts += (text[end : each.start()], new)
        end = each.end()
    env.hold(size + len(text) - end)
    return "".join([*parts, text[end:]])


def _template(replacement: str, groups: int) -> list[str | int]:
    """The replacement in pieces: text, or the number of a group."""
    parts: list[str | int] = []
    end = 0
    for found in _GROUP.finditer(replacement):
        parts.append(replacement[end : found.start()])
        escaped, group, dollar, slash = found.groups()
        if dollar or slash or (escaped is not None and escaped not in "\\$"):
            raise FeelError(T("替换文字中的 $ 或 \\ 用法不对"))
        parts += [escaped] if escaped is not None else _group(group, groups)
        end = found.end()
    return [*parts, replacement[end:]]


def _group(digits: str, groups: int) -> list[str | int]:
    """`$12` is group 12 when there is one, else group 1 and a 2."""
    if int(digits) <= groups:
        return [int(digits)]
    return [int(digits[0]) if int(digits[0]) <= groups else "", digits[1:]]


def _compiled(env: Env, text: str, pattern: str, flags: str) -> Any:
    if len(text) > TEXT_LIMIT or len(pattern) > PATTERN_LIMIT:
        raise FeelError(T("文字或式样太长，不能匹配"))
    if set(flags) - set("smixq"):
        raise FeelError(T("不认识的匹配选项“{flags}”", flags=flags))
    found = _compile(pattern, flags)
    if found is None:
        env.spend(REFUSED)
        raise FeelError(T("式样“{pattern}”不对", pattern=pattern[:80]))
    size = found.programsize
    if found not in env.patterns:
        env.patterns.add(found)
        env.spend(200 + size)
    env.spend(10 + (len(text) * size >> 7))
    return found


@lru_cache(maxsize=200)
def _compile(pattern: str, flags: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY_LIMIT
    options.literal = "q" in flags
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    try:
        if "q" not in flags:
            pattern = ("(?m)" if "m" in flags else "") + translate(pattern, "x" in flags, "s" in flags)
        return re2.compile(pattern, options)
    except (re2.error, Unknown):
        return None
