"""Finds room for the words beside gateways, events and lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from processes.layout.picture import Box, Item, Picture, Point, Scope

LETTER, LINE = 12, 15  # width of a Chinese letter and height of a line at the usual 12 px
PER_LINE = 8


def extent(name: str, per_line: int = PER_LINE) -> tuple[int, int]:
    """Width and height the words need, at most eight Chinese letters to a line."""
    units = sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in name)
    lines = max(1, -int(-units // per_line))
    return int(min(units, per_line) * LETTER) + 4, lines * LINE


def label(scope: Scope, picture: Picture) -> None:
    """Give a box to every name that does not stand inside its node."""
    for item in scope.items.values():
        if item.id in picture.boxes and (spots := around(scope, picture, item)):
            picture.labels[item.id] = _free(picture, spots, item.id)
    for edge in scope.edges:
        if edge.name and edge.id in picture.paths:
            spots = list(_along(picture.paths[edge.id], extent(edge.name, 10)))
            picture.labels[edge.id] = _free(picture, spots, None)


def around(scope: Scope, picture: Picture, item: Item) -> list[Box]:
    """Where a node's name may stand, the usual place first; none for tasks and nameless nodes."""
    if not item.name or not (item.is_event or item.is_gateway):
        return []
    box, (w, h) = picture.boxes[item.id], extent(item.name)
    over, under = Box(box.cx - w // 2, box.y - h - 4, w, h), Box(box.cx - w // 2, box.bottom + 4, w, h)
    near = [over, under] if item.is_gateway else [under, over]
    if item.host is not None:
        left, right = Box(box.cx - w - 8, box.bottom + 2, w, h), Box(box.cx + 8, box.bottom + 2, w, h)
        others = [o for o in scope.items.values() if o.host == item.host and o is not item]
        last = bool(others) and all(picture.boxes[o.id].x < box.x for o in others)
        near = [right, left, *near] if last else [left, right, *near]
    corners = [Box(x, y, w, h) for y in (box.y - h, box.bottom) for x in (box.right - 4, box.x - w + 4)]
    return [*near, *corners, Box(box.right + 4, box.cy - h - 3, w, h), Box(box.right + 4, box.cy + 3, w, h)]


def _along(path: list[Point], size: tuple[int, int]) -> Iterator[Box]:
    w, h = size
    for a, b in pairwise(path):
        if a[1] == b[1]:
            left, length = min(a[0], b[0]), abs(a[0] - b[0])
            start = left + 4 if b[0] > a[0] else left + max(length - w - 4, 4)
            for x in (start, left + (length - w) // 2):
                yield Box(x, a[1] - h - 5, w, h)
                yield Box(x, a[1] + 3, w, h)
        else:
            top, length = min(a[1], b[1]), abs(a[1] - b[1])
            start = top + 6 if b[1] > a[1] else top + max(length - h - 6, 4)
            for y in (start, top + (length - h) // 2):
                yield Box(a[0] + 9, y, w, h)
                yield Box(a[0] - w - 9, y, w, h)


def _free(picture: Picture, spots: list[Box], owner: str | None) -> Box:
    """The first spot that covers nothing, else the one that covers least."""
    return min(enumerate(spots), key=lambda s: (_covered(picture, s[1], owner), s[0]))[1]


def _covered(picture: Picture, spot: Box, owner: str | None) -> int:
    nodes = sum(spot.meets(box) for name, box in picture.boxes.items() if name != owner)
    words = sum(spot.meets(box) for box in picture.labels.values())
    lines = sum(spot.grown(1).crossed_by(a, b) for _, a, b in picture.segments())
    borders = sum(spot.y < edge < spot.bottom for lane in picture.lanes.values() for edge in (lane.y, lane.bottom))
    outside = spot.x < 0 or spot.y < 0
    return 4 * nodes + 3 * words + 2 * lines + 2 * borders + 4 * outside
