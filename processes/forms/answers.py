"""One posted answer to one typed value, or to the sentence that helps to put it right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from processes.expressions import FeelBudgetError, FeelSyntaxError, from_json
from processes.forms.fields import Field, Option, spoken
from processes.forms.idcard import is_idcard
from processes.text import T, Text

MAX_CHARACTERS = 20_000
MAX_DIGITS = 30
MAX_FILES = 20
BEIJING = timezone(timedelta(hours=8))

_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MOMENT = re.compile(r"(.+?)[T ]+(\d{1,2}[:：]\d{2})(:\d{2})?")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(:\d{2})?")
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,60}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{4,24}")


class Refused(Exception):
    """An answer that cannot be taken; carries the sentence for the person."""

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


def read(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> Any:
    """The typed value of a posted answer, None when nothing was said; raises Refused."""
    return _READERS[field.type](field, label, _plain_value(label, raw), options)


def _plain_value(label: str, raw: Any) -> Any:
    """FEEL values written for JSON become values; what is no value at all is refused."""
    if isinstance(raw, dict):
        try:
            return from_json(raw) if set(raw) == {"@"} and isinstance(raw["@"], str) else raw
        except (ValueError, FeelSyntaxError, FeelBudgetError) as why:
            raise Refused(T("“{label}”读不懂，请重新填写。", label=label)) from why
    if isinstance(raw, Decimal | float) and not Decimal(raw).is_finite():
        raise Refused(T("“{label}”请只写数字，例如 12 或 3.5。", label=label))
    return raw


def same(value: Any, raw: Any) -> bool:
    """True when a posted text merely repeats a value that was shown fixed."""
    return raw in (None, "", value) or str(raw) == str(value) or str(raw) == spoken(value)


def _text(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> str | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise Refused(T("“{label}”这里写文字。", label=label))
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n").strip()
    if (
        any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)
        or "\ud800" <= max(text, default="") <= "\udfff"
    ):
        raise Refused(T("“{label}”里有看不见的控制字符，请重新输入。", label=label))
    if field.type == "textfield":
        text = " ".join(text.split("\n"))
    return text or None


def _number(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> int | Decimal | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _not_too_long(label, raw)
    text = unicodedata.normalize("NFKC", str(raw)).strip() if isinstance(raw, str | Decimal | float) else "?"
    if not text:
        return None
    if len(text) > MAX_DIGITS * 2 or not _NUMBER.fullmatch(text):
        raise Refused(T("“{label}”请只写数字，例如 12 或 3.5。", label=label))
    exact = Decimal(text.replace(",", ""))
    return _not_too_long(label, int(exact) if "." not in text else exact)


def _not_too_long(label: str, number: int | Decimal) -> int | Decimal:
    if abs(number) >= 10**MAX_DIGITS:
        raise Refused(T("“{label}”的数字太长，请再看一遍。", label=label))
    return number


def _choice(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> Any:
    if raw is None or raw == "":
        return None
    for option in options:
        if raw == option.value or (isinstance(raw, str | int | Decimal) and str(raw) == str(option.value)):
            return option.value
    raise Refused(T("“{label}”请在列出的答案里选。", label=label))


def _choices(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> list[Any] | None:
    if raw is None or raw == "":
        return None
    items = raw if isinstance(raw, list) else [raw]
    if len(items) > len(options):
        raise Refused(T("“{label}”请在列出的答案里选。", label=label))
    picked = [_choice(field, label, item, options) for item in items]
    return [o.value for o in options if o.value in picked] or None


def _tick(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> bool:
    if raw in (None, "", False, "false", "off", "0"):
        return False
    if raw in (True, "true", "on", "1"):
        return True
    raise Refused(T("“{label}”只能勾选或不勾选。", label=label))


def _when(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> date | time | datetime | None:
    if raw is None or raw == "":
        return None
    if field.subtype == "time":
        return _clock(label, raw)
    return _moment(label, raw) if field.subtype == "datetime" else _day(label, raw)


def _day(label: str, raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", raw).strip()) if isinstance(raw, str) else None
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Refused(T("“{label}”请写成年-月-日，例如 2026-11-24。", label=label))


def _clock(label: str, raw: Any) -> time:
    if isinstance(raw, time):
        return raw
    found = _CLOCK.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return time(int(found[1]), int(found[2]))
    raise Refused(T("“{label}”请写成时:分，例如 14:30。", label=label))


def _moment(label: str, raw: Any) -> datetime:
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=BEIJING)
    found = _MOMENT.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if not found:
        raise Refused(T("“{label}”请写明日期和时间，例如 2026-11-24 14:30。", label=label))
    return datetime.combine(_day(label, found[1]), _clock(label, found[2]), BEIJING)


def _files(field: Field, label: str, raw: Any, options: tuple[Option, ...]) -> list[str] | None:
    if raw is None or raw == "":
        return None
    items = [i for i in (raw if isinstance(raw, list) else [raw]) if i != ""]
    if not all(isinstance(i, str) and _FILE_ID.fullmatch(i) for i in items):
        raise Refused(T("“{label}”的附件没有传上来，请重新选择文件。", label=label))
    if len(items) > (MAX_FILES if field.multiple else 1):
        raise Refused(T("“{label}”附件太多，最多 {n} 个。", label=label, n=MAX_FILES if field.multiple else 1))
    return items or None


Reader = Callable[[Field, str, Any, tuple[Option, ...]], Any]
_READERS: dict[str, Reader] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "select": _choice,
    "radio": _choice,
    "checklist": _choices,
    "checkbox": _tick,
    "datetime": _when,
    "filepicker": _files,
}


# ---- rules that judge a typed value ----


def judge(field: Field, label: str, value: Any, low: Any, high: Any) -> Text | None:
    """The sentence for a value that breaks a rule of its field, else None; bounds come evaluated."""
    if isinstance(value, str):
        return _judge_text(field, label, value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _judge_number(field, label, value, low, high)
    if isinstance(value, date | time):
        return _judge_range(label, value, low, high, T("“{label}”不能早于 {low}。", label=label, low=spoken(low)),
                            T("“{label}”不能晚于 {high}。", label=label, high=spoken(high)))  # fmt: skip
    return None


def _judge_text(field: Field, label: str, value: str) -> Text | None:
    rules = field.rules
    longest = rules.max_length if rules.max_length is not None else MAX_CHARACTERS
    if rules.min_length is not None and len(value) < rules.min_length:
        return T("“{label}”请至少写 {n} 个字，现在是 {m} 个。", label=label, n=rules.min_length, m=len(value))
    if len(value) > longest:
        return T("“{label}”最多 {n} 个字，现在多了 {m} 个。", label=label, n=longest, m=len(value) - longest)
    if field.properties.get("checksum") == "idcard" and not is_idcard(value):
        return T("“{label}”的号码对不上，请照身份证再核对一遍，共 18 位。", label=label)
    if rules.kind == "email" and not _EMAIL.fullmatch(value):
        return T("“{label}”请写成完整的邮箱地址，例如 wang@example.cn。", label=label)
    if rules.kind == "phone" and not _PHONE.fullmatch(value):
        return T("“{label}”请写完整的电话号码，例如 023-49000136。", label=label)
    if rules.pattern is not None and rules.pattern.search(value) is None:
        return T("“{label}”的写法不合要求，请照说明改写。", label=label)
    return None


def _judge_number(field: Field, label: str, value: int | Decimal, low: Any, high: Any) -> Text | None:
    digits = field.rules.digits
    if digits is not None and value != value.__round__(digits):
        if digits == 0:
            return T("“{label}”请写整数。", label=label)
        return T("“{label}”最多写 {n} 位小数。", label=label, n=digits)
    unit = field.properties.get("unit", "")
    return _judge_range(label, value, low, high, T("“{label}”不能小于 {low}{unit}。", label=label, low=low, unit=unit),
                        T("“{label}”不能大于 {high}{unit}。", label=label, high=high, unit=unit))  # fmt: skip


def _judge_range(label: str, value: Any, low: Any, high: Any, too_low: Text, too_high: Text) -> Text | None:
    try:
        if low is not None and value < low:
            return too_low
        if high is not None and value > high:
            return too_high
    except TypeError:  # a bound of another kind, or a date against a moment: the designer's slip, not the officer's
        return None
    return None


def missing(field: Field, label: str) -> Text:
    """What to say when a needed answer was not given."""
    return T(_MISSING.get(field.type, "请填写{label}。"), label=label)


_MISSING = {
    "textfield": T("请写明{label}。").msgid,
    "textarea": T("请写明{label}。").msgid,
    "number": T("请填写{label}。").msgid,
    "select": T("请选一项：{label}。").msgid,
    "radio": T("请选一项：{label}。").msgid,
    "checklist": T("请至少选一项：{label}。").msgid,
    "checkbox": T("请先看过并勾选：{label}。").msgid,
    "datetime": T("请填写{label}。").msgid,
    "filepicker": T("请附上{label}。").msgid,
}
