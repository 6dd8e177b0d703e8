"""Official texts with FEEL in them: `{{ expr }}`, `{% for x in expr %}`, `{% if expr %}` … `{% endif %}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from html import escape
from typing import Any

from processes.expressions import Env, Expression, FeelSyntaxError, compile_expression
from processes.findings import Finding, Severity
from processes.markup import Nesting
from processes.text import T, Text
from processes.workdays import BEIJING

OPENING = re.compile(r"\{\{|\{%|\{#")
ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}
FOR = re.compile(r"for\s+([^\W\d]\w*)\s+in\s+(.+)", re.S)
STEP = "loop"  # {index, count} of the row being written
SIZE_LIMIT = 200_000
DEPTH_LIMIT = 20


@dataclass(frozen=True)
class Piece:
    """A stretch of the file: kind is "text", "value", "tag" or "comment"; line counts from 1."""

    kind: str
    body: str
    line: int


@dataclass
class Block:
    """A sequence of parts: literal text, a value, a choice or a repetition."""

    parts: list[Part] = field(default_factory=list)

    def write(self, out: list[str], data: Mapping[str, Any], env: Env) -> None:
        for part in self.parts:
            env.spend(1)
            part.write(out, data, env)

    def names(self) -> set[str]:
        return {n for part in self.parts for n in part.names()}


@dataclass(frozen=True)
class Literal:
    """HTML of the designer, checked."""

    html: str

    def write(self, out: list[str], data: Mapping[str, Any], env: Env) -> None:
        env.hold(len(self.html))
        out.append(self.html)

    def names(self) -> set[str]:
        return set()


@dataclass(frozen=True)
class Value:
    """`{{ expr }}`."""

    expression: Expression

    def write(self, out: list[str], data: Mapping[str, Any], env: Env) -> None:
        text = show(self.expression.evaluate(data, env))
        env.hold(len(text))
        out.append(escape(text).replace("\n", "<br>"))

    def names(self) -> set[str]:
        return set(self.expression.names)


@dataclass
class Choice:
    """`{% if %}` with its branches; the last condition may be None (`{% else %}`)."""

    branches: list[tuple[Expression | None, Block]]

    def write(self, out: list[str], data: Mapping[str, Any], env: Env) -> None:
        for condition, block in self.branches:
            if condition is None or condition.evaluate(data, env) is True:
                block.write(out, data, env)
                return

    def names(self) -> set[str]:
        read = {n for condition, _ in self.branches if condition for n in condition.names}
        return read.union(*(block.names() for _, block in self.branches))


@dataclass
class Repetition:
    """`{% for x in list %}`; inside, `loop` is {index, count}."""

    variable: str
    expression: Expression
    block: Block

    def write(self, out: list[str], data: Mapping[str, Any], env: Env) -> None:
        found = self.expression.evaluate(data, env)
        items = [] if found is None else found if isinstance(found, list) else [found]
        for index, item in enumerate(items, 1):
            step = {"index": index, "count": len(items)}
            self.block.write(out, {**data, self.variable: item, STEP: step}, env)

    def names(self) -> set[str]:
        return (self.block.names() - {self.variable, STEP}) | set(self.expression.names)


Part = Literal | Value | Choice | Repetition


@dataclass(frozen=True)
class Template:
    """A compiled document; `names` are the variables it reads."""

    file: str
    block: Block
    names: frozenset[str]

    @classmethod
    def load(cls, file: str, text: str) -> tuple[Template, list[Finding]]:
        """Compile and check; with an error among the findings the template must not be used."""
        reader = _Reader(file, text)
        block = reader.read()
        return cls(file, block, frozenset(block.names())), reader.findings

    def render(self, data: Mapping[str, Any], env: Env) -> str:
        """The HTML with every value escaped, null as nothing; FeelBudgetError when it grows beyond measure."""
        out: list[str] = []
        with env.one_budget():
            self.block.write(out, data, env)
        return "".join(out)


def show(value: Any) -> str:
    """A value as an official text writes it: 2026年10月9日, lists with 、, moments in Beijing time."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        text = f"{value:f}" if value.is_finite() and -1000 < value.adjusted() < 1000 else str(value)
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        local = value.astimezone(BEIJING) if value.tzinfo else value
        return f"{show(local.date())} {local:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, list):
        return "、".join(show(v) for v in value)
    if isinstance(value, dict):
        return "；".join(f"{k}：{show(v)}" for k, v in value.items())
    return str(value)


def pieces(text: str) -> Iterator[Piece]:
    """Cut a template; an opening mark without an end gives a piece of kind "open"."""
    position, line = 0, 1
    while found := OPENING.search(text, position):
        if found.start() > position:
            yield Piece("text", text[position : found.start()], line)
        line += text.count("\n", position, found.start())
        end = _end(text, found.end(), ENDS[found[0]])
        if end < 0:
            yield Piece("open", found[0], line)
            return
        kind = {"{{": "value", "{%": "tag", "{#": "comment"}[found[0]]
        yield Piece(kind, text[found.end() : end], line)
        line += text.count("\n", found.start(), end)
        position = end + 2
    if position < len(text):
        yield Piece("text", text[position:], line)


