"""Official sheets: the print page and the Word file of a document, made from the same small HTML."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from processes.expressions import Env
from processes.markup import Element, parse
from processes.templates import Template

__all__ = ["Element", "parse", "render_html", "to_docx"]

TITLE, BODY, HEAD, PAGE = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}  # mm, GB/T 9704
UNUSED = frozenset({"stylesWithEffects", "webSettings", "theme", "customXml", "numbering", "thumbnail"})
KEPT_STYLES = frozenset(
    {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid", "footer", "Footer"}
)
TEXT_WIDTH = 156  # mm
HEAD_COLUMN = 28  # mm
BODY_SIZE, TABLE_SIZE, TITLE_SIZE, SMALL_SIZE = 16, 12, 22, 10.5  # pt: 三号, 小四, 二号, 五号
LEADING = 28  # pt
STYLE = Path(__file__).with_name("sheets.css")
PAGE_AROUND = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{sheets}
</body>
</html>
"""
CENTERED, RIGHT = frozenset({"center", "no"}), frozenset({"right", "sign", "seal"})


def render_html(template: Template, data: Mapping[str, Any], env: Env) -> str:
    """A print page that stands alone: one `.sheet`, or one for every `<div class="page">` of the template.

    FeelBudgetError when the template computes beyond measure.
    """
    body = template.render(data, env).strip()
    pages = '<div class="page">'
    sheets = body.replace(pages, '<div class="sheet">') if pages in body else f'<div class="sheet">{body}</div>'
    heading = next((h.text() for h in parse(sheets).find("h1")), "") or template.file
    return PAGE_AROUND.format(title=escape(heading), style=_style(), sheets=sheets)


@cache
def _style() -> str:
    return STYLE.read_text(encoding="utf-8")


def to_docx(html: str) -> bytes:
    """The Word file of a rendered document: A4, official margins and typefaces, page numbers."""
    word = Document(io.BytesIO(_blank()))
    _Writer(word).write(parse(html))
    return _saved(word)


@cache
def _blank() -> bytes:
    """An empty official letter; what python-docx's own template carries along unused would cost most of the time."""
    word = Document()
    _page(word)
    _styles(word)
    _footer(word)
    for package in (word.part.rels, word.part.package.rels):
        for name in [name for name, rel in package.items() if rel.reltype.rpartition("/")[2] in UNUSED]:
            del package[name]
    for style in list(word.styles):
        if style.name not in KEPT_STYLES:
            style.delete()
    return _saved(word)


def _saved(word: Word) -> bytes:
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _page(word: Word) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, width in MARGINS.items():
        setattr(section, name, Mm(width))
    section.footer_distance = Mm(25)


def _styles(word: Word) -> None:
    normal = word.styles["Normal"]
    normal.font.size = Pt(BODY_SIZE)
    _typeface(normal.element.get_or_add_rPr(), BODY)
    layout = normal.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LEADING)


def _typeface(properties: Any, name: str) -> None:
    """Latin and Chinese letters of a run or style in one typeface."""
    fonts = properties.get_or_add_rFonts()
    for part in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(part), name)


def _footer(word: Word) -> None:
    """— 1 — in the middle below, as on official letters."""
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in ((None, "— "), ("begin", ""), (None, "PAGE"), ("end", ""), (None, " —")):
        run = paragraph.add_run("" if kind or text == "PAGE" else text)
        run.font.size = Pt(14)
        _typeface(run._r.get_or_add_rPr(), PAGE)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif text == "PAGE":
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


@dataclass
class _Look:
    """How text is set: typeface, size in pt, weight."""

    face: str = BODY
    size: float = BODY_SIZE
    bold: bool = False

    def strong(self) -> _Look:
        return _Look(self.face, self.size, True)


