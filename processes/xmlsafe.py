"""The only door for XML from outside: no DOCTYPE, no entities, no network; bounded size, depth and count."""

from __future__ import annotations

from typing import Any

from lxml import etree

from processes.text import T, Text

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 200
MAX_ELEMENTS = 100_000


class XmlRefused(Exception):
    """This XML is not read; `message` says why, `line` where it is known."""

    def __init__(self, message: Text, line: int | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.line = line


def parse_xml(content: bytes) -> Any:
    """Read XML bytes into an lxml root element.

    Raises XmlRefused for anything that is not plain, well-formed and reasonably small XML.
    """
    if len(content) > MAX_BYTES:
        raise XmlRefused(
            T("文件太大：{size} 字节，上限 {limit} 字节。请拆成几个文件。", size=len(content), limit=MAX_BYTES)
        )
    _refuse_doctype(content)
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise _unreadable(error) from error
    except (ValueError, LookupError) as error:
        raise XmlRefused(T("读不懂这个 XML 文件：{reason}", reason=str(error))) from error
    if root is None:
        raise XmlRefused(T("文件是空的，没有 XML 内容。"))
    if root.getroottree().docinfo.doctype:
        raise XmlRefused(T("文件里有 DOCTYPE 声明。为安全起见不读取，请删去这一行再上传。"), root.sourceline)
    _refuse_huge(root)
    return root


def _parser() -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_doctype(content: bytes) -> None:
    plain = content.replace(b"\0", b"")  # UTF-16 and UTF-32 spell ASCII with zero bytes
    place = plain.find(b"<!DOCTYPE")
    if place >= 0:
        message = T("文件里有 DOCTYPE 声明。为安全起见不读取，请删去这一行再上传。")
        raise XmlRefused(message, plain.count(b"\n", 0, place) + 1)


def _unreadable(error: Any) -> XmlRefused:
    line = error.lineno or None
    return XmlRefused(T("XML 写法有错，读到此处为止：{reason}", reason=str(error.msg or error)), line)


def _refuse_huge(root: Any) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH:
            raise XmlRefused(T("元素嵌套超过 {limit} 层。", limit=MAX_DEPTH), element.sourceline)
        if count > MAX_ELEMENTS:
            raise XmlRefused(T("元素超过 {limit} 个。请拆成几个文件。", limit=MAX_ELEMENTS), element.sourceline)
