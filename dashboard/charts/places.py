"""Where names stand beside the dots they belong to: on the free side, so that no word covers another."""

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, LINE, AWAY = 7.0, 17.0, 11.0  # pixels: a letter's width, a line's height, from dot to word
WIDTH, HEIGHT = 360.0, 420.0  # the panel taken for granted; the browser alone knows its true size


@dataclass(frozen=True, slots=True)
class Side:
    """Where a word stands from its dot, in plotly's terms; shifts in pixels, y upwards."""

    xanchor: str
    yanchor: str
    xshift: float
    yshift: float


SIDES = (
    Side("center", "bottom", 0, AWAY),
    Side("left", "middle", AWAY, 0),
    Side("right", "middle", -AWAY, 0),
    Side("center", "top", 0, -AWAY),
    Side("left", "bottom", AWAY * 0.7, AWAY * 0.7),
    Side("right", "bottom", -AWAY * 0.7, AWAY * 0.7),
    Side("left", "top", AWAY * 0.7, -AWAY * 0.7),
    Side("right", "top", -AWAY * 0.7, -AWAY * 0.7),
)
Box = tuple[float, float, float, float]
Point = tuple[float, float]


def sides(
    named: Sequence[tuple[Point, int]], dots: Sequence[Point], limits: tuple[Point, Point]
) -> list[Side]:
    """Returns one side a name. `named` are places with the letters of their names, in order of importance.

    Greedy: each name takes the side where its box covers least of the dots, of the names placed before and of
    what lies outside the panel.
    """
    taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for x, y in (_pixels(dot, limits) for dot in dots)]
    chosen = []
    for place, letters in named:
        at = _pixels(place, limits)
        boxes = [_box(at, letters, side) for side in SIDES]
        costs = [sum(_overlap(box, other) for other in taken) + 4 * _outside(box) for box in boxes]
        best = costs.index(min(costs))
        chosen.append(SIDES[best])
        taken.append(boxes[best])
    return chosen


def _pixels(place: Point, limits: tuple[Point, Point]) -> Point:
    (left, right), (low, high) = limits
    return WIDTH * (place[0] - left) / (right - left), HEIGHT * (place[1] - low) / (high - low)


def _box(at: Point, letters: int, side: Side) -> Box:
    width = LETTER * letters
    x = at[0] + side.xshift - {"left": 0.0, "center": width / 2, "right": width}[side.xanchor]
    y = at[1] + side.yshift - {"bottom": 0.0, "middle": LINE / 2, "top": LINE}[side.yanchor]
    return x, y, x + width, y + LINE


def _overlap(a: Box, b: Box) -> float:
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0


def _outside(box: Box) -> float:
    inside = _overlap(box, (0, 0, WIDTH, HEIGHT))
    return (box[2] - box[0]) * (box[3] - box[1]) - inside