class _Writer:
    def __init__(self, word: Word) -> None:
        self.word = word
        self.empty = True
        self.turn = False

    def write(self, parent: Element) -> None:
        loose: list[Element | str] = []
        for child in parent.children:
            if isinstance(child, str) or child.tag in ("span", "strong", "br"):
                loose.append(child)
                continue
            self._loose(loose)
            self._block(child)
        self._loose(loose)

    def _loose(self, children: list[Element | str]) -> None:
        """Text outside of any paragraph becomes one."""
        if any(not isinstance(c, str) or c.strip() for c in children):
            self._paragraph(Element("p", children=list(children)))
        children.clear()

    def _block(self, element: Element) -> None:
        if element.tag == "table":
            if self.turn:
                self._new()
            _table(self.word, element)
            self.empty = False
        elif element.tag in ("ul", "ol"):
            for number, item in enumerate(element.each("li"), 1):
                mark = f"{number}．" if element.tag == "ol" else "· "
                self._paragraph(Element("p", item.classes, children=[mark, *item.children]))
        elif element.tag in ("h1", "h2", "h3", "p"):
            self._paragraph(element)
        elif element.classes & {"no", "foot", "small"}:
            self._line(element)
        else:
            self.turn = self.turn or (bool(element.classes & {"page", "sheet"}) and not self.empty)
            self.write(element)

    def _new(self) -> Paragraph:
        """The next paragraph, on a new page where one begins."""
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.page_break_before = self.turn or None
        self.empty = self.turn = False
        return paragraph

    def _line(self, element: Element) -> None:
        """The `<span>`s of a line over or under a table, the last one at the right edge."""
        parts = list(element.each("span")) or [element]
        paragraph = self._new()
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        look = _Look(size=TABLE_SIZE if "no" in element.classes else SMALL_SIZE)
        for number, part in enumerate(parts):
            if number:
                paragraph.add_run("\t")
            _runs(paragraph, part.children, look)

    def _paragraph(self, element: Element) -> None:
        paragraph = self._new()
        look = _lay_out(paragraph, element)
        _runs(paragraph, element.children, look)


def _lay_out(paragraph: Paragraph, element: Element) -> _Look:
    """Alignment, indent and spacing of a paragraph; how its text is set."""
    layout, classes = paragraph.paragraph_format, element.classes
    if element.tag == "h1":
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.line_spacing, layout.space_after = Pt(34), Pt(LEADING)
        layout.keep_with_next = True
        return _Look(TITLE, TITLE_SIZE)
    look = _Look(HEAD) if element.tag == "h2" else _Look(bold=element.tag == "h3")
    layout.keep_with_next = element.tag in ("h2", "h3")
    if classes & {"small", "foot"}:
        look.size = SMALL_SIZE
    if classes & CENTERED:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif classes & RIGHT:
        layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        layout.right_indent = Pt(4 * look.size if "right" not in classes else 0)
        layout.space_before = Pt(2 * LEADING if "seal" in classes else 0)
        layout.keep_together = True
    elif "noindent" not in classes:
        layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        layout.first_line_indent = Pt(2 * look.size)
    return look


def _runs(paragraph: Paragraph, children: list[Element | str], look: _Look) -> None:
    for child in children:
        if isinstance(child, str):
            text = " ".join(child.split())
            before, after = child[:1].isspace(), child[-1:].isspace()
            if text:
                _run(paragraph, " " * (before and bool(paragraph.text)) + text + " " * after, look)
        elif child.tag == "br":
            paragraph.add_run().add_break()
        else:
            _runs(paragraph, child.children, look.strong() if child.tag in ("strong", "h2", "h3") else look)


def _run(paragraph: Paragraph, text: str, look: _Look) -> Run:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(look.size), look.bold or None
    _typeface(run._r.get_or_add_rPr(), look.face)
    return run


# ---- tables ----


@dataclass
class _Slot:
    """Where a cell stands: row, column, and how far it reaches."""

    cell: Element
    row: int
    column: int
    last_row: int
    last_column: int


