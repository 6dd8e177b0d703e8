"""Reads boxed expressions: every cell compiled, every fault noted, nothing raised."""

from __future__ import annotations

from typing import Any

from processes.decisions import boxed, feel
from processes.decisions.elements import child, children, expression_in, local, text_of
from processes.decisions.itemtypes import Types
from processes.decisions.model import Logic, Place
from processes.decisions.report import Report
from processes.decisions.types import Parameter
from processes.expressions.types import ANY, Type
from processes.text import T, Text


class LogicReader:
    """Turns the elements of one file into logic."""

    def __init__(self, report: Report, types: Types, names: frozenset[str], known_types: dict[str, Type]) -> None:
        self.report = report
        self.types = types
        self.names = names
        self.known_types = tuple(known_types.items())
        self._readers = {
            "literalExpression": self._literal, "context": self._context, "invocation": self._invocation,
            "relation": self._relation, "list": self._list, "functionDefinition": self.function,
            "conditional": self._conditional, "filter": self._filter, "for": self._for,
            "some": self._quantified, "every": self._quantified, "decisionTable": self._table,
        }  # fmt: skip

    def read(self, element: Any) -> Logic:
        """The logic of an expression element, coerced to its `typeRef`."""
        logic = self._readers[local(element)](element)
        kind = self.types.of(element.get("typeRef"), element)
        return logic if kind is ANY or local(element) == "functionDefinition" else boxed.Typed(logic, kind)

    def inside(self, element: Any) -> Logic:
        """The logic of the one expression an element must hold."""
        expression = None if element is None else expression_in(element)
        if expression is not None:
            return self.read(expression)
        return self.broken("dmn-missing", T("缺少表达式"), self.report.place(element))

    def part(self, element: Any, name: str) -> Logic:
        """The logic inside the child with this name, coerced to the child's `typeRef`."""
        holder = child(element, name)
        if holder is None:
            return self.broken("dmn-missing", T("缺少“{part}”部分", part=name), self.report.place(element))
        kind = self.types.of(holder.get("typeRef"), holder)
        logic = self.inside(holder)
        return logic if kind is ANY else boxed.Typed(logic, kind)

    def broken(self, rule: str, message: Text, place: Place) -> boxed.Broken:
        """Note a fault and stand in for what could not be read."""
        self.report.error(rule, message, place)
        return boxed.Broken(message, place)

    def feel(self, text: str, place: Place) -> Logic:
        """Compile FEEL text; faults carry the line inside the text."""
        try:
            return feel.expression(text, self.names, self.known_types)
        except feel.Refused as refused:
            return self.broken("dmn-expression", refused.message, _further(place, refused.line))

    def tests(self, text: str, place: Place) -> Any:
        """Compile the unary tests of a cell."""
        try:
            return feel.unary(text.strip() or "-", self.names, self.known_types)
        except feel.Refused as refused:
            return self.broken("dmn-expression", refused.message, _further(place, refused.line))

    def only_feel(self, element: Any) -> bool:
        """True when the element's language is FEEL; another one is a finding."""
        language = element.get("expressionLanguage")
        if not language or "feel" in language.casefold():
            return True
        message = T("只支持 FEEL，不支持“{language}”", language=language)
        self.report.error("dmn-language", message, self.report.place(element))
        return False

    def function(self, element: Any, name: str = "") -> Logic:
        """A function definition; Java and PMML functions are refused."""
        if element.get("kind", "FEEL") != "FEEL":
            message = T("不支持外部函数（{kind}）", kind=element.get("kind"))
            return self.broken("dmn-external", message, self.report.place(element))
        parameters = tuple(
            Parameter(part.get("name", "").strip(), _loosely(self.types.of(part.get("typeRef"), part)))
            for part in children(element, "formalParameter")
        )
        body = self.inside(element)
        return boxed.Function(name, parameters, body)

    def _literal(self, element: Any) -> Logic:
        text, line = text_of(element)
        place = self.report.place(element, line)
        if not self.only_feel(element):
            return boxed.Broken(T("只支持 FEEL"), place)
        if not text.strip():
            return self.broken("dmn-missing", T("缺少表达式"), place)
        return self.feel(text, place)

    def _context(self, element: Any) -> Logic:
        entries = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            logic = self.inside(entry)
            if variable is not None:
                kind = self.types.of(variable.get("typeRef"), variable)
                logic = logic if kind is ANY else boxed.Typed(logic, kind)
            entries.append((None if variable is None else variable.get("name", "").strip(), logic))
        return boxed.Context(tuple(entries))

    def _invocation(self, element: Any) -> Logic:
        place = self.report.place(element)
        called = child(element, "literalExpression")
        text = text_of(called)[0].strip()
        if not text:
            return self.broken("dmn-missing", T("没有写明调用哪个函数"), place)
        arguments = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = "" if parameter is None else parameter.get("name", "").strip()
            arguments.append((name, self.inside(binding)))
        return boxed.Invocation(self.feel(text, place), tuple(arguments))

    def _list(self, element: Any) -> Logic:
        return boxed.Items(tuple(self.read(part) for part in element if local(part) in self._readers))

    def _relation(self, element: Any) -> Logic:
        columns = tuple(column.get("name", "").strip() for column in children(element, "column"))
        rows = []
        for row in children(element, "row"):
            cells = tuple(self.read(part) for part in row if local(part) in self._readers)
            if len(cells) == len(columns):
                rows.append(cells)
            else:
                self.report.error("dmn-shape", T("这一行的格数与列数不同"), self.report.place(row))
        return boxed.Relation(columns, tuple(rows))

    def _conditional(self, element: Any) -> Logic:
        return boxed.Conditional(self.part(element, "if"), self.part(element, "then"), self.part(element, "else"))

    def _filter(self, element: Any) -> Logic:
        return boxed.Filter(self.part(element, "in"), self.part(element, "match"))

    def _for(self, element: Any) -> Logic:
        variable = element.get("iteratorVariable", "").strip()
        return boxed.For(variable, self.part(element, "in"), self.part(element, "return"))

    def _quantified(self, element: Any) -> Logic:
        variable = element.get("iteratorVariable", "").strip()
        every = local(element) == "every"
        return boxed.Quantified(every, variable, self.part(element, "in"), self.part(element, "satisfies"))

    def _table(self, element: Any) -> Logic:
        from processes.decisions.tablereader import read_table

        return read_table(self, element)


def _further(place: Place, line: int) -> Place:
    """The place some lines further down inside the same text."""
    return Place(place.file, place.element, None if place.line is None else place.line + line - 1)


def _loosely(kind: Type) -> Type:
    """A function handed over is taken whatever it declares."""
    return Type("function") if kind.name == "function" else kind
