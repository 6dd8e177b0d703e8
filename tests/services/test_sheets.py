import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm

from processes.expressions import Env
from processes.templates import Template
from services.sheets import parse, render_html, to_docx

LIST = """<h1>正式名单</h1>
<p>共 {{ count(people) }} 人，经<strong>{{ body }}</strong>确定。</p>
<table><colgroup><col class="n"><col></colgroup><thead><tr><th>序号</th><th>姓名</th></tr></thead>
<tbody>{% for p in people %}<tr><td class="n">{{ loop.index }}</td><td>{{ p }}</td></tr>{% endfor %}</tbody></table>
<p class="seal">{{ body }}<br>（盖章）</p>"""
FORM = """<table><tbody><tr><th>标题</th><td colspan="3">甲</td></tr>
<tr><th>提出人</th><td>乙</td><th rowspan="2">附议</th><td>丙</td></tr><tr><th>类别</th><td>丁</td><td>戊</td></tr>
<tr><th>签收</th><td colspan="3" class="sign">（盖章处）<br>工委</td></tr></tbody></table>"""


def html(text: str, **data: Any) -> str:
    template, findings = Template.load("x.html", text)
    assert findings == []
    return render_html(template, data, Env(datetime(2026, 11, 22, tzinfo=UTC)))


def word(text: str, **data: Any) -> Any:
    return Document(io.BytesIO(to_docx(html(text, **data))))


def test_one_sheet_or_one_for_every_page() -> None:
    assert '<body>\n<div class="sheet"><p>a</p></div>\n</body>' in html("<p>a</p>")
    pages = html('{% for n in [1, 2] %}<div class="page"><p>{{ n }}</p></div>{% endfor %}')
    assert '<div class="sheet"><p>1</p></div><div class="sheet"><p>2</p></div>' in pages


def test_a_print_page_stands_alone() -> None:
    page = html("<h1>聘书<br>{{ name }}</h1>", name="</title><script>")
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    assert "<title>聘书 &lt;/title&gt;&lt;script&gt;</title>" in page
    assert "@page" in page
    assert "<script" not in page
    assert "http" not in page


def test_text_and_values_reach_word_unescaped() -> None:
    made = word(LIST, people=["甲<乙>&", "丙"], body="街道党工委")
    assert [p.text for p in made.paragraphs if p.text] == [
        "正式名单",
        "共 2 人，经街道党工委确定。",
        "街道党工委\n（盖章）",
    ]
    rows = [[c.text for c in r.cells] for r in made.tables[0].rows]
    assert rows == [["序号", "姓名"], ["1", "甲<乙>&"], ["2", "丙"]]


def test_page_is_an_official_one() -> None:
    section = word(LIST, people=[], body="工委").sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    found = [round(size / Mm(1)) for size in (section.page_width, section.page_height, *margins)]
    assert found == [210, 297, 37, 35, 28, 26]


def test_typefaces_head_rows_and_page_number() -> None:
    with zipfile.ZipFile(io.BytesIO(to_docx(html(LIST, people=["甲"], body="工委")))) as file:
        body, footer = file.read("word/document.xml").decode(), file.read("word/footer1.xml").decode()
    assert 'w:eastAsia="方正小标宋简体"' in body
    assert 'w:eastAsia="仿宋_GB2312"' in body
    assert body.count("<w:tblHeader/>") == 1
    assert body.count("<w:cantSplit/>") == 2
    assert "PAGE" in footer


def test_spans_are_merged_cells() -> None:
    rows = word(FORM).tables[0].rows
    assert [len(r.cells) for r in rows] == [4, 4, 4, 4]
    assert [c.text for c in rows[0].cells] == ["标题", "甲", "甲", "甲"]
    assert rows[1].cells[2].text == rows[2].cells[2].text == "附议"
    assert rows[2].cells[3].text == "戊"
    assert rows[3].cells[1].text == "（盖章处）\n工委"


def test_new_pages_begin_with_their_first_paragraph() -> None:
    made = word('{% for n in [1, 2, 3] %}<div class="page"><h1>聘书{{ n }}</h1><p>a</p></div>{% endfor %}')
    breaks = [bool(p.paragraph_format.page_break_before) for p in made.paragraphs]
    assert breaks == [False, False, True, False, True, False]


@pytest.mark.parametrize("text", ["", "一段没有标签的话", "<table></table>", "<ol><li>甲</li><li>乙</li></ol>", "<br>"])
def test_odd_documents_are_files_all_the_same(text: str) -> None:
    assert word(text) is not None


def test_ragged_tables_keep_all_their_cells() -> None:
    table = word('<table><tr><td>a</td></tr><tr><td>b</td><td rowspan="9">c</td></tr></table>').tables[0]
    assert [[c.text for c in r.cells] for r in table.rows] == [["a", ""], ["b", "c"]]


def test_a_long_list_is_kept_whole() -> None:
    made = word(LIST, people=[f"代表{n}" for n in range(500)], body="工委")
    assert len(made.tables[0].rows) == 501


def test_headings_can_be_found_in_a_rendered_document() -> None:
    tree = parse('<div class="sheet"><h1>中山路街道<br>正式<strong>名单</strong></h1><h1>&lt;b&gt;</h1></div>')
    assert [h.text() for h in tree.find("h1")] == ["中山路街道 正式名单", "<b>"]
