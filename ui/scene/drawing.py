"""A mark in the making: circled or dragged with the mouse, or moved with the keys. Pure; in image coordinates."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from workstation.model.geometry import Mark, MarkRole, Point, Shape
from workstation.model.identity import SOPInstanceUID

CLOSES_WITHIN = 0.2
"""A path that ends so near its beginning, as a share of its length, was meant to go around something."""
LEAST_PX = 3.0
"""A smaller mark was a slip of the hand."""
THINNED_PX = 2.0
KEY_STEP_PX, KEY_GROWTH = 10.0, 1.15
ARROWS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The image and frame that is drawn on; `frame` is None for a single-frame image, as a Mark has it."""

    sop_uid: SOPInstanceUID
    rows: int
    columns: int
    frame: int | None = None

    def inside(self, point: Point) -> Point:
        """The nearest point of the image."""
        return min(max(point[0], 0.0), float(self.columns)), min(max(point[1], 0.0), float(self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What the mouse has drawn since the button went down."""

    canvas: Canvas
    points: tuple[Point, ...]

    def to(self, point: Point) -> Path:
        """The path drawn on to `point`; steps too small to see are left out."""
        inside = self.canvas.inside(point)
        if math.dist(self.points[-1], inside) < THINNED_PX:
            return self
        return replace(self, points=(*self.points, inside))

    def mark(self) -> Mark | None:
        """An outline when the path goes around something, else the ellipse between its ends; None for a slip."""
        length = sum(math.dist(one, other) for one, other in zip(self.points, self.points[1:], strict=False))
        first, last = self.points[0], self.points[-1]
        if length > 0 and len(self.points) > 4 and math.dist(first, last) <= CLOSES_WITHIN * length:
            return _mark(self.canvas, Shape.POLYGON, self.points)
        left, right = sorted((first[0], last[0]))
        top, bottom = sorted((first[1], last[1]))
        if right - left < LEAST_PX or bottom - top < LEAST_PX:
            return None
        return _ellipse(self.canvas, (left, top, right, bottom))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """An ellipse that the keys move and stretch.

    Attributes
    ----------
    turn_x, turn_y : image steps (columns, rows) of one step to the right and one step down on the screen.
    """

    canvas: Canvas
    center: Point
    radius: float
    turn_x: Point = (1.0, 0.0)
    turn_y: Point = (0.0, 1.0)

    def pressed(self, key: str) -> Cursor | None:
        """The cursor after a key: arrows move it, with Shift further; + and - stretch it. None for any other key."""
        name = key.removeprefix("Shift+")
        if name in ARROWS:
            step = KEY_STEP_PX * (5 if name != key else 1)
            right, down = (step * direction for direction in ARROWS[name])
            column = self.center[0] + right * self.turn_x[0] + down * self.turn_y[0]
            row = self.center[1] + right * self.turn_x[1] + down * self.turn_y[1]
            return replace(self, center=self.canvas.inside((column, row)))
        if name in ("+", "="):
            return replace(self, radius=min(self.radius * KEY_GROWTH, min(self.canvas.rows, self.canvas.columns) / 2))
        if name == "-":
            return replace(self, radius=max(self.radius / KEY_GROWTH, LEAST_PX))
        return None

    def mark(self) -> Mark:
        """The ellipse where it stands, cut to the image."""
        column, row = self.center
        low = self.canvas.inside((column - self.radius, row - self.radius))
        high = self.canvas.inside((column + self.radius, row + self.radius))
        return _ellipse(self.canvas, (*low, *high))


def _ellipse(canvas: Canvas, box: tuple[float, float, float, float]) -> Mark:
    """The ellipse in a box; the ends of its longer axis come first (PS3.3 C.18.6.1.2)."""
    left, top, right, bottom = box
    across = ((left, (top + bottom) / 2), (right, (top + bottom) / 2))
    down = (((left + right) / 2, top), ((left + right) / 2, bottom))
    wide = right - left >= bottom - top
    return _mark(canvas, Shape.ELLIPSE, (*across, *down) if wide else (*down, *across))


def _mark(canvas: Canvas, shape: Shape, points: tuple[Point, ...]) -> Mark:
    return Mark(sop_uid=canvas.sop_uid, frame=canvas.frame, shape=shape, points=points, role=MarkRole.OUTLINE)