def _table(word: Word, element: Element) -> None:
    lines = [(row, False) for row in element.each("tr")]
    for part in element.each("thead", "tbody"):
        lines += [(row, part.tag == "thead") for row in part.each("tr")]
    slots, width = _slots([row for row, _ in lines])
    if not slots:
        return
    table = word.add_table(len(lines), width)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    _frame(table)
    widths = [Mm(size) for size in _widths(element, width)]
    cells = [[_Cell(tc, table) for tc in row.tc_lst] for row in table._tbl.tr_lst]
    for row, (_, is_head) in zip(table._tbl.tr_lst, lines, strict=True):
        _row_rules(row, is_head)
    for column, size, *below in zip(table.columns, widths, *cells, strict=True):
        for part in (column, *below):
            part.width = size
    for slot in slots:
        cell = cells[slot.row][slot.column]
        if (slot.last_row, slot.last_column) != (slot.row, slot.column):
            cell = cell.merge(cells[slot.last_row][slot.last_column])
        cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM if "sign" in slot.cell.classes else WD_ALIGN_VERTICAL.CENTER
        _fill(cell, slot.cell)


def _slots(lines: list[Element]) -> tuple[list[_Slot], int]:
    """The cells on a grid, spans counted, cut at the last row; the number of columns."""
    taken: set[tuple[int, int]] = set()
    slots = []
    for number, line in enumerate(lines):
        column = 0
        for cell in line.each("td", "th"):
            while (number, column) in taken:
                column += 1
            across, down = cell.spans
            last_row, last_column = min(number + down, len(lines)) - 1, column + across - 1
            taken |= {(r, c) for r in range(number, last_row + 1) for c in range(column, last_column + 1)}
            slots.append(_Slot(cell, number, column, last_row, last_column))
    return slots, max((c for _, c in taken), default=-1) + 1


def _widths(element: Element, columns: int) -> list[float]:
    """Millimetres of the columns; `<col class="h">` is a narrow head column, `<col class="n">` a number."""
    marked = [c.classes for group in element.each("colgroup") for c in group.each("col")][:columns]
    fixed = {n: HEAD_COLUMN if "h" in m else 14.0 for n, m in enumerate(marked) if m & {"h", "n"}}
    free = columns - len(fixed)
    rest = max(TEXT_WIDTH - sum(fixed.values()), 10.0 * free) / free if free else 0.0
    return [fixed.get(n, rest) for n in range(columns)]


def _frame(table: Table) -> None:
    """1.5 pt around, 0.75 pt inside, a little air in the cells."""
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", 12), ("left", 12), ("bottom", 12), ("right", 12), ("insideH", 6), ("insideV", 6)):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 57), ("left", 113), ("bottom", 57), ("right", 113)):  # twentieths of a point
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    for element in (borders, margins):  # the schema wants borders, layout, margins in this order
        if element is borders and layout is not None:
            layout.addprevious(element)
        elif layout is not None:
            layout.addnext(element)
        else:
            properties.append(element)


def _row_rules(row: Any, is_head: bool) -> None:
    """Rows stay on one page; head rows repeat on every page."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_head:
        properties.append(OxmlElement("w:tblHeader"))


def _fill(cell: _Cell, element: Element) -> None:
    look = _Look(size=TABLE_SIZE, bold=element.tag == "th")
    classes = element.classes
    for number, part in enumerate(_paragraphs(element)):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        if element.tag == "th" or (classes | part.classes) & CENTERED:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif (classes | part.classes) & (RIGHT | {"n"}):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if "sign" in classes and number == 0:
            paragraph.paragraph_format.space_before = Mm(14)
        _runs(paragraph, part.children, look)


def _paragraphs(cell: Element) -> list[Element]:
    """The paragraphs of a cell; loose text is one of them."""
    found: list[Element] = [Element("p")]
    for child in cell.children:
        if isinstance(child, Element) and child.tag in ("p", "div", "li", "h2", "h3"):
            found += [child, Element("p")]
        elif isinstance(child, Element) and child.tag in ("ul", "ol"):
            found += [*child.each("li"), Element("p")]
        else:
            found[-1].children.append(child)
    kept = [p for p in found if any(not isinstance(c, str) or c.strip() for c in p.children)]
    return kept or [Element("p")]
