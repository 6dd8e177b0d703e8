"""Functions on terms of time: working days, deadlines, now and today, all by the given calendar and clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from processes.expressions.budget import Env
from processes.expressions.builtins.registry import Registry
from processes.expressions.errors import FeelError
from processes.text import T

if TYPE_CHECKING:
    from processes.workdays import Calendar

BEIJING = timezone(timedelta(hours=8))
DAYS_LIMIT = 100_000


def register(add: Registry) -> None:
    add.add("now()", lambda env: env.now.astimezone(BEIJING))
    add.add("today()", lambda env: env.now.astimezone(BEIJING).date())
    add.add("is working day(date: d)", lambda env, d: _calendar(env).is_working_day(_day(d)))
    add.add("next working day(date: d)", lambda env, d: _calendar(env).next_working_day(_day(d)))
    add.add("add working days(date: d, days: i)", _add)
    add.add("working days between(start: d, end: d)", _between)
    add.add("deadline(from: d, amount: i, unit: s)", _deadline)
    add.add("deadline(from: d, term: c)", _deadline_of)
    add.add("end of day(date: d)", _end)


def _calendar(env: Env) -> Calendar:
    if env.calendar is None:
        raise FeelError(T("没有工作日历，算不出工作日"))
    env.spend(20)
    return env.calendar


def _day(value: date) -> date:
    """The Beijing day of a date or moment."""
    if not isinstance(value, datetime):
        return value
    return value.date() if value.tzinfo is None else value.astimezone(BEIJING).date()


def _amount(value: int) -> int:
    if abs(value) > DAYS_LIMIT:
        raise FeelError(T("天数太大"))
    return value


def _add(env: Env, start: date, days: int) -> date:
    return _calendar(env).add_working_days(_day(start), _amount(days))


def _between(env: Env, start: date, end: date) -> Decimal:
    return Decimal(_calendar(env).working_days_between(_day(start), _day(end)))


def _deadline(env: Env, start: date, amount: int, unit: str) -> date:
    """The last day of a term; the first day is not counted."""
    from processes.workdays import Unit, deadline

    if unit not in Unit.__members__:
        raise FeelError(T("期限的单位要是 WD、CD 或 MO"))
    return deadline(_day(start), _amount(amount), Unit[unit], _calendar(env))


def _deadline_of(env: Env, start: date, term: dict[str, Any]) -> date:
    """A term is `{amount: 7, unit: "WD"}`, as a locality's rule table gives it."""
    amount, unit = term.get("amount"), term.get("unit")
    if type(amount) not in (int, Decimal) or amount != int(amount) or type(unit) is not str:  # type: ignore[arg-type]
        raise FeelError(T("期限要有 amount 和 unit"))
    return _deadline(env, start, int(amount), unit)


def _end(env: Env, value: date) -> datetime:
    from processes.workdays import end_of

    return end_of(_day(value)).astimezone(BEIJING)
