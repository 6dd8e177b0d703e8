"""The wordy parts of the grammar: if, for, some, every, contexts, lists, functions, types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from processes.expressions.parser import ADD, Parser
from processes.expressions.syntax import (
    Context,
    Entry,
    For,
    If,
    Iteration,
    Lambda,
    ListOf,
    Node,
    Quantified,
    Tests,
)
from processes.expressions.types import BASIC, Type


def read_if(parser: Parser) -> Node:
    place = parser.place(parser.advance())
    condition = parser.parse()
    parser.expect("then")
    then = parser.parse()
    parser.expect("else")
    return If(place, condition, then, parser.parse())


def read_for(parser: Parser) -> Node:
    place = parser.place(parser.advance())
    iterations = _iterations(parser)
    parser.expect("return")
    return For(place, iterations, parser.parse())


def read_quantified(parser: Parser) -> Node:
    token = parser.advance()
    iterations = _iterations(parser)
    parser.expect("satisfies")
    return Quantified(parser.place(token), token.text, iterations, parser.parse())


def _iterations(parser: Parser) -> tuple[Iteration, ...]:
    found = [_iteration(parser)]
    while parser.take(","):
        found.append(_iteration(parser))
    return tuple(found)


def _iteration(parser: Parser) -> Iteration:
    place = parser.place(parser.at)
    name = _words(parser, "in")
    parser.expect("in")
    source = parser.parse(ADD)
    until = parser.parse(ADD) if parser.take("..") else None
    return Iteration(place, name, source, until)


def _words(parser: Parser, *stops: str) -> str:
    """A name of one or more words up to a sign or keyword, learnt for the rest of the text."""
    words: list[str] = []
    while parser.at.kind in ("name", "keyword") and not (words and parser.at.text in stops):
        words.append(parser.advance().text)
    if not words:
        raise parser.unexpected()
    name = " ".join(words)
    parser.scanner.learn(name)
    return name


def read_list(parser: Parser) -> Node:
    place = parser.place(parser.advance())
    if parser.take("]"):
        return ListOf(place, ())
    items = [parser.test()]
    if parser.take(".."):
        return parser.close_range(place, items[0], True)
    while parser.take(","):
        items.append(parser.test())
    parser.expect("]")
    return ListOf(place, tuple(items))


def read_context(parser: Parser) -> Node:
    place = parser.place(parser.advance())
    entries: list[Entry] = []
    while not parser.take("}"):
        if entries:
            parser.expect(",")
        entries.append(_entry(parser, {entry.key for entry in entries}))
    return Context(place, tuple(entries))


def _entry(parser: Parser, taken: set[str]) -> Entry:
    token = parser.at
    key = parser.advance().text if token.kind == "string" else _key(parser)
    if key in taken:
        raise parser.scanner.error(token.start, "“{key}”写了两次", key=key)
    parser.expect(":")
    parser.scanner.learn(key)
    return Entry(parser.place(token), key, parser.parse())


def _key(parser: Parser) -> str:
    """A context key; it may hold spaces and the signs FEEL allows in names."""
    start = parser.at.start
    if parser.at.kind not in ("name", "keyword"):
        raise parser.unexpected()
    while parser.at.kind in ("name", "keyword", "number") or (parser.at.kind == "sign" and parser.at.text in "+-*/."):
        parser.advance()
    return " ".join(parser.scanner.text[start : parser.before].split())


def read_function(parser: Parser) -> Node:
    place = parser.place(parser.advance())
    parser.expect("(")
    names: list[str] = []
    types: list[Type | None] = []
    while not parser.take(")"):
        if names:
            parser.expect(",")
        names.append(_words(parser))
        types.append(read_type(parser) if parser.take(":") else None)
    if parser.peek("external"):
        raise parser.scanner.error(parser.at.start, "不允许外部函数")
    return Lambda(place, tuple(names), tuple(types), parser.parse())


def read_type(parser: Parser) -> Type:
    token = parser.at
    if parser.word("function"):
        parser.advance()
        return _function_type(parser)
    name = _type_name(parser)
    if name in ("list", "range") and parser.take("<"):
        inner = read_type(parser)
        parser.expect(">")
        return Type(name, (inner,))
    if name == "context" and parser.take("<"):
        return _context_type(parser)
    if name in BASIC or name in ("Any", "Null", "list", "range", "context"):
        return Type(name)
    known = parser.types.get(name)
    if known is None:
        raise parser.scanner.error(token.start, "没有“{name}”这种类型", name=name)
    return known


def _type_name(parser: Parser) -> str:
    if parser.at.kind not in ("name", "keyword"):
        raise parser.unexpected()
    name = parser.advance().text
    known = (*BASIC, *parser.types)
    while True:
        if parser.peek(".") and any(each.startswith(name + ".") for each in known):
            parser.advance()
            name += "." + parser.advance().text
        elif parser.at.kind in ("name", "keyword") and any(
            each.startswith(f"{name} {parser.at.text}") for each in known
        ):
            name += " " + parser.advance().text
        else:
            return name


def _function_type(parser: Parser) -> Type:
    if not parser.take("<"):
        return Type("function")
    inner: list[Type] = []
    while not parser.take(">"):
        if inner:
            parser.expect(",")
        inner.append(read_type(parser))
    parser.expect("->")
    return Type("function", (*inner, read_type(parser)))


def _context_type(parser: Parser) -> Type:
    entries: list[tuple[str, Type]] = []
    while not parser.take(">"):
        if entries:
            parser.expect(",")
        name = _words(parser)
        parser.expect(":")
        entries.append((name, read_type(parser)))
    return Type("context", (), tuple(entries))


class Reader(Parser):
    """The whole grammar."""

    PREFIX: ClassVar[dict[str, Callable[[Parser], Node]]] = {
        **Parser.PREFIX,
        "if": read_if,
        "for": read_for,
        "some": read_quantified,
        "every": read_quantified,
        "[": read_list,
        "{": read_context,
        "function": read_function,
    }

    def type(self) -> Type:
        return read_type(self)


def parse_expression(text: str, names: frozenset[str], types: Mapping[str, Type]) -> Node:
    """The tree of an expression; FeelSyntaxError when it is none."""
    return Reader(text, names, types).expression()


def parse_tests(text: str, names: frozenset[str], types: Mapping[str, Type]) -> Tests:
    """The tree of a cell's unary tests; FeelSyntaxError when it holds none."""
    return Reader(text, names, types).tests()
