"""Reads a decision table cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processes.decisions import boxed, feel
from processes.decisions.elements import child, children, text_of
from processes.decisions.model import Logic
from processes.decisions.tables import Aggregation, Cell, Hit, Input, Output, Rule, Table
from processes.decisions.types import Allowed
from processes.expressions.types import ANY, Type
from processes.text import T

if TYPE_CHECKING:
    from processes.decisions.logic import LogicReader

_ORDERED = (Hit.PRIORITY, Hit.OUTPUT_ORDER)


def read_table(reader: LogicReader, element: Any) -> Logic:
    """The table of a `decisionTable` element; broken when its policy or shape is."""
    place = reader.report.place(element)
    hit, aggregation = element.get("hitPolicy", "UNIQUE").upper(), element.get("aggregation")
    if hit not in set(Hit) or (aggregation and aggregation not in set(Aggregation)):
        policy = f"{hit} {aggregation or ''}".strip()
        return reader.broken("dmn-hit-policy", T("没有“{policy}”这种命中策略", policy=policy), place)
    inputs = tuple(_input(reader, column) for column in children(element, "input"))
    outputs = tuple(_output(reader, column, element) for column in children(element, "output"))
    if not outputs:
        return reader.broken("dmn-shape", T("决策表没有输出列"), place)
    rows = [_rule(reader, row, number, inputs, outputs) for number, row in enumerate(children(element, "rule"), 1)]
    rules = tuple(row for row in rows if row)
    how = Aggregation(aggregation) if aggregation and hit == "COLLECT" else None
    table = Table(_title(element), Hit(hit), how, inputs, outputs, rules, place)
    _remark(reader, table)
    return table if len(rules) == len(rows) else boxed.Broken(T("决策表有错误的行"), place)


def _title(element: Any) -> str:
    node = element
    while node is not None and not node.get("name"):
        node = node.getparent()
    return "" if node is None else str(node.get("name"))


def _input(reader: LogicReader, column: Any) -> Input:
    holder = child(column, "inputExpression")
    text, line = text_of(holder)
    place = reader.report.place(column if holder is None else holder, line)
    kind = reader.types.of(None if holder is None else holder.get("typeRef"), column)
    if not text.strip():
        logic: Logic = reader.broken("dmn-missing", T("输入列没有表达式"), place)
    else:
        logic = reader.feel(text, place) if reader.only_feel(holder) else boxed.Broken(T("只支持 FEEL"), place)
    label = column.get("label") or text.strip()
    return Input(label, text.strip(), logic, kind, _allowed(reader, column, "inputValues"), place)


def _allowed(reader: LogicReader, column: Any, name: str) -> Cell | None:
    text, line = text_of(child(column, name))
    if not text.strip():
        return None
    place = reader.report.place(column, line)
    return Cell(text.strip(), reader.tests(text, place), place)


def _output(reader: LogicReader, column: Any, table: Any) -> Output:
    place = reader.report.place(column)
    kind = reader.types.of(column.get("typeRef"), column)
    name = (column.get("name") or "").strip()
    if not name and len(list(children(table, "output"))) > 1:
        reader.report.error("dmn-shape", T("有多个输出列时，每列都要有名称"), place)
    default = child(column, "defaultOutputEntry")
    text, line = text_of(default)
    logic = reader.feel(text, reader.report.place(default, line)) if text.strip() else None
    return Output(name, column.get("label") or name, kind, _values(reader, column, kind, table), logic, place)


def _values(reader: LogicReader, column: Any, kind: Type, table: Any) -> tuple[Any, ...]:
    """The listed output values in their order; the type's allowed values when the column lists none."""
    text, line = text_of(child(column, "outputValues"))
    if not text.strip():
        named = _type_of_decision(reader, table) if kind is ANY else kind
        text = named.text if isinstance(named, Allowed) else ""
    if not text.strip():
        return ()
    try:
        values = feel.constant(f"[{text}]")
    except feel.Refused as refused:
        if child(column, "outputValues") is not None:
            reader.report.error("dmn-expression", refused.message, reader.report.place(column, line))
        return ()
    return tuple(values) if isinstance(values, list) else ()


def _type_of_decision(reader: LogicReader, table: Any) -> Type | None:
    parent = table.getparent()
    variable = None if parent is None else child(parent, "variable")
    reference = table.get("typeRef") or (None if variable is None else variable.get("typeRef"))
    return reader.types.named(reference) if reference else None


def _rule(
    reader: LogicReader, row: Any, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Rule | None:
    place = reader.report.place(row)
    cells = tuple(_cell(reader, entry) for entry in children(row, "inputEntry"))
    entries = tuple(_entry(reader, entry) for entry in children(row, "outputEntry"))
    if len(cells) != len(inputs) or len(entries) != len(outputs):
        reader.report.error("dmn-shape", T("第 {number} 行的格数与列数不同", number=number), place)
        return None
    return Rule(number, row.get("id"), cells, entries, place)


def _cell(reader: LogicReader, entry: Any) -> Cell:
    text, line = text_of(entry)
    place = reader.report.place(entry, line)
    if not reader.only_feel(entry):
        return Cell(text.strip(), boxed.Broken(T("只支持 FEEL"), place), place)
    return Cell(text.strip() or "-", reader.tests(text, place), place)


def _entry(reader: LogicReader, entry: Any) -> Logic:
    text, line = text_of(entry)
    place = reader.report.place(entry, line)
    if not reader.only_feel(entry):
        return boxed.Broken(T("只支持 FEEL"), place)
    return reader.feel(text if text.strip() not in ("", "-") else "null", place)


def _remark(reader: LogicReader, table: Table) -> None:
    """Faults of the table as a whole."""
    if table.hit in _ORDERED and not any(output.values for output in table.outputs):
        message = T("按输出优先级取值，但没有列出输出值的先后次序")
        reader.report.error("dmn-hit-policy", message, table.place)
    if table.aggregation and len(table.outputs) > 1:
        reader.report.error("dmn-hit-policy", T("有多个输出列时不能汇总"), table.place)
    if not table.rules:
        reader.report.warning("dmn-shape", T("决策表一行也没有"), table.place)
