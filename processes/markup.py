"""The small HTML of documents: a designer's own tags are read strictly, everything else is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

from processes.text import T, Text

VOID = frozenset({"br", "col"})
TAGS = VOID | {
    *("h1", "h2", "h3", "p", "div", "span", "strong", "ul", "ol", "li"),
    *("table", "caption", "colgroup", "thead", "tbody", "tr", "th", "td"),
}
CLASSES = frozenset({"right", "center", "seal", "sign", "no", "foot", "h", "n", "noindent", "small", "nowrap", "page"})
SPANS = frozenset({"colspan", "rowspan"})
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z-]+\s*=\s*\"[^\"<>]*\")*)\s*/?>|<!--.*?-->", re.S)
_ATTRIBUTE = re.compile(r"([A-Za-z-]+)\s*=\s*\"([^\"]*)\"")


class Fault(NamedTuple):
    """What is wrong, and on which line (from 1) of the piece."""

    line: int
    message: Text


@dataclass
class Nesting:
    """Reads pieces of HTML one after the other and remembers which elements are open."""

    open: tuple[str, ...] = ()

    def read(self, html: str) -> Iterator[Fault]:
        """Faults of one piece; the open elements afterwards stand in `open`."""
        position = 0
        for tag in _TAG.finditer(html):
            yield from _stray(html, position, tag.start())
            position = tag.end()
            if tag[2]:
                for message in self._tag(bool(tag[1]), tag[2], tag[3]):
                    yield Fault(_line(html, tag.start()), message)
        yield from _stray(html, position, len(html))

    def _tag(self, closing: bool, name: str, attributes: str) -> Iterator[Text]:
        if name not in TAGS:
            yield T("文书中不能用 <{tag}>", tag=name)
        elif closing:
            if not self.open or self.open[-1] != name:
                yield T("</{tag}> 没有对应的开始标签", tag=name)
            else:
                self.open = self.open[:-1]
        elif name not in VOID:
            self.open = (*self.open, name)
        for key, value in _ATTRIBUTE.findall(attributes):
            yield from _attribute(name, key, value)


def _attribute(tag: str, key: str, value: str) -> Iterator[Text]:
    if key == "class":
        for word in value.split():
            if word not in CLASSES:
                yield T("没有“{name}”这个样式，可用：{known}", name=word, known="、".join(sorted(CLASSES)))
    elif key not in SPANS or tag not in ("td", "th"):
        yield T("<{tag}> 不能有属性 {name}", tag=tag, name=key)
    elif not re.fullmatch(r"[1-9][0-9]?", value):
        yield T("{name} 应为 1 至 99 的整数", name=key)


def _stray(html: str, start: int, end: int) -> Iterator[Fault]:
    place = html.find("<", start, end)
    if place >= 0:
        yield Fault(_line(html, place), T("标签不完整，或“<”应写成 &lt;；{{ }} 不能放在标签里面"))


def _line(html: str, position: int) -> int:
    return html.count("\n", 0, position) + 1


@dataclass
class Element:
    """A tag with its children: elements and texts in order."""

    tag: str
    classes: frozenset[str] = frozenset()
    spans: tuple[int, int] = (1, 1)
    children: list[Element | str] = field(default_factory=list)

    def each(self, *tags: str) -> Iterator[Element]:
        """Direct children of these tags."""
        return (c for c in self.children if isinstance(c, Element) and c.tag in tags)

    def find(self, tag: str) -> Iterator[Element]:
        """Elements of this tag at any depth, in order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.find(tag)

    def text(self) -> str:
        """All words in it, line breaks as spaces."""
        parts = [c if isinstance(c, str) else " " if c.tag == "br" else c.text() for c in self.children]
        return " ".join("".join(parts).split())


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("body")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        spans = int(given.get("colspan") or 1), int(given.get("rowspan") or 1)
        element = Element(tag, frozenset((given.get("class") or "").split()), spans)
        self.open[-1].children.append(element)
        if tag not in VOID and tag != "meta":
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The tree of a rendered document, or of a piece of one."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    root = parser.open[0]
    return next(root.find("body"), root)
