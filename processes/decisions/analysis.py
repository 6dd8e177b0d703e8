"""What a decision table forgets and where its rows collide, exactly where the cells can be understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from processes.decisions.axes import Axis, Bounds, Mask, axis_for
from processes.decisions.boxed import Broken
from processes.decisions.cellreader import read_cell
from processes.decisions.cellsets import Both, Cellset, understood
from processes.decisions.model import Place
from processes.decisions.tables import Hit, Input, Rule, Table
from processes.decisions.types import SOME_DAY, Allowed, Whole
from processes.expressions import Env
from processes.findings import Finding, Severity
from processes.text import T, Text

MOST_STEPS = 50_000
MOST_FINDINGS = 5
_ONE_HIT = frozenset({Hit.UNIQUE, Hit.ANY, Hit.FIRST, Hit.PRIORITY})
Region = tuple[Mask, ...]


class TooLarge(Exception):
    """The table has too many combinations to look at all of them."""


def gaps_and_overlaps(table: Table) -> list[Finding]:
    """Inputs no row covers, rows that collide, rows that never count, and honestly what was not examined."""
    grid = _Grid(table)
    findings = [*_unread(grid), *_empty(grid), *_overlaps(grid)]
    try:
        findings += [*_gaps(grid), *_hidden(grid)]
    except TooLarge:
        findings.append(
            _finding(
                table.place,
                Severity.ADVICE,
                "dmn-unexamined",
                T("决策表“{table}”组合太多，没有查完空缺和重叠", table=table.title),
            )
        )
    return findings


@dataclass
class _Column:
    """The input columns that ask the same thing."""

    label: str
    places: list[int]
    cells: list[Cellset] = field(default_factory=list)
    axis: Axis | None = None


class _Grid:
    """A table as masks: one row of bounds per rule."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.env = Env(SOME_DAY)
        self.steps = 0
        self.columns = self._columns()
        self.readable = [column for column in self.columns if column.axis]
        self.rows = [self._row(number) for number in range(len(table.rules))]
        self.seen = [number for number in range(len(table.rules)) if not self.blind(number)]

    @cached_property
    def full(self) -> Region:
        return tuple(column.axis.exists for column in self.readable if column.axis)

    def blind(self, number: int) -> bool:
        """True when some cell of a rule stands in a column that could not be understood."""
        rule = self.table.rules[number]
        return any(column.axis is None and not _plainly_any(rule, column) for column in self.columns)

    def sure(self, number: int) -> Region:
        return tuple(bounds.sure for bounds in self.rows[number])

    def possible(self, number: int) -> Region:
        return tuple(bounds.possible for bounds in self.rows[number])

    def describe(self, region: Region) -> str:
        """A region in words; inputs that do not matter are left out."""
        parts = [
            f"{column.label} {column.axis.describe(mask)}"
            for column, mask in zip(self.readable, region, strict=True)
            if column.axis and mask != column.axis.exists
        ]
        return "，".join(parts) or "-"

    def uncovered(self, region: Region, rows: list[Region]) -> Iterator[Region]:
        """The parts of a region that none of the rows covers."""
        yield from self._uncovered(region, rows, 0)

    def _uncovered(self, region: Region, rows: list[Region], at: int) -> Iterator[Region]:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLarge
        if not rows:
            yield region
            return
        if at == len(region):
            return
        for mask, inside in _split(region[at], rows, at):
            yield from self._uncovered((*region[:at], mask, *region[at + 1 :]), inside, at + 1)

    def _columns(self) -> list[_Column]:
        groups: dict[str, _Column] = {}
        for place, column in enumerate(self.table.inputs):
            groups.setdefault(column.text, _Column(column.label, [])).places.append(place)
        for group in groups.values():
            group.cells = [self._cell(rule, group.places) for rule in self.table.rules]
            group.axis = self._axis(self.table.inputs[group.places[0]], group.cells)
        return list(groups.values())

    def _cell(self, rule: Rule, places: list[int]) -> Cellset:
        cells = tuple(read_cell(rule.cells[place].text, self.env) for place in places)
        return cells[0] if len(cells) == 1 else Both(cells)

    def _axis(self, column: Input, cells: list[Cellset]) -> Axis | None:
        text = column.allowed.text if column.allowed else ""
        if not text and isinstance(column.type, Allowed):
            text = column.type.text
        allowed = read_cell(text, self.env) if text else None
        boolean = column.type.name == "boolean"
        if boolean and allowed is None:
            allowed = read_cell("true, false", self.env)
        return axis_for(cells, allowed, isinstance(column.type, Whole))

    def _row(self, number: int) -> list[Bounds]:
        return [column.axis.bounds(column.cells[number]) for column in self.readable if column.axis]


def _split(region: Mask, rows: list[Region], at: int) -> list[tuple[Mask, list[Region]]]:
    """The pieces of one column grouped by which rows hold them."""
    groups: dict[tuple[int, ...], Mask] = {}
    while region:
        piece = region & -region
        region ^= piece
        holders = tuple(i for i, row in enumerate(rows) if row[at] & piece)
        groups[holders] = groups.get(holders, 0) | piece
    return [(mask, [rows[i] for i in holders]) for holders, mask in groups.items()]