def _end(text: str, position: int, mark: str) -> int:
    """Where the end mark stands, outside of texts in quotes and of braces inside the expression; -1 without one."""
    if mark == "#}":
        return text.find(mark, position)
    depth, quoted = 0, False
    while position < len(text):
        sign = text[position]
        if quoted:
            position += sign == "\\"
            quoted = sign != '"'
        elif depth == 0 and text.startswith(mark, position):
            return position
        elif sign == '"':
            quoted = True
        else:
            depth += (sign == "{") - (sign == "}" and depth > 0)
        position += 1
    return -1


class _Reader:
    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.nesting = Nesting()
        self.depth = 0
        if len(text) > SIZE_LIMIT:
            self._say("template-syntax", 1, T("文书模板超过 {limit} 个字", limit=SIZE_LIMIT))
            text = ""
        self.lines = text.count("\n") + 1
        self.stream = pieces(text)

    def read(self) -> Block:
        block, end = self._block()
        while end is not None:
            self._say("template-syntax", end.line, T("多余的“{tag}”", tag=end.body.strip()))
            more, end = self._block()
            block.parts += more.parts
        if self.nesting.open:
            self._say("template-html", self.lines, T("<{tag}> 没有结束标签", tag=self.nesting.open[-1]))
        return block

    def _block(self) -> tuple[Block, Piece | None]:
        """Parts up to a tag that ends or divides the surrounding block; that tag, or None at the end of the file."""
        block = Block()
        for piece in self.stream:
            if piece.kind == "text":
                self._html(piece)
                block.parts.append(Literal(piece.body))
            elif piece.kind == "value":
                if expression := self._expression(piece.body, piece.line):
                    block.parts.append(Value(expression))
            elif piece.kind == "tag":
                word = (piece.body.split() or [""])[0]
                if word in ("elif", "else", "endif", "endfor"):
                    return block, piece
                self._tag(word, piece, block)
            elif piece.kind == "open":
                self._say("template-syntax", piece.line, T("“{mark}”没有结束", mark=piece.body))
        return block, None

    def _tag(self, word: str, piece: Piece, block: Block) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            self._say("template-syntax", piece.line, T("嵌套超过 {limit} 层", limit=DEPTH_LIMIT))
            self.stream = iter(())
        elif word == "for":
            self._repetition(piece, block)
        elif word == "if":
            self._choice(piece, block)
        else:
            self._say("template-syntax", piece.line, T("不认识的标记“{tag}”", tag=piece.body.strip()))
        self.depth -= 1

    def _repetition(self, piece: Piece, block: Block) -> None:
        head = FOR.fullmatch(piece.body.strip())
        if not head:
            self._say("template-syntax", piece.line, T("应写成 for 名称 in 列表"))
        expression = self._expression(head[2], piece.line) if head else None
        body = self._branch(piece, ("endfor",))[0]
        if head and expression:
            block.parts.append(Repetition(head[1], expression, body))

    def _choice(self, piece: Piece, block: Block) -> None:
        choice, head, last = Choice([]), piece, False
        while True:
            words = head.body.strip().split(None, 1)
            last = words[0] == "else"
            condition = None if last else self._expression(words[1] if len(words) > 1 else "", head.line)
            body, end = self._branch(head, ("endif",) if last else ("elif", "else", "endif"))
            if last or condition:
                choice.branches.append((condition, body))
            if end is None or end.body.split()[0] == "endif":
                break
            head = end
        block.parts.append(choice)

    def _branch(self, head: Piece, ends: tuple[str, ...]) -> tuple[Block, Piece | None]:
        """The block after a tag; its HTML must be complete in itself, so that the whole always is."""
        before = self.nesting.open
        block, end = self._block()
        if end is None:
            tag = head.body.strip()
            self._say("template-syntax", head.line, T("“{tag}”没有用 {end} 结束", tag=tag, end=ends[-1]))
        elif end.body.split()[0] not in ends:
            expected = " / ".join(ends)
            self._say("template-syntax", end.line, T("此处应为 {end}", end=expected))
            end = None
        if self.nesting.open != before:
            line = end.line if end else head.line
            self._say("template-html", line, T("“{tag}”里面的 HTML 标签没有成对", tag=head.body.strip()))
            self.nesting.open = before
        return block, end

    def _html(self, piece: Piece) -> None:
        for fault in self.nesting.read(piece.body):
            self._say("template-html", piece.line + fault.line - 1, fault.message)

    def _expression(self, text: str, line: int) -> Expression | None:
        lead = text[: len(text) - len(text.lstrip())]
        try:
            return compile_expression(text.strip())
        except FeelSyntaxError as error:
            self._say("template-expression", line + lead.count("\n") + error.line - 1, error.message)
            return None

    def _say(self, rule: str, line: int, message: Text) -> None:
        self.findings.append(Finding(Severity.ERROR, rule, self.file, message, line=line))
