"""Draws the lines: level and upright pieces on free tracks, few bends, fewer crossings, never through a node."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import count, pairwise

from processes.layout.label import around
from processes.layout.picture import Box, Edge, Point, Scope
from processes.layout.place import Grid

MARGIN = 9  # a line keeps this far from nodes it only passes
BEND, CROSSING, SHARED, WORDS = 45, 260, 70, 50
RIGHT, DOWN, LEFT, UP = (1, 0), (0, 1), (-1, 0), (0, -1)
Way = tuple[int, int]
Cell = tuple[int, int]
Piece = tuple[Cell, Cell]
State = tuple[Cell, Way]


@dataclass
class Board:
    """The tracks lines may run on and what already runs there; cells are indexes into `xs` and `ys`."""

    xs: list[int]
    ys: list[int]
    walls: set[Piece]
    words: set[Piece] = field(default_factory=set)  # where a node's name will probably stand
    pieces: dict[Piece, set[str]] = field(default_factory=dict)  # piece -> targets of the lines on it
    level: dict[Cell, set[str]] = field(default_factory=dict)
    upright: dict[Cell, set[str]] = field(default_factory=dict)

    def point(self, cell: Cell) -> Point:
        return self.xs[cell[0]], self.ys[cell[1]]


def route(scope: Scope, grid: Grid) -> None:
    """Give every edge of the scope its way points in `grid.picture.paths`."""
    boxes = grid.picture.boxes
    board = _board(grid, boxes)
    for item in scope.items.values():
        if item.id in boxes and (spots := around(scope, grid.picture, item)):
            board.words |= _inside(board, spots[0])
    main = {(a, b) for a, b in pairwise(grid.main)}
    edges = [e for e in scope.edges if e.source in boxes and e.target in boxes]
    edges.sort(key=lambda e: ((e.source, e.target) not in main, _far(boxes, e)))
    for edge in edges:
        grid.picture.paths[edge.id] = draw(board, scope, boxes, edge)


def _far(boxes: dict[str, Box], edge: Edge) -> int:
    a, b = boxes[edge.source], boxes[edge.target]
    return abs(a.cx - b.cx) + abs(a.cy - b.cy) + (2000 if b.cx < a.cx else 0)


def _board(grid: Grid, boxes: dict[str, Box]) -> Board:
    xs = _tracks(grid.xs, grid.picture.width) | {b.cx for b in boxes.values()}
    ys = _tracks(grid.ys, grid.picture.height) | {b.cy for b in boxes.values()}
    lines = {y for b in grid.picture.lanes.values() for y in (b.y, b.bottom)}
    ys -= {y for y in ys for line in lines if abs(y - line) < 7 and y not in {b.cy for b in boxes.values()}}
    board = Board(sorted(xs), sorted(ys), set())
    for box in boxes.values():
        board.walls |= _inside(board, box.grown(MARGIN))
    return board


def _tracks(bands: list[tuple[int, int]], end: int) -> set[int]:
    """Positions between the bands, about a dozen pixels apart."""
    found: set[int] = set()
    edges = [0, *(v for band in bands for v in band), end]
    for low, high in zip(edges[::2], edges[1::2], strict=False):
        step = 12
        found.update(range(low + (12 if low else 10), high - 9, step))
    return found


def _inside(board: Board, box: Box) -> set[Piece]:
    """The pieces that enter a box."""
    found: set[Piece] = set()
    left, right = bisect_right(board.xs, box.x), bisect_left(board.xs, box.right)
    top, bottom = bisect_right(board.ys, box.y), bisect_left(board.ys, box.bottom)
    for i in range(left, right):
        found.update(((i, j), (i, j + 1)) for j in range(max(top - 1, 0), min(bottom, len(board.ys) - 1)))
    for j in range(top, bottom):
        found.update(((i, j), (i + 1, j)) for i in range(max(left - 1, 0), min(right, len(board.xs) - 1)))
    return found


def draw(board: Board, scope: Scope, boxes: dict[str, Box], edge: Edge) -> list[Point]:
    """The cheapest way from source to target; a plain elbow when the board is too full."""
    starts = _ports(board, boxes[edge.source], _leaving(scope, edge.source))
    goals = _ports(board, boxes[edge.target], _entering(scope, edge.target))
    states = _search(board, edge.target, starts, goals)
    if states is None:
        return _elbow(boxes[edge.source], boxes[edge.target])
    first = next(p for p in starts if (p.cell, p.way) == states[0])
    last = next(p for p in goals if (p.cell, p.inward) == states[-1])
    _occupy(board, edge.target, states, (first, last))
    return _straighten([first.point, *(board.point(cell) for cell, _ in states), last.point])


@dataclass(frozen=True)
class Port:
    """A place where a line may touch a node, and the first free cell outside it."""

    cell: Cell
    way: Way
    point: Point
    cost: int
    inside: tuple[Piece, ...]

    @property
    def inward(self) -> Way:
        return -self.way[0], -self.way[1]


def _leaving(scope: Scope, node: str) -> dict[Way, int]:
    item = scope.items[node]
    if item.host is not None:
        return {DOWN: 0}
    if item.is_gateway:
        return {RIGHT: 0, DOWN: 5, UP: 12, LEFT: 400}
    return {RIGHT: 0, DOWN: 60, UP: 70, LEFT: 400}


def _entering(scope: Scope, node: str) -> dict[Way, int]:
    if scope.items[node].is_gateway:
        return {LEFT: 0, DOWN: 20, UP: 20, RIGHT: 400}
    return {LEFT: 0, UP: 35, DOWN: 40, RIGHT: 300}


def _ports(board: Board, box: Box, sides: dict[Way, int]) -> list[Port]:
    found = []
    for way, cost in sides.items():
        point = (
            (box.cx + way[0] * (box.w - box.w // 2 if way[0] > 0 else box.w // 2), box.cy)
            if way[0]
            else (box.cx, box.bottom if way[1] > 0 else box.y)
        )
        port = _port(board, box, way, point, cost)
        if port:
            found.append(port)
    return found


def _port(board: Board, box: Box, way: Way, point: Point, cost: int) -> Port | None:
    lines, at, across = (
        (board.xs, point[0], bisect_left(board.ys, point[1]))
        if way[0]
        else (board.ys, point[1], bisect_left(board.xs, point[0]))
    )
    step = way[0] or way[1]
    index = bisect_left(lines, at + MARGIN) if step > 0 else bisect_right(lines, at - MARGIN) - 1
    if not 0 <= index < len(lines):
        return None
    cell = (index, across) if way[0] else (across, index)
    if way[0]:
        inside = tuple(_piece((i, across), (i + step, across)) for i in _between(lines, at, index, step))
    else:
        inside = tuple(_piece((across, i), (across, i + step)) for i in _between(lines, at, index, step))
    return Port(cell, way, point, cost, inside)


def _between(lines: list[int], at: int, index: int, step: int) -> range:
    """Indexes of the lines from the node's edge up to the cell outside."""
    near = bisect_left(lines, at) if step > 0 else bisect_right(lines, at) - 1
    return range(near, index, step)


