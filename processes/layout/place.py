"""Gives each node a lane, a column and a row; then turns the grid into pixels.

Columns follow the longest way from the start, the first flow of every node being the happy path. The happy path keeps
one row of its lane; what leaves a gateway sideways hangs below or above it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from processes.layout.picture import EVENT, Box, Item, Picture, Scope

COLUMN_GAP = 60
ROW_GAP = 56
EDGE = 34  # free strip around a grid: room for lines that go round
FOOTER_GAP = 30


@dataclass
class Grid:
    """Where the nodes stand, in cells and in pixels."""

    column: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    main: list[str] = field(default_factory=list)
    below: dict[str, str] = field(default_factory=dict)  # node -> the gateway it hangs from
    above: dict[str, str] = field(default_factory=dict)
    picture: Picture = field(default_factory=Picture)
    xs: list[tuple[int, int]] = field(default_factory=list)  # left and right of each column
    ys: list[tuple[int, int]] = field(default_factory=list)  # top and bottom of each row, all lanes in turn


def place(scope: Scope) -> Grid:
    """Put every node of one scope on the grid; sizes of sub-processes must be known."""
    grid = Grid()
    forward = _forward_edges(scope)
    order = _topological(scope, forward)
    grid.main = _happy_path(scope, forward, order)
    _columns(scope, grid, forward, order)
    _rows(scope, grid, forward, order)
    _pixels(scope, grid)
    return grid


def _gridded(scope: Scope) -> list[str]:
    return [i.id for i in scope.items.values() if i.host is None and not i.footer]


def _next(scope: Scope) -> dict[str, list[str]]:
    """Successors in drawing order; a boundary event's come after its host's own."""
    follow: dict[str, list[str]] = defaultdict(list)
    for late in (False, True):
        for edge in scope.edges:
            if (scope.items[edge.source].host is not None) is late:
                follow[scope.host_of(edge.source)].append(scope.host_of(edge.target))
    return follow


def _forward_edges(scope: Scope) -> dict[str, list[str]]:
    """Successors without the edges that go back (found depth first, so a loop's return is the one left out)."""
    follow, state = _next(scope), dict.fromkeys(_gridded(scope), 0)
    forward: dict[str, list[str]] = {node: [] for node in state}
    into = {t for targets in follow.values() for t in targets}
    for root in sorted(state, key=lambda n: n in into):
        stack = [(root, iter(follow[root]))] if not state[root] else []
        state[root] = state[root] or 1
        while stack:
            node, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[node] = 2
                stack.pop()
                continue
            if state[target] != 1 and target not in forward[node]:
                forward[node].append(target)
            if state[target] == 0:
                state[target] = 1
                stack.append((target, iter(follow[target])))
    return forward


def _topological(scope: Scope, forward: dict[str, list[str]]) -> list[str]:
    missing = dict.fromkeys(forward, 0)
    for targets in forward.values():
        for target in targets:
            missing[target] += 1
    ready, order = [n for n in forward if not missing[n]], []
    while ready:
        node = ready.pop(0)
        order.append(node)
        for target in forward[node]:
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return order


def _happy_path(scope: Scope, forward: dict[str, list[str]], order: list[str]) -> list[str]:
    starts = [n for n in order if scope.items[n].kind == "startEvent"] or order[:1]
    path: list[str] = starts[:1]
    while path and forward[path[-1]]:
        path.append(forward[path[-1]][0])
    return path


def _columns(scope: Scope, grid: Grid, forward: dict[str, list[str]], order: list[str]) -> None:
    main = set(grid.main)
    before: dict[str, list[str]] = defaultdict(list)
    for node, targets in forward.items():
        for target in targets:
            before[target].append(node)
    for node in order:
        if node not in main and len(before[node]) == 1:
            _hang(scope, grid, before[node][0], node)
        step = node not in grid.below and node not in grid.above
        grid.column[node] = max((grid.column[b] + step for b in before[node]), default=0)


def _hang(scope: Scope, grid: Grid, gateway: str, node: str) -> None:
    """One branch of a gateway may stand right below it, one right above."""
    item, other = scope.items[node], scope.items[gateway]
    if not other.is_gateway or item.inner is not None:
        return
    taken = [n for n, g in (*grid.below.items(), *grid.above.items()) if g == gateway]
    if not any(scope.items[n].lane == item.lane for n in taken):
        grid.below[node] = gateway
    elif gateway in grid.main and gateway not in grid.above.values() and item.lane == other.lane:
        grid.above[node] = gateway


def _rows(scope: Scope, grid: Grid, forward: dict[str, list[str]], order: list[str]) -> None:
    used: set[tuple[int, int, int]] = set()
    before: dict[str, str] = {}
    for node in order:
        for target in forward[node]:
            before.setdefault(target, node)
    main = set(grid.main)
    for node in [*grid.main, *_branches(scope, grid, forward, order)]:
        item = scope.items[node]
        row, step = _first_row(scope, grid, item, before.get(node))
        chain = 0 if node in main else _chain(scope, grid, forward, node)
        while any((item.lane, row, c) in used for c in _stretch(scope, grid, node, before.get(node), row, chain)):
            row += step
        grid.row[node] = row
        used.add((item.lane, row, grid.column[node]))
    for lane in {i.lane for i in scope.items.values()}:
        lowest = min((r for n, r in grid.row.items() if scope.items[n].lane == lane), default=0)
        for node in (n for n in grid.row if scope.items[n].lane == lane):
            grid.row[node] -= lowest


def _branches(scope: Scope, grid: Grid, forward: dict[str, list[str]], order: list[str]) -> list[str]:
    """The nodes beside the happy path, branch after branch; what boundary events lead to comes last."""
    edge: dict[str, list[str]] = defaultdict(list)
    for line in scope.edges:
        if scope.items[line.source].host is not None:
            edge[scope.host_of(line.source)].append(scope.host_of(line.target))
    seen, late = dict.fromkeys(grid.main), {target for targets in edge.values() for target in targets}

    def follow(root: str) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            seen[node] = None
            onward = [t for t in reversed(forward[node]) if t not in seen and t not in late]
            stack += sorted(onward, key=lambda t: t not in grid.below and t not in grid.above)

    for node in grid.main:
        follow(node)
    for node in [*seen, *order]:
        for target in [t for t in edge[node] if t not in seen]:
            follow(target)
    for node in (n for n in order if n not in seen):
        follow(node)
    return list(seen)[len(grid.main) :]


def _first_row(scope: Scope, grid: Grid, item: Item, before: str | None) -> tuple[int, int]:
    """Where to look for a free cell first, and in which direction to go on."""
    if item.id in grid.main or before not in grid.row or scope.items[before].lane != item.lane:
        return 0, 1
    if item.id in grid.above:
        return grid.row[before] - 1, -1
    hosts = [scope.items[e.source].host or "" for e in scope.edges if e.target == item.id]
    under = [grid.row[h] + 1 for h in hosts if h in grid.row and scope.items[h].lane == item.lane]
    return max([grid.row[before] + (item.id in grid.below), *under]), -1 if grid.row[before] < 0 else 1


def _chain(scope: Scope, grid: Grid, forward: dict[str, list[str]], node: str) -> int:
    """How many columns to the right a branch needs, as long as it runs straight on in its lane and has no place yet."""
    last = node
    while len(forward[last]) == 1:
        target = forward[last][0]
        if target in grid.row or scope.items[target].lane != scope.items[node].lane:
            break
        last = target
    return max(grid.column[last] - grid.column[node], 0)


def _stretch(scope: Scope, grid: Grid, node: str, before: str | None, row: int, chain: int) -> range:
    """The columns that must be free: for the straight line from the node before, and for what follows."""
    column = grid.column[node]
    if node in grid.main or before not in grid.row or scope.items[before].lane != scope.items[node].lane:
        return range(column, column + 1 + chain)
    start = grid.column[before] + (grid.row[before] == row)
    return range(min(start, column), column + 1 + chain)


def _pixels(scope: Scope, grid: Grid) -> None:
    x = EDGE
    for column in range(max(grid.column.values(), default=-1) + 1):
        width = max((scope.items[n].size[0] for n, c in grid.column.items() if c == column), default=EVENT[0])
        grid.xs.append((x, x + width))
        x += width + COLUMN_GAP
    width = max(x - COLUMN_GAP + EDGE, _footer_width(scope))
    y = 0
    for lane in range(max(len(scope.lanes), 1)):
        top = y
        y = _lane_pixels(scope, grid, lane, y)
        if scope.lanes:
            grid.picture.lanes[scope.lanes[lane]] = Box(0, top, width, y - top)
    grid.picture.lanes = {k: Box(b.x, b.y, width, b.h) for k, b in grid.picture.lanes.items()}
    grid.picture.width, grid.picture.height = width, y
    _boundary_events(scope, grid)


def _footer_width(scope: Scope) -> int:
    widths: dict[int, int] = defaultdict(lambda: EDGE)
    for item in scope.items.values():
        if item.footer:
            widths[item.lane] += item.size[0] + FOOTER_GAP
    return max(widths.values(), default=0)


def _lane_pixels(scope: Scope, grid: Grid, lane: int, top: int) -> int:
    """Rows of one lane, then its event sub-processes side by side; returns the lane's lower edge."""
    nodes = [n for n in grid.row if scope.items[n].lane == lane]
    y = top + EDGE
    for row in range(max((grid.row[n] for n in nodes), default=0) + 1):
        here = [n for n in nodes if grid.row[n] == row]
        height = max((scope.items[n].size[1] for n in here), default=TASK_ROW)
        grid.ys.append((y, y + height))
        for node in here:
            w, h = scope.items[node].size
            left, right = grid.xs[grid.column[node]]
            grid.picture.boxes[node] = Box((left + right - w) // 2, y + (height - h) // 2, w, h)
        y += height + ROW_GAP
    y += EDGE - ROW_GAP
    x, lowest = EDGE, 0
    for item in scope.items.values():
        if item.footer and item.lane == lane:
            grid.picture.boxes[item.id] = Box(x, y, *item.size)
            x, lowest = x + item.size[0] + FOOTER_GAP, max(lowest, item.size[1])
    return y + lowest + (EDGE if lowest else 0)


TASK_ROW = 80


def _boundary_events(scope: Scope, grid: Grid) -> None:
    """On the host's lower edge, from the right."""
    count: dict[str, int] = defaultdict(int)
    for item in scope.items.values():
        if item.host is None or item.host not in grid.picture.boxes:
            continue
        host = grid.picture.boxes[item.host]
        many = sum(other.host == item.host for other in scope.items.values())
        step = max(42, min(110, (host.w - 20) // max(many, 1)))
        x = host.right - 10 - EVENT[0] - count[item.host] * step
        count[item.host] += 1
        grid.picture.boxes[item.id] = Box(x, host.bottom - EVENT[1] // 2, *EVENT)
