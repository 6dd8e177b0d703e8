"""Chance against the forms: no file and no post may raise, and what is accepted is always of its type."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.expressions import Env
from processes.forms import Form
from processes.forms.fields import COMPUTED, INPUTS, LAYOUT, ROWS

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
KINDS = sorted(INPUTS | COMPUTED | LAYOUT | ROWS)
WORDS = ["a", "b", "rows", "=a", "=a +", "=1 = 1", "=today()", "{{a}}", "", "x y", "_x", "3", "date", "^a", "(?=x)"]

scalars = st.none() | st.booleans() | st.integers(-5, 10**20) | st.sampled_from(WORDS) | st.text(max_size=8)
values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.sampled_from(WORDS), v, max_size=3)
)
names = st.sampled_from(
    [
        "type", "key", "path", "label", "values", "valuesKey", "validate", "properties", "conditional", "defaultValue",
        "readonly", "subtype", "components", "expression", "multiple", "decimalDigits", "text",
    ]
)  # fmt: skip
components = st.recursive(
    st.dictionaries(names, values, max_size=6) | st.builds(lambda k, n: {"type": k, "key": n, "path": n}, st.sampled_from(KINDS), st.sampled_from(WORDS)),
    lambda c: st.builds(
        lambda k, inner, n: {"type": k, "path": n, "label": n, "components": inner},
        st.sampled_from(["group", "dynamiclist"]), st.lists(c, max_size=3), st.sampled_from(WORDS),
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(components | values, max_size=5), values)
@settings(max_examples=400, deadline=None)
def test_no_file_raises_and_what_was_read_can_be_used(found: list[Any], posted: Any) -> None:
    form, _ = Form.load("x", json.dumps({"components": found}))
    resolved = form.resolve({"a": 1, "rows": [{"value": 1}]}, Env(now=NOW))
    resolved.show()
    answers = resolved.validate(posted if isinstance(posted, dict) else {})
    assert set(answers.values) | set(answers.apart) <= set(form.keys()) | {""} | set(answers.apart)


GOOD, FINDINGS = Form.load(
    "good",
    json.dumps(
        {
            "components": [
                {"type": "textfield", "key": "t", "label": "t", "validate": {"pattern": "^a", "maxLength": 5}},
                {"type": "number", "key": "n", "label": "n", "validate": {"min": 0, "max": "=10"}, "decimalDigits": 2},
                {"type": "radio", "key": "r", "label": "r", "values": [{"value": "x"}, {"value": 1}]},
                {"type": "checklist", "key": "c", "label": "c", "values": [{"value": "x"}, {"value": "y"}]},
                {"type": "checkbox", "key": "b", "label": "b"},
                {"type": "datetime", "key": "d", "label": "d"},
                {"type": "datetime", "key": "h", "label": "h", "subtype": "time"},
                {"type": "datetime", "key": "m", "label": "m", "subtype": "datetime"},
                {"type": "filepicker", "key": "f", "label": "f", "multiple": True},
                {"type": "dynamiclist", "path": "l", "label": "l", "components": [{"type": "number", "key": "n"}]},
            ]
        }
    ),
)
TYPES: dict[str, Any] = {
    "t": str, "n": (int, Decimal), "r": (str, int), "c": list, "b": bool, "d": date, "h": time, "m": datetime,
    "f": list, "l": list,
}  # fmt: skip
raw = st.one_of(
    scalars,
    st.sampled_from(["2026-11-24", "9:30", "2026-11-24 9:30", "1.50", "x", "on", "１２", "a1", "1e9", "2026-13-01"]),
    st.decimals(allow_nan=True),
    st.lists(scalars, max_size=3),
    st.dictionaries(st.sampled_from(["n", "@", "x"]), scalars, max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["n", "@", "x"]), scalars, max_size=2), max_size=3),
)


@given(st.dictionaries(st.sampled_from([*TYPES, "z"]), raw, max_size=10))
@settings(max_examples=800, deadline=None)
def test_accepted_answers_are_always_of_their_type(posted: dict[str, Any]) -> None:
    assert FINDINGS == []
    resolved = GOOD.resolve({}, Env(now=NOW))
    answers = resolved.validate(posted)
    assert ("z" in answers.errors) == ("z" in posted)
    assert set(answers.values) == set(TYPES)
    for key, value in answers.values.items():
        assert value is None or isinstance(value, TYPES[key])
    if answers.ok and answers.values["n"] is not None:
        assert 0 <= answers.values["n"] <= 10
    resolved.show(posted, answers.errors)
    resolved.tell(posted)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*TYPES, "l[0].n", "l[1].n", "l[1]._", "l[x].n", "_csrf", "l.n"]), st.text(max_size=6)
        ),
        max_size=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_html_pairs_and_their_plain_shape_say_the_same(pairs: list[tuple[str, str]]) -> None:
    resolved = GOOD.resolve({}, Env(now=NOW))
    plain = resolved.plain(pairs)
    assert json.loads(json.dumps(plain)) == plain
    assert resolved.validate(pairs) == resolved.validate(plain)