def _piece(a: Cell, b: Cell) -> Piece:
    return (a, b) if a < b else (b, a)


def _search(board: Board, target: str, starts: list[Port], goals: list[Port]) -> list[State] | None:
    """Dijkstra over cells and headings."""
    ends = {(p.cell, p.inward): p for p in goals}
    tick = count()
    heap: list[tuple[int, int, State, bool]] = []
    best: dict[State, int] = {}
    came: dict[State, State | None] = {}
    for port in starts:
        cost = port.cost + _taken(board, port, target, leaving=True)
        state = (port.cell, port.way)
        if cost < best.get(state, 10**9):
            best[state], came[state] = cost, None
            heapq.heappush(heap, (cost, next(tick), state, False))
    while heap:
        cost, _, state, done = heapq.heappop(heap)
        if done:
            return _back(came, state)
        if cost > best[state]:
            continue
        if state in ends:
            port = ends[state]
            total = cost + port.cost + _taken(board, port, target, leaving=False)
            heapq.heappush(heap, (total, next(tick), state, True))
        for following, price in _moves(board, target, state):
            if cost + price < best.get(following, 10**9):
                best[following], came[following] = cost + price, state
                heapq.heappush(heap, (cost + price, next(tick), following, False))
    return None


def _taken(board: Board, port: Port, target: str, *, leaving: bool) -> int:
    """Lines may share the last piece into one node, nothing else."""
    others = set().union(*(board.pieces.get(p, set()) for p in port.inside))
    if not others:
        return 0
    return SHARED if others == {target} and not leaving else 5000


def _moves(board: Board, target: str, state: State) -> list[tuple[State, int]]:
    (i, j), way = state
    found: list[tuple[State, int]] = []
    for turn in (RIGHT, DOWN, LEFT, UP):
        if turn == (-way[0], -way[1]):
            continue
        cell = (i + turn[0], j + turn[1])
        if not (0 <= cell[0] < len(board.xs) and 0 <= cell[1] < len(board.ys)):
            continue
        piece = _piece((i, j), cell)
        if piece in board.walls:
            continue
        price = abs(board.xs[cell[0]] - board.xs[i]) + abs(board.ys[cell[1]] - board.ys[j])
        found.append(((cell, turn), price + _meeting(board, target, (i, j), way, turn, piece)))
    return found


def _meeting(board: Board, target: str, cell: Cell, way: Way, turn: Way, piece: Piece) -> int:
    """What it costs to touch, cross or share lines drawn before."""
    cost = WORDS if piece in board.words else 0
    others = board.pieces.get(piece)
    if others:
        cost += 6 if others == {target} else 3000
    if way != turn:
        cost += BEND
        lines = board.level.get(cell, set()) | board.upright.get(cell, set())
        return cost + (SHARED if lines == {target} else 3000 if lines else 0)
    crossed = (board.upright if way[0] else board.level).get(cell, set()) - {target}
    return cost + (CROSSING if crossed else 0)


def _back(came: dict[State, State | None], state: State) -> list[State]:
    states, at = [], state
    step: State | None = at
    while step is not None:
        states.append(step)
        step = came[step]
    return states[::-1]


def _occupy(board: Board, target: str, states: list[State], ends: tuple[Port, Port]) -> None:
    """Remember the line so that later ones keep away from it."""
    for piece in (*ends[0].inside, *ends[1].inside):
        board.pieces.setdefault(piece, set()).add(target)
        for cell in piece:
            (board.level if piece[0][1] == piece[1][1] else board.upright).setdefault(cell, set()).add(target)
    for (a, _), (b, way) in pairwise(states):
        board.pieces.setdefault(_piece(a, b), set()).add(target)
        for cell in (a, b):
            (board.level if way[0] else board.upright).setdefault(cell, set()).add(target)


def _straighten(path: list[Point]) -> list[Point]:
    """Drop the points that lie on a straight line."""
    slim: list[Point] = []
    for point in path:
        if slim and point == slim[-1]:
            continue
        if len(slim) > 1 and (slim[-2][0] == slim[-1][0] == point[0] or slim[-2][1] == slim[-1][1] == point[1]):
            slim[-1] = point
        else:
            slim.append(point)
    return slim


def _elbow(a: Box, b: Box) -> list[Point]:
    return _straighten([(a.right, a.cy), ((a.right + b.x) // 2, a.cy), ((a.right + b.x) // 2, b.cy), (b.x, b.cy)])
