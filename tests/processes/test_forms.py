"""Forms: what is refused at publishing, what is shown for a case, which answers are taken."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from processes.expressions import Env
from processes.findings import Finding
from processes.forms import Form
from processes.forms.idcard import check_figure, is_idcard

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def load(*components: dict[str, Any], **more: Any) -> tuple[Form, list[Finding]]:
    return Form.load("F.form.json", json.dumps({"type": "default", "components": list(components), **more}))


def form(*components: dict[str, Any]) -> Form:
    made, findings = load(*components)
    assert findings == []
    return made


def answer(made: Form, posted: Any, **data: Any) -> Any:
    return made.resolve(data, Env(now=NOW)).validate(posted)


def field(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": key, **more}


RESULT = field(
    "radio",
    "result",
    label="初审结果",
    validate={"required": True},
    values=[
        {"label": "通过", "value": "pass", "hint": "送 7 个部门联审"},
        {"label": "补正", "value": "fix"},
        {"label": "不通过", "value": "fail"},
    ],
)
REASON = field(
    "textarea",
    "reason",
    label="理由",
    validate={"required": True, "maxLength": 20},
    conditional={"hide": '=result = "pass"'},
    properties={"message": "请写明要补什么材料，社区才知道怎么补。"},
)


# ---- reading ----


def test_every_fault_comes_at_once_and_names_its_field() -> None:
    made, findings = load(
        field("textfield", "name"),
        field("textfield", "name"),
        field("rating", "stars"),
        field("number", "sum", properties={"expression": "=a +"}),
        field("textfield", "call", defaultValue="=no such function(1)"),
        field("select", "unit"),
        field("textfield", "code", validate={"pattern": "(?=a)"}),
        field("textfield", "two words"),
        field("textfield", "late", validate={"minimum": 3}),
        {"type": "group", "label": "g", "path": "deep", "components": []},
    )
    assert {(f.rule, f.element) for f in findings} == {
        ("form.duplicate", "name"),
        ("form.component", "stars"),
        ("form.expression", "sum"),
        ("form.expression", "call"),
        ("form.options", "unit"),
        ("form.pattern", "code"),
        ("form.key", "two words"),
        ("form.property", "late"),
        ("form.key", "g"),
    }
    assert made.keys()[0] == "name"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"components": 3}', '{"components": [1]}', "null", "[" * 5000])
def test_bad_content_is_a_finding_never_an_exception(text: str) -> None:
    _, findings = Form.load("x", text)
    assert findings and all(f.file == "x" for f in findings)


def test_depth_and_number_are_capped() -> None:
    deep: dict[str, Any] = field("textfield", "inner")
    for _ in range(9):
        deep = {"type": "group", "label": "g", "components": [deep]}
    assert [f.rule for f in load(deep)[1]] == ["form.limits"]
    wide = [field("textfield", f"k{n}") for n in range(301)]
    made, findings = load(*wide)
    assert [f.rule for f in findings] == ["form.limits"]
    assert len(made.keys()) == 300


def test_line_of_a_finding_is_the_line_of_the_key() -> None:
    text = '{\n "components": [\n  {"type": "rating",\n   "key": "stars"}\n ]\n}'
    assert Form.load("x", text)[1][0].line == 4


def test_keys_and_names_for_the_data_flow_check() -> None:
    made = form(
        RESULT,
        REASON,
        {"type": "group", "label": "g", "components": [field("select", "unit", valuesKey="units")]},
        {"type": "dynamiclist", "path": "rows", "components": [field("number", "n", validate={"max": "=limit"})]},
    )
    assert made.keys() == ["result", "reason", "unit", "rows"]
    assert made.columns() == {"rows": ["n"]}
    assert made.names() == {"unit": frozenset({"units"}), "n": frozenset({"limit"})}


# ---- typed values ----


@pytest.mark.parametrize(
    ("component", "raw", "value"),
    [
        (field("number", "x"), "12", 12),
        (field("number", "x"), " １２.５０ ", Decimal("12.50")),
        (field("number", "x"), "1,234,567", 1234567),
        (field("number", "x"), "-0.1", Decimal("-0.1")),
        (field("textfield", "x"), "  王芳 ", "王芳"),
        (field("textarea", "x"), "a\r\nb", "a\nb"),
        (field("checkbox", "x"), "on", True),
        (field("datetime", "x"), "2026-11-24", date(2026, 11, 24)),
        (field("datetime", "x"), "2026年3月5日", date(2026, 3, 5)),
        (field("datetime", "x", subtype="time"), "9:05", time(9, 5)),
        (field("filepicker", "x"), "17", ["17"]),
    ],
)
def test_html_text_becomes_a_typed_value(component: dict[str, Any], raw: str, value: Any) -> None:
    found = answer(form(component), [("x", raw)])
    assert found.errors == {}
    assert found.values == {"x": value}
    assert type(found.values["x"]) is type(value)


@pytest.mark.parametrize(
    ("component", "raw"),
    [
        (field("number", "x"), "1e5"),
        (field("number", "x"), "NaN"),
        (field("number", "x"), "9" * 40),
        (field("number", "x", validate={"max": 5}), "6"),
        (field("number", "x", validate={"min": "=floor"}), "2"),
        (field("number", "x", decimalDigits=0), "1.5"),
        (field("datetime", "x"), "2026-02-30"),
        (field("datetime", "x", properties={"max": "=today()"}), "2026-11-25"),
        (field("textfield", "x", validate={"minLength": 3}), "ab"),
        (field("textfield", "x", validate={"pattern": "^[A-Z]+$"}), "abc"),
        (field("textfield", "x", validate={"validationType": "phone"}), "hello"),
        (field("textfield", "x", properties={"checksum": "idcard"}), "500112197403040427"),
        (field("textfield", "x"), "a\x00b"),
        (field("textfield", "x", validate={"required": True}), "   "),
        (field("checkbox", "x", validate={"required": True}), ""),
        (field("select", "x", values=[{"label": "a", "value": "a"}]), "b"),
        (field("checklist", "x", values=[{"label": "a", "value": "a"}]), "b"),
        (field("filepicker", "x"), "../etc"),
    ],
)
def test_an_answer_that_will_not_do_is_named_with_its_label(component: dict[str, Any], raw: str) -> None:
    found = answer(form({**component, "label": "本项"}), [("x", raw)], floor=3)
    assert list(found.errors) == ["x"]
    assert "本项" in str(found.errors["x"])


def test_json_is_taken_exactly() -> None:
    made = form(field("number", "n"), field("checkbox", "b"), field("datetime", "d"), field("textfield", "t"))
    found = answer(made, {"n": Decimal("0.10"), "b": False, "d": {"@": 'date("2026-01-01")'}, "t": None})
    assert found.errors == {}
    assert found.values == {"n": Decimal("0.10"), "b": False, "d": date(2026, 1, 1), "t": None}


def test_unknown_keys_are_refused() -> None:
    assert list(answer(form(RESULT), {"result": "pass", "role": "admin"}).errors) == ["role"]


# ---- choices and visibility ----


def test_choices_come_from_the_case_and_only_they_count() -> None:
    made = form(
        field("select", "unit", valuesKey="units"),
        field("radio", "who", valuesExpression="=for p in people return {value: p.id, label: p.name}"),
    )
    data = {"units": [{"code": "U1", "name": "桂花社区"}], "people": [{"id": 7, "name": "李秀英"}]}
    good = answer(made, [("unit", "U1"), ("who", "7")], **data)
    assert good.errors == {} and good.values == {"unit": "U1", "who": 7}
    assert set(answer(made, [("unit", "U2"), ("who", "8")], **data).errors) == {"unit", "who"}


def test_visibility_follows_the_answers_above() -> None:
    made = form(RESULT, REASON)
    assert answer(made, [("result", "pass"), ("reason", "")]).values == {"result": "pass", "reason": None}
    needed = answer(made, [("result", "fix"), ("reason", "")]).errors
    assert str(needed["reason"]) == "请写明要补什么材料，社区才知道怎么补。"
    assert list(answer(made, [("result", "pass"), ("reason", "多余")]).errors) == ["reason"]
    assert answer(made, [("result", "fix"), ("reason", "缺签名")]).errors == {}


def test_an_earlier_answer_of_the_case_does_not_leak_into_a_new_round() -> None:
    made = form(RESULT, REASON)
    assert list(answer(made, [], result="fix", reason="旧").errors) == ["result", "reason"]
    shown = made.resolve({"result": "fix"}, Env(now=NOW)).show()
    assert shown[0].value is None


def test_required_only_in_some_cases() -> None:
    made = form(RESULT, field("textarea", "reason", properties={"requiredWhen": '=result != "pass"'}))
    assert answer(made, [("result", "pass")]).errors == {}
    assert list(answer(made, [("result", "fail")]).errors) == ["reason"]


def test_rule_across_fields_uses_the_words_of_the_form() -> None:
    words = "到会的不到三分之二，要另定时间再开。"
    made = form(
        field("number", "total"),
        field("number", "present", properties={"check": "=present * 3 >= total * 2", "checkMessage": words}),
    )
    assert answer(made, {"total": 45, "present": 30}).errors == {}
    assert str(answer(made, {"total": 45, "present": 29}).errors["present"]) == words


def test_words_of_a_refusal_name_the_figure_of_the_case() -> None:
    words = "最迟 {{last}}（{{params.rules}}）。"
    made = form(field("datetime", "day", subtype="date", properties={"check": "=day <= last", "checkMessage": words}))
    given = {"last": date(2026, 5, 27), "params": {"rules": "约询规则"}}
    assert str(answer(made, {"day": "2026-05-28"}, **given).errors["day"]) == "最迟 2026年5月27日（约询规则）。"
    assert answer(made, {"day": "2026-05-27"}, **given).errors == {}


def test_computed_and_fixed_fields_cannot_be_posted() -> None:
    made = form(
        field("number", "a"),
        field("number", "b"),
        {"type": "expression", "key": "sum", "expression": "=a + b"},
        field("textfield", "no", properties={"expression": "=caseNo", "readonly": "true"}),
    )
    good = answer(made, {"a": 1, "b": Decimal("0.5")}, caseNo="001")
    assert good.errors == {} and good.values == {"a": 1, "b": Decimal("0.5"), "sum": Decimal("1.5"), "no": "001"}
    assert list(answer(made, {"a": 1, "no": "002"}, caseNo="001").errors) == ["no"]


def test_defaults_are_shown_and_only_count_when_posted() -> None:
    made = form(field("textfield", "t", defaultValue="=name"), field("datetime", "d", defaultValue="=today()"))
    shown = made.resolve({"name": "李秀英"}, Env(now=NOW)).show()
    assert [s.written for s in shown] == ["李秀英", "2026-11-24"]
    assert answer(made, [("t", "")], name="李秀英").values["t"] is None


# ---- lists ----

SIGNERS = {
    "type": "dynamiclist",
    "path": "signers",
    "label": "联名人",
    "properties": {"minRows": "2", "maxRows": "3"},
    "components": [
        field("textfield", "name", label="姓名", validate={"required": True}),
        field("checkbox", "ok", label="核实"),
        field("textfield", "why", label="原因", conditional={"hide": "=ok"}),
    ],
}


def test_rows_come_by_number_and_empty_ones_are_spare_paper() -> None:
    pairs = [("signers[0].name", "甲"), ("signers[0].ok", "on"), ("signers[7].name", "乙"), ("signers[3].name", "")]
    found = answer(form(SIGNERS), pairs)
    assert found.errors == {}
    assert found.values == {
        "signers": [{"name": "甲", "ok": True, "why": None}, {"name": "乙", "ok": False, "why": None}]
    }


def test_rows_are_counted_and_errors_name_the_cell() -> None:
    few = answer(form(SIGNERS), [("signers[0].ok", "on")])
    assert set(few.errors) == {"signers", "signers[0].name"}
    many = answer(form(SIGNERS), {"signers": [{"name": str(n)} for n in range(4)]})
    assert list(many.errors) == ["signers"]
    strange = answer(form(SIGNERS), {"signers": [{"name": "a", "role": 1}, {"name": "b"}]})
    assert list(strange.errors) == ["signers[0].role"]
    assert list(answer(form(SIGNERS), {"signers": "x"}).errors) == ["signers"]


def test_a_rule_over_all_rows_is_judged_once_the_rows_themselves_fit() -> None:
    words = "同一个人只能写一次。"
    rule = {"check": "=count(distinct values(signers.name)) = count(signers)", "checkMessage": words}
    made = form({**SIGNERS, "properties": rule})
    assert answer(made, {"signers": [{"name": "甲"}, {"name": "乙"}]}).errors == {}
    twice = answer(made, {"signers": [{"name": "甲"}, {"name": "甲"}]})
    assert {key: str(said) for key, said in twice.errors.items()} == {"signers": words}
    assert list(answer(made, {"signers": [{"name": "甲"}, {"name": "甲", "role": 1}]}).errors) == ["signers[1].role"]
    assert answer(made, {"signers": []}).errors == {}


def test_only_answers_that_decide_about_other_fields_redraw_the_form() -> None:
    made = form(
        RESULT,
        REASON,
        field("datetime", "start"),
        field("datetime", "end", properties={"check": "=end > start"}),
        {
            "type": "group",
            "label": "g",
            "components": [field("checkbox", "more")],
            "conditional": {"hide": "=seats = 0"},
        },
        field("number", "seats"),
        SIGNERS,
    )
    shown = made.resolve({}, Env(now=NOW)).show()
    leading = {s.name for s in shown if s.leads} | {c.name for s in shown for row in s.rows for c in row if c.leads}
    assert leading == {"result", "seats", "signers[0].ok", "signers[1].ok"}


LAID_OUT = {
    "type": "dynamiclist",
    "path": "quota",
    "label": "名额",
    "defaultValue": "=for r in proposal return {name: r.name, seats: r.seats, keep: false}",
    "components": [
        field("textfield", "name", properties={"expression": "=proposal[i].name"}),
        field("number", "seats", validate={"required": True}),
        field("checkbox", "keep"),
    ],
}
PROPOSAL = [{"name": "甲", "seats": 3}, {"name": "乙", "seats": 0}, {"name": "丙", "seats": 1}]


def test_rows_the_case_lays_out_keep_their_places() -> None:
    made = form(LAID_OUT)
    shown = made.resolve({"proposal": PROPOSAL}, Env(now=NOW)).show()[0]
    assert [[c.value for c in row] for row in shown.rows] == [["甲", 3, False], ["乙", 0, False], ["丙", 1, False]]
    pairs = [("quota[0].seats", "2"), ("quota[1]._", ""), ("quota[2].seats", "0"), ("quota[2].keep", "on")]
    found = answer(made, pairs, proposal=PROPOSAL)
    assert list(found.errors) == ["quota[1].seats"]
    assert [r["name"] for r in found.values["quota"]] == ["甲", "乙", "丙"]
    assert found.values["quota"][2] == {"name": "丙", "seats": 0, "keep": True}
    assert list(answer(made, pairs[:2], proposal=PROPOSAL).errors) == ["quota[1].seats", "quota"]
    forged = answer(made, {"quota": [{"seats": 1, "name": "丁"}] * 3}, proposal=PROPOSAL)
    assert set(forged.errors) == {f"quota[{n}].name" for n in range(3)}


def test_an_expression_that_costs_too_much_says_nothing_and_stops_nobody() -> None:
    endless = "=count(for a in 1..100000, b in 1..100000 return a) > 0"
    made = form(field("textfield", "t", label=endless, conditional={"hide": endless}), field("textfield", "u"))
    shown = made.resolve({}, Env(now=NOW, fuel=1000)).show()
    assert [(s.label, s.visible) for s in shown] == [("", True), ("u", True)]


def test_zero_is_an_answer() -> None:
    made = form(field("number", "n", validate={"required": True}))
    assert answer(made, {"n": 0}).values == {"n": 0}
    assert answer(made, [("n", "0")]).errors == {}


def test_asked_for_rows_are_shown_with_what_was_written() -> None:
    resolved = form(SIGNERS).resolve({}, Env(now=NOW))
    assert len(resolved.show()[0].rows) == 2
    again = resolved.show([("signers[0].name", "甲")], spare_rows={"signers": 1})[0]
    assert [row[0].written for row in again.rows] == ["甲", ""]
    assert [row[0].name for row in again.rows] == ["signers[0].name", "signers[1].name"]


def test_a_draft_is_plain_json_and_can_be_taken_up_again() -> None:
    resolved = form(RESULT, REASON, SIGNERS).resolve({}, Env(now=NOW))
    pairs = [("_csrf", "x"), ("result", "fix"), ("reason", "缺"), ("signers[0].name", "甲"), ("signers[1].name", "乙")]
    draft = json.loads(json.dumps(resolved.plain(pairs)))
    assert resolved.validate(draft).values == resolved.validate(pairs).values
    assert resolved.show(draft)[1].written == "缺"


def test_answers_are_read_back_in_words_and_masked() -> None:
    made = form(
        RESULT,
        field("textfield", "id", label="身份证号", properties={"mask": "idcard"}),
        field("number", "money", label="资金", properties={"unit": "万元"}),
        field("datetime", "day", label="日期"),
        SIGNERS,
    )
    told = made.resolve({}, Env(now=NOW)).tell(
        {
            "result": "pass",
            "id": "500112197403040426",
            "money": Decimal("12.5"),
            "day": date(2026, 3, 5),
            "signers": [{"name": "甲", "ok": True}],
        }
    )
    assert told == [
        ("初审结果", "通过"),
        ("身份证号", "5001**********0426"),
        ("资金", "12.5 万元"),
        ("日期", "2026年3月5日"),
        ("联名人", "1. 甲，是"),
    ]


def test_identity_numbers() -> None:
    first = "50011219740304042"
    assert is_idcard(first + check_figure(first))
    assert not is_idcard(first + ("1" if check_figure(first) != "1" else "2"))
    assert not is_idcard("500112197413040426") and not is_idcard("５" * 18) and not is_idcard("")
