from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.expressions import Env, FeelBudgetError
from processes.templates import Template

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def render(text: str, fuel: int = 200_000, **data: Any) -> str:
    template, findings = Template.load("notice.html", text)
    assert findings == []
    return template.render(data, Env(NOW, fuel=fuel))


def faults(text: str) -> list[tuple[str, int | None]]:
    return [(f.rule, f.line) for f in Template.load("notice.html", text)[1]]


def test_values_are_written_as_official_texts_do() -> None:
    assert render("<p>{{ day }}</p>", day=date(2026, 10, 9)) == "<p>2026年10月9日</p>"
    assert render("{{ at }}", at=NOW) == "2026年11月22日 09:00"
    assert render("{{ n }}/{{ d }}/{{ none }}", n=70, d=Decimal("12.50"), none=None) == "70/12.5/"
    assert render("{{ names }}，{{ yes }}", names=["甲", "乙"], yes=True) == "甲、乙，是"


def test_values_cannot_become_markup() -> None:
    assert render("<td>{{ x }}</td>", x='<script>"&') == "<td>&lt;script&gt;&quot;&amp;</td>"
    assert render("{{ x }}", x="一\n二<br>") == "一<br>二&lt;br&gt;"


def test_repetition_knows_its_row() -> None:
    text = '{% for p in people %}<p class="n">{{ loop.index }}/{{ loop.count }} {{ p.name }} {{ town }}</p>{% endfor %}'
    people = [{"name": "甲"}, {"name": "乙"}]
    assert render(text, people=people, town="永川") == '<p class="n">1/2 甲 永川</p><p class="n">2/2 乙 永川</p>'
    assert render(text, people=[]) == ""
    assert render(text, people=None) == ""


@pytest.mark.parametrize(("n", "word"), [(0, "无"), (1, "一"), (5, "多")])
def test_choice(n: int, word: str) -> None:
    text = "{% if n = 0 %}无{% elif n = 1 %}一{% else %}多{% endif %}"
    assert render(text, n=n) == word


def test_null_in_a_condition_is_not_true() -> None:
    assert render("{% if missing > 3 %}是{% endif %}") == ""


def test_nested_blocks_and_comments() -> None:
    text = "{# 说明 #}{% for g in groups %}{% if count(g) > 1 %}{% for m in g %}{{ m }};{% endfor %}{% endif %}{% endfor %}"
    assert render(text, groups=[["a", "b"], ["c"]]) == "a;b;"


def test_braces_and_marks_inside_expressions() -> None:
    assert render('{{ {a: {b: "}} %} ok"}}.a.b }}') == "}} %} ok"
    assert render('{{ "say \\"}}\\"" }}') == "say &quot;}}&quot;"


def test_names_read_leave_out_bound_ones() -> None:
    text = "{% for p in people %}{{ p.name }}{{ loop.index }}{{ town }}{% endfor %}{% if p %}{{ q.x }}{% endif %}"
    assert Template.load("x.html", text)[0].names == {"people", "town", "p", "q"}


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a\nb {{ 1 + }}", "template-expression", 2),
        ("{{ nosuch(1) }}", "template-expression", 1),
        ("\n{{ \n\n 1 + }}", "template-expression", 4),
        ("{{ }}", "template-expression", 1),
        ("a\n{{ x", "template-syntax", 2),
        ("\n{% for x of y %}{% endfor %}", "template-syntax", 2),
        ("\n{% for x in y %}", "template-syntax", 2),
        ("{% if x %}\n{% endfor %}", "template-syntax", 2),
        ("{% if x %}{% else %}\n{% elif y %}{% endif %}", "template-syntax", 2),
        ("\n{% endif %}", "template-syntax", 2),
        ("{% import os %}", "template-syntax", 1),
        ("{% %}", "template-syntax", 1),
        ("<p>\n<script>", "template-html", 2),
        ('<p onclick="x">a</p>', "template-html", 1),
        ('<p class="{{ x }}">a</p>', "template-html", 1),
        ('<p class="red">a</p>', "template-html", 1),
        ('<p style="color:red">a</p>', "template-html", 1),
        ('<td colspan="0">a</td>', "template-html", 1),
        ("<p>\na", "template-html", 2),
        ("a</p>", "template-html", 1),
        ("<p><strong>a</p></strong>", "template-html", 1),
        ("{% if x %}<p>{% endif %}", "template-html", 1),
        ("1 < 2", "template-html", 1),
        ("<img src=x onerror=y>", "template-html", 1),
        ("a" * 200_001, "template-syntax", 1),
    ],
)
def test_faults_name_their_line(text: str, rule: str, line: int) -> None:
    assert (rule, line) in faults(text)


def test_all_faults_at_once() -> None:
    assert len(faults("{{ 1 + }}\n<b>x</b>\n{{ 2 * }}")) >= 3


def test_depth_is_bounded() -> None:
    assert ("template-syntax", 1) in faults("{% if x %}" * 2000 + "{% endif %}" * 2000)


def test_growth_is_bounded() -> None:
    text = "{% for a in xs %}{% for b in xs %}{% for c in xs %}x{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(FeelBudgetError):
        render(text, fuel=10_000, xs=list(range(100)))


MARKS = ("{{", "}}", "{%", "%}", "{#", "#}", " if x ", " for a in b ", " else ", " elif y ", " endif ", " endfor ")
WORDS = ("<p>", "</p>", "<", ">", '<td colspan="2">', '"', "x", "{", "}", "\n", "1 +", "<br>", "&", "<!--", "-->")
PARTS = st.sampled_from((*MARKS, *WORDS))


@given(st.lists(PARTS, max_size=25).map("".join))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    template, findings = Template.load("x.html", text)
    assert all(1 <= (f.line or 0) <= text.count("\n") + 1 for f in findings)
    if not findings:
        assert isinstance(template.render({"x": "<i>", "b": [1, 2]}, Env(NOW)), str)


@given(st.text(max_size=60))
def test_whatever_a_value_holds_the_markup_stays_the_designers(value: str) -> None:
    html = render("<p>{{ x }}</p>", x=value)
    assert html.count("<") == 2 + html.count("<br>")


def test_a_designer_reads_what_to_do_instead() -> None:
    findings = Template.load("x.html", '<p class="{{ x }}">a</p>')[1]
    assert str(findings[0].message) == "标签不完整，或“<”应写成 &lt;；{{ }} 不能放在标签里面"