def _unread(grid: _Grid) -> Iterator[Finding]:
    for column in grid.columns:
        for number, rule in enumerate(grid.table.rules):
            known = column.axis is not None and understood(column.cells[number])
            if not known and not _plainly_any(rule, column):
                cell = rule.cells[column.places[0]]
                message = T(
                    "第 {rule} 行的“{cell}”要到运行时才知道，空缺和重叠没有查这一格",
                    rule=rule.number,
                    cell=cell.text,
                )
                yield _finding(cell.place, Severity.ADVICE, "dmn-unexamined", message)


def _plainly_any(rule: Rule, column: _Column) -> bool:
    return all(rule.cells[place].text == "-" for place in column.places)


def _empty(grid: _Grid) -> Iterator[Finding]:
    for number, rule in enumerate(grid.table.rules):
        if any(mask == 0 for mask in grid.possible(number)):
            message = T("决策表“{table}”第 {rule} 行永远不会命中", table=grid.table.title, rule=rule.number)
            yield _finding(rule.place, Severity.WARNING, "dmn-unreachable", message)


def _overlaps(grid: _Grid) -> Iterator[Finding]:
    if grid.table.hit not in (Hit.UNIQUE, Hit.ANY):
        return
    pairs = list(_colliding(grid))
    for one, other, region in pairs[:MOST_FINDINGS]:
        message = T(
            "决策表“{table}”第 {one} 行与第 {other} 行重叠：{region}",
            table=grid.table.title, one=one.number, other=other.number, region=grid.describe(region),
        )  # fmt: skip
        yield _finding(other.place, Severity.WARNING, "dmn-overlap", message)
    yield from _more(
        grid,
        "dmn-overlap",
        T("决策表“{table}”还有 {count} 处重叠", table=grid.table.title, count=len(pairs) - MOST_FINDINGS),
        len(pairs),
    )


def _colliding(grid: _Grid) -> Iterator[tuple[Rule, Rule, Region]]:
    rules = grid.table.rules
    for second in grid.seen:
        for first in (number for number in grid.seen if number < second):
            if grid.table.hit is Hit.ANY and rules[first].outputs == rules[second].outputs:
                continue
            pairs = zip(grid.sure(first), grid.sure(second), strict=True)
            region = tuple(one & other for one, other in pairs)
            if all(region):
                yield rules[first], rules[second], region


def _gaps(grid: _Grid) -> Iterator[Finding]:
    table = grid.table
    if table.hit not in _ONE_HIT or any(output.default for output in table.outputs):
        return
    rows = [grid.possible(number) for number in range(len(table.rules))]
    regions = list(grid.uncovered(grid.full, rows))
    for region in regions[:MOST_FINDINGS]:
        message = T("决策表“{table}”没有一行管到：{region}", table=table.title, region=grid.describe(region))
        yield _finding(table.place, Severity.WARNING, "dmn-gap", message)
    yield from _more(
        grid,
        "dmn-gap",
        T("决策表“{table}”还有 {count} 处空缺", table=table.title, count=len(regions) - MOST_FINDINGS),
        len(regions),
    )


def _more(grid: _Grid, rule: str, message: Text, count: int) -> Iterator[Finding]:
    if count > MOST_FINDINGS:
        yield _finding(grid.table.place, Severity.WARNING, rule, message)


def _hidden(grid: _Grid) -> Iterator[Finding]:
    """Rows behind others: earlier ones under FIRST, ones of higher rank under PRIORITY."""
    for number, rule in enumerate(grid.table.rules):
        before = _before(grid, number)
        if before and all(grid.possible(number)) and not any(grid.uncovered(grid.possible(number), before)):
            message = T(
                "决策表“{table}”第 {rule} 行被别的行完全遮住，永远轮不到", table=grid.table.title, rule=rule.number
            )
            yield _finding(rule.place, Severity.WARNING, "dmn-unreachable", message)


def _before(grid: _Grid, number: int) -> list[Region]:
    if grid.table.hit is Hit.FIRST:
        return [grid.sure(earlier) for earlier in grid.seen if earlier < number]
    if grid.table.hit is not Hit.PRIORITY:
        return []
    ranks = [_rank(grid, rule) for rule in grid.table.rules]
    mine = ranks[number]
    if mine is None:
        return []
    return [grid.sure(i) for i in grid.seen if (rank := ranks[i]) is not None and rank < mine]


def _rank(grid: _Grid, rule: Rule) -> list[int] | None:
    """The priority of a rule whose outputs are constants."""
    if any(entry.names or isinstance(entry, Broken) for entry in rule.outputs):
        return None
    pairs = zip(grid.table.outputs, rule.outputs, strict=True)
    return [output.priority(entry.evaluate({}, grid.env), grid.env) for output, entry in pairs]


def _finding(place: Place, severity: Severity, rule: str, message: Text) -> Finding:
    return Finding(severity, rule, place.file, message, place.element, place.line)
