"""What a layout is made of: boxes, lines and the scopes they stand in, all in whole pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[int, int]

TASK = (100, 80)
EVENT = (36, 36)
GATEWAY = (50, 50)


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def cx(self) -> int:
        return self.x + self.w // 2

    @property
    def cy(self) -> int:
        return self.y + self.h // 2

    def moved(self, dx: int, dy: int) -> Box:
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, by: int) -> Box:
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)

    def meets(self, other: Box) -> bool:
        """True when the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def crossed_by(self, a: Point, b: Point) -> bool:
        """True when an upright or level line runs through the inside."""
        if a[0] == b[0]:
            return self.x < a[0] < self.right and min(a[1], b[1]) < self.bottom and self.y < max(a[1], b[1])
        return self.y < a[1] < self.bottom and min(a[0], b[0]) < self.right and self.x < max(a[0], b[0])


@dataclass
class Item:
    """One node of a diagram as the layouter sees it."""

    id: str
    kind: str
    name: str
    lane: int = 0
    host: str | None = None
    inner: Scope | None = None
    footer: bool = False
    size: tuple[int, int] = TASK

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")

    @property
    def is_event(self) -> bool:
        return self.kind.endswith("Event")


@dataclass
class Edge:
    """A sequence flow (or another line between two nodes of one scope)."""

    id: str
    source: str
    target: str
    name: str


@dataclass
class Scope:
    """A process or an expanded sub-process: what is laid out on one grid."""

    id: str
    items: dict[str, Item] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)
    notes: list[Item] = field(default_factory=list)  # annotations and data: they stand below everything
    links: list[Edge] = field(default_factory=list)  # associations

    def host_of(self, item_id: str) -> str:
        """The node on the grid that stands for this one: a boundary event's host, else itself."""
        return self.items[item_id].host or item_id


@dataclass
class Picture:
    """Where everything stands; ids are element ids."""

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    paths: dict[str, list[Point]] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    width: int = 0
    height: int = 0

    def add(self, other: Picture, dx: int, dy: int) -> None:
        """Lay another picture into this one."""
        self.boxes.update({k: b.moved(dx, dy) for k, b in other.boxes.items()})
        self.labels.update({k: b.moved(dx, dy) for k, b in other.labels.items()})
        self.lanes.update({k: b.moved(dx, dy) for k, b in other.lanes.items()})
        self.paths.update({k: [(x + dx, y + dy) for x, y in path] for k, path in other.paths.items()})

    def segments(self) -> Iterator[tuple[str, Point, Point]]:
        """Every straight piece of every line."""
        for edge, path in self.paths.items():
            for a, b in pairwise(path):
                yield edge, a, b
