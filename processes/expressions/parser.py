"""Tokens into a tree: operators by the strength they bind with (Pratt), and what every expression has in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar

from processes.expressions import decimals, temporal
from processes.expressions.budget import CHAIN_LIMIT, NESTING_LIMIT, TEXT_LIMIT, Place
from processes.expressions.errors import FeelSyntaxError
from processes.expressions.scanner import Scanner, Token
from processes.expressions.syntax import (
    Between,
    Binary,
    Call,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Junction,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    RangeOf,
    Tests,
)
from processes.expressions.types import Type
from processes.text import T

OR, AND, COMPARE, ADD, MULTIPLY, POWER, UNARY, POSTFIX = range(1, 9)
COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
INFIX = {
    **dict.fromkeys(COMPARISONS, COMPARE),
    "or": OR,
    "and": AND,
    "between": COMPARE,
    "in": COMPARE,
    "instance": UNARY,
    "+": ADD,
    "-": ADD,
    "*": MULTIPLY,
    "/": MULTIPLY,
    "**": POWER,
    ".": POSTFIX,
    "[": POSTFIX,
    "(": POSTFIX,
}
# After a `[` that closes a range stands one of these, never the beginning of a filter.
_AFTER_RANGE = frozenset(
    ("", ")", "]", "}", ",", ".", "and", "or", "then", "else", "return", "satisfies", "in", "between", "instance")
) | frozenset(COMPARISONS)


class Parser:
    """One pass over one text; `constructs.Reader` adds the wordy parts.

    `types` are the item definitions `instance of` and parameters may name.
    """

    def __init__(self, text: str, names: frozenset[str], types: Mapping[str, Type]) -> None:
        if len(text) > TEXT_LIMIT:
            raise FeelSyntaxError(T("表达式超过 {limit} 个字符", limit=TEXT_LIMIT))
        self.scanner = Scanner(text, names)
        self.types = types
        self.depth = 0
        self.range_end = False
        self.at = self.scanner.token(0)
        self.before = 0

    # -- tokens

    def advance(self) -> Token:
        token = self.at
        self.before = token.end
        self.at = self.scanner.token(token.end)
        return token

    def peek(self, text: str) -> bool:
        return self.at.text == text and self.at.kind in ("sign", "keyword")

    def word(self, text: str) -> bool:
        return self.at.text == text and self.at.kind in ("keyword", "name")

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> Token:
        if not self.word(text) and not self.peek(text):
            raise self.unexpected(text)
        return self.advance()

    def unexpected(self, wanted: str = "") -> FeelSyntaxError:
        found = self.at.text
        if self.at.kind == "end":
            message = "表达式没有写完，缺少“{wanted}”" if wanted else "表达式没有写完"
        else:
            message = "这里应当是“{wanted}”，却是“{found}”" if wanted else "这里不应出现“{found}”"
        return self.scanner.error(self.at.start, message, wanted=wanted, found=found[:40])

    def place(self, token: Token) -> Place:
        return self.scanner.place(token.start)

    # -- entry points

    def expression(self) -> Node:
        """The whole text as one expression."""
        tree = self.parse()
        self.end()
        return tree

    def tests(self) -> Tests:
        """The whole text as unary tests."""
        place = self.place(self.at)
        if self.peek("-"):
            after = self.scanner.token(self.at.end)
            if after.kind == "end":
                return Tests(place, (), False)
        negated = self.at.text == "not" and self.scanner.token(self.at.end).text == "("
        if negated and self._whole_not():
            self.advance()
            self.advance()
            parts = self.test_list(")")
            self.expect(")")
            self.end()
            return Tests(place, parts, True)
        parts = self.test_list("")
        self.end()
        return Tests(place, parts, False)

    def _whole_not(self) -> bool:
        """Whether the bracket after `not` closes at the end of the text."""
        depth, token = 0, self.scanner.token(self.at.end)
        while token.kind != "end":
            if token.kind == "sign" and token.text in "([{":
                depth += 1
            elif token.kind == "sign" and token.text in ")]}":
                depth -= 1
            token = self.scanner.token(token.end)
            if depth <= 0:
                return token.kind == "end"
        return False

    def end(self) -> None:
        if self.at.kind != "end":
            raise self.unexpected()

    def test_list(self, closer: str) -> tuple[Node, ...]:
        found = [self.test()]
        while self.take(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> Node:
        """One positive unary test."""
        if self.at.kind == "sign" and self.at.text in COMPARISONS:
            return self.comparison()
        return self.parse()

    def comparison(self) -> Node:
        token = self.advance()
        return Comparison(self.place(token), token.text, self.parse(ADD))

    # -- the Pratt loop

    def parse(self, power: int = OR) -> Node:
        """An expression whose operators bind at least as tightly as `power`."""
        self.depth += 1
        if self.depth > NESTING_LIMIT:
            raise self.scanner.error(self.at.start, "表达式嵌套超过 {limit} 层", limit=str(NESTING_LIMIT))
        keep, self.range_end = self.range_end, False
        left = self.prefix()
        self.range_end = keep
        for _ in range(CHAIN_LIMIT):
            binds = self.binding()
            if binds < power:
                self.depth -= 1
                return left
            left = self.infix(left, binds)
        raise self.scanner.error(self.at.start, "一串运算太长")

    def binding(self) -> int:
        if self.at.kind == "sign" or self.at.kind == "keyword":
            if self.range_end and self.peek("[") and self._closes_range():
                return 0
            return INFIX.get(self.at.text, 0)
        return 0

    def _closes_range(self) -> bool:
        after = self.scanner.token(self.at.end)
        return after.kind in ("sign", "keyword", "end") and after.text in _AFTER_RANGE

    def infix(self, left: Node, binds: int) -> Node:
        special = self._SPECIAL.get(self.at.text)
        if special is not None:
            keep, self.range_end = self.range_end, False
            tree = special(self, left)
            self.range_end = keep
            return tree
        token = self.advance()
        place = self.place(token)
        if binds in (OR, AND):
            return self.junction(left, token.text, binds, place)
        if binds == COMPARE and isinstance(left, Binary) and left.operator in COMPARISONS and self._bare(left):
            raise self.scanner.error(token.start, "比较不能连写，请用 and 连接")
        return Binary(place, token.text, left, self.parse(binds + 1))

    def _bare(self, left: Binary) -> bool:
        return self.bracketed is not left

    bracketed: Node | None = None

    def junction(self, left: Node, operator: str, binds: int, place: Place) -> Node:
        parts = [left, self.parse(binds + 1)]
        while self.peek(operator):
            self.advance()
            parts.append(self.parse(binds + 1))
        return Junction(place, operator, tuple(parts))

    def between(self, left: Node) -> Node:
        place = self.place(self.advance())
        low = self.parse(ADD)
        self.expect("and")
        return Between(place, left, low, self.parse(ADD))

    def membership(self, left: Node) -> Node:
        place = self.place(self.advance())
        if self.at.kind == "sign" and self.at.text in COMPARISONS:
            return In(place, left, (self.comparison(),))
        if not self.peek("("):
            return In(place, left, (self.parse(ADD),))
        opened = self.advance()
        parts = [self.test()]
        if self.take(".."):
            return In(place, left, (self.close_range(self.place(opened), parts[0], False),))
        while self.take(","):
            parts.append(self.test())
        self.expect(")")
        return In(place, left, tuple(parts))

    def instance(self, left: Node) -> Node:
        place = self.place(self.advance())
        self.expect("of")
        return InstanceOf(place, left, self.type())

    def path(self, left: Node) -> Node:
        self.advance()
        if self.at.kind not in ("name", "keyword"):
            raise self.unexpected()
        token = self.advance()
        return Path(self.place(token), left, token.text)

    def filter(self, left: Node) -> Node:
        place = self.place(self.advance())
        condition = self.parse()
        self.expect("]")
        return Filter(place, left, condition)

    def call(self, left: Node) -> Node:
        self.advance()
        place = left.place
        if self.take(")"):
            return Call(place, left, ())
        if name := self._argument_name():
            return self._named_call(left, name)
        arguments = [self.test()]
        while self.take(","):
            arguments.append(self.test())
        self.expect(")")
        return Call(place, left, tuple(arguments))

    def _named_call(self, left: Node, name: str) -> Node:
        names, arguments = [name], [self.test()]
        while self.take(","):
            following = self._argument_name()
            if not following or following in names:
                raise self.unexpected()
            names.append(following)
            arguments.append(self.test())
        self.expect(")")
        return Call(left.place, left, tuple(arguments), tuple(names))

    def _argument_name(self) -> str:
        """`start position:` if that is what comes next; the tokens are taken then."""
        words, token = [], self.at
        while token.kind in ("name", "keyword"):
            words.append(token.text)
            token = self.scanner.token(token.end)
        if not words or token.text != ":" or token.kind != "sign":
            return ""
        while not self.peek(":"):
            self.advance()
        self.advance()
        return " ".join(words)

    # -- what begins an expression

    def prefix(self) -> Node:
        token = self.at
        reader = self.PREFIX.get(token.text) if token.kind in ("sign", "keyword") else self._BY_KIND.get(token.kind)
        if reader is None:
            raise self.unexpected()
        return reader(self)

    def number(self) -> Node:
        token = self.advance()
        if self.at.kind in ("name", "number") and self.at.start == token.end:
            raise self.unexpected()
        try:
            return Literal(self.place(token), decimals.number_from(token.text))
        except ArithmeticError:
            raise self.scanner.error(token.start, "数字太大") from None

    def string(self) -> Node:
        token = self.advance()
        return Literal(self.place(token), token.text)

    def name(self) -> Node:
        token = self.advance()
        return Name(self.place(token), token.text)

    def constant(self) -> Node:
        token = self.advance()
        return Literal(self.place(token), {"true": True, "false": False}.get(token.text))

    def negation(self) -> Node:
        place = self.place(self.advance())
        value = self.parse(POSTFIX)
        if isinstance(value, Literal) and isinstance(value.value, Decimal):
            return Literal(place, decimals.CONTEXT.minus(value.value))
        return Negation(place, value)

    def at_literal(self) -> Node:
        place = self.place(self.advance())
        if self.at.kind != "string":
            raise self.unexpected()
        token = self.advance()
        return Literal(place, temporal.at_literal(token.text))

    def bracket(self) -> Node:
        opened = self.advance()
        inner = self.test()
        if self.take(".."):
            return self.close_range(self.place(opened), inner, False)
        self.expect(")")
        self.bracketed = inner
        return inner

    def open_range(self) -> Node:
        place = self.place(self.advance())
        low = self.parse(ADD)
        self.expect("..")
        return self.close_range(place, low, False)

    def close_range(self, place: Place, low: Node, closed: bool) -> RangeOf:
        keep, self.range_end = self.range_end, True
        high = self.parse(ADD)
        self.range_end = keep
        if not (self.peek("]") or self.peek(")") or self.peek("[")):
            raise self.unexpected("]")
        return RangeOf(place, low, high, closed, self.advance().text == "]")

    def type(self) -> Type:
        raise NotImplementedError

    _SPECIAL: ClassVar[dict[str, Callable[[Parser, Node], Node]]] = {
        "between": between,
        "in": membership,
        "instance": instance,
        ".": path,
        "[": filter,
        "(": call,
    }
    _BY_KIND: ClassVar[dict[str, Callable[[Parser], Node]]] = {"number": number, "string": string, "name": name}
    PREFIX: ClassVar[dict[str, Callable[[Parser], Node]]] = {
        "true": constant,
        "false": constant,
        "null": constant,
        "-": negation,
        "@": at_literal,
        "(": bracket,
        "]": open_range,
        **dict.fromkeys(COMPARISONS, comparison),
    }
