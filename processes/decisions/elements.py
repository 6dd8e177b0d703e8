"""Walking a DMN file by local names, whatever version of the namespace it uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)  # DMN 1.1, 1.2, 1.3, 1.4, 1.5
EXPRESSIONS = frozenset(
    {
        "literalExpression", "decisionTable", "context", "invocation", "relation", "list", "functionDefinition",
        "conditional", "filter", "for", "some", "every",
    }
)  # fmt: skip


def local(element: Any) -> str:
    """The name without its namespace; empty for foreign elements."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """The DMN children with one of these names."""
    return (child for child in element if local(child) in names)


def child(element: Any, name: str) -> Any:
    """The first DMN child with this name, or None."""
    return next(children(element, name), None)


def expression_in(element: Any) -> Any:
    """The first boxed expression standing directly in an element, or None."""
    return next((part for part in element if local(part) in EXPRESSIONS), None)


def text_of(element: Any) -> tuple[str, int | None]:
    """The text and its line of an element's `<text>` child; empty when there is none."""
    holder = None if element is None else child(element, "text")
    if holder is None:
        return "", None if element is None else element.sourceline
    return "".join(holder.itertext()), holder.sourceline


def all_names(root: Any) -> set[str]:
    """Every name an expression of this file may use."""
    names: set[str] = set()
    for element in root.iter(etree.Element):
        if local(element):
            names |= {element.get(key).strip() for key in ("name", "iteratorVariable") if element.get(key)}
    return names
