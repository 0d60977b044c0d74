"""Marks as vectors over an image: each in its finding's ink, its words beside it, never burned in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF, QTransform

from ui import fonts
from ui.scene import palette
from ui.scene.marks import DrawnMark, Ink
from ui.scene.view import Size, ViewTransform
from workstation.model.geometry import Mark, MarkRole, Point, Shape

CURVE_POINTS, FEW_CURVE_POINTS = 72, 24
FEW_POINTS_UP_TO_PX = 48.0
"""A curve of 24 corners is nowhere further than 0.2 pixels from a round one of this size."""
GLYPH_PX, SELECTED_GLYPH_PX = 9.0, 12.0
LABEL_PX, SMALL_LABEL_PX = 14.0, 11.0
LEADER_PX = 14.0
SMALL_PX = 40.0
"""A mark smaller than this on the screen has no dark rim: it would hide what the mark is about."""
TICK = "✓"


@dataclass(frozen=True, slots=True)
class Stroke:
    """Colour, width in design pixels and dashes of a mark's lines."""

    colour: QColor
    width: float
    dashed: bool = False


def stroke_of(mark: DrawnMark) -> Stroke:
    """Blue undecided, green accepted, grey and dashed rejected, white the reader's own; amber when flagged."""
    if mark.ink is Ink.REJECTED:
        return Stroke(palette.REJECTED, 1.2, dashed=True)
    colour = {Ink.UNDECIDED: palette.AI, Ink.ACCEPTED: palette.GREEN, Ink.READER: palette.READER}[mark.ink]
    return Stroke(palette.AMBER if mark.flagged else colour, 2.4 if mark.selected else 1.6)


def outline(mark: Mark, curve_points: int = CURVE_POINTS) -> tuple[Point, ...]:
    """The mark's line in image coordinates, curves as polygons; its points for points."""
    if mark.shape is Shape.CIRCLE:
        (column, row), edge = mark.points[0], mark.points[1]
        radius = math.dist((column, row), edge)
        return _curve((column, row), (radius, 0.0), (0.0, radius), curve_points)
    if mark.shape is Shape.ELLIPSE:
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = mark.points[:4]
        center = ((ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4)
        return _curve(center, ((bx - ax) / 2, (by - ay) / 2), ((dx - cx) / 2, (dy - cy) / 2), curve_points)
    return mark.points


@lru_cache(maxsize=4096)
def _polygon(mark: Mark, curve_points: int) -> QPolygonF:
    """The outline in image coordinates, made once for all zooms."""
    return QPolygonF([QPointF(*point) for point in outline(mark, curve_points)])


def _on_screen(mark: Mark, to_screen: QTransform) -> QPolygonF:
    """The outline on the screen; small curves need fewer corners to be as round."""
    few = _polygon(mark, FEW_CURVE_POINTS)
    box = to_screen.mapRect(few.boundingRect())
    if max(box.width(), box.height()) <= FEW_POINTS_UP_TO_PX:
        return to_screen.map(few)
    return to_screen.map(_polygon(mark, CURVE_POINTS))


def _transform(view: ViewTransform, size: Size) -> QTransform:
    (a, b, c), (d, e, f) = view.matrix(size)
    return QTransform(a, d, b, e, c, f)


def transparent(size: Size) -> QImage:
    """An empty picture to draw over others."""
    picture = QImage(size[0], size[1], QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def paint_overlay(size: Size, view: ViewTransform, marks: Sequence[DrawnMark], *, scale: float = 1.0) -> QImage:
    """A transparent picture of `size` with the marks as they lie in `view`, kept until the view or the marks change.

    Parameters
    ----------
    scale : device pixels per pixel of the 1080-line design.
    """
    picture = transparent(size)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _Overlay(painter, size, view, scale).draw(sorted(marks, key=lambda mark: mark.selected))
    painter.end()
    return picture


def mark_at(
    size: Size, view: ViewTransform, marks: Sequence[DrawnMark], at: Point, *, reach: float
) -> DrawnMark | None:
    """The mark whose bounds on the screen hold `at` within `reach` pixels; the smallest of several."""
    hits = []
    to_screen = _transform(view, size)
    for mark in marks:
        box = _on_screen(mark.mark, to_screen).boundingRect()
        if box.adjusted(-reach, -reach, reach, reach).contains(QPointF(*at)):
            hits.append((box.width() * box.height(), mark))
    return min(hits, key=lambda hit: hit[0])[1] if hits else None


def _is_center(mark: Mark) -> bool:
    """Whether a point only repeats where an outline's middle is: drawn inside it, it would cover the lesion."""
    return mark.shape is Shape.POINT and mark.role is MarkRole.CENTER


def _curve(center: Point, major: Point, minor: Point, count: int) -> tuple[Point, ...]:
    angles = (2 * math.pi * step / count for step in range(count))
    return tuple(
        (
            center[0] + math.cos(angle) * major[0] + math.sin(angle) * minor[0],
            center[1] + math.cos(angle) * major[1] + math.sin(angle) * minor[1],
        )
        for angle in angles
    )


def _bounds(points: Sequence[QPointF]) -> QRectF:
    across, down = [point.x() for point in points], [point.y() for point in points]
    return QRectF(QPointF(min(across), min(down)), QPointF(max(across), max(down)))


class _Overlay:
    """One painting of one pane's marks: remembers where words stand, so that they do not cover each other."""

    def __init__(self, painter: QPainter, size: Size, view: ViewTransform, scale: float) -> None:
        self._painter = painter
        self._size = size
        self._to_screen = _transform(view, size)
        self._scale = scale
        self._taken = np.empty((0, 4))

    def draw(self, marks: Sequence[DrawnMark]) -> None:
        outlined = {mark.finding_id for mark in marks if mark.mark.shape not in (Shape.POINT, Shape.MULTIPOINT)}
        marks = [mark for mark in marks if not (_is_center(mark.mark) and mark.finding_id in outlined)]
        boxes = [self._draw_mark(mark) for mark in marks]
        self._taken = np.array([_edges(box) for box in boxes]).reshape(-1, 4)
        for mark, box in zip(marks, boxes, strict=True):
            if mark.label and self._is_seen(box):
                self._draw_label(mark, box)

    def _is_seen(self, box: QRectF) -> bool:
        """Whether any of the mark is in the pane: words without their mark would point at something else."""
        return QRectF(0, 0, *self._size).intersects(box.adjusted(-1, -1, 1, 1))

    def _draw_mark(self, drawn: DrawnMark) -> QRectF:
        polygon = _on_screen(drawn.mark, self._to_screen)
        stroke = stroke_of(drawn)
        if drawn.mark.shape in (Shape.POINT, Shape.MULTIPOINT):
            return _bounds([corner for point in polygon.toList() for corner in self._draw_glyph(drawn, point, stroke)])
        self._draw_line(polygon, stroke, closed=drawn.mark.shape is not Shape.POLYLINE)
        return polygon.boundingRect()

    def _draw_glyph(self, drawn: DrawnMark, at: QPointF, stroke: Stroke) -> list[QPointF]:
        """A triangle for calcifications, else a cross with a free middle, so that the point itself stays visible."""
        reach = (SELECTED_GLYPH_PX if drawn.selected else GLYPH_PX) * self._scale
        if drawn.triangle:
            corners = [
                at + QPointF(reach * math.sin(turn), -reach * math.cos(turn))
                for turn in (0.0, 2 * math.pi / 3, 4 * math.pi / 3)
            ]
            self._draw_line(corners, stroke, closed=True)
            return corners
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            arm = [at + QPointF(x, y) * (reach * 0.35), at + QPointF(x, y) * reach]
            self._draw_line(arm, stroke, closed=False)
        return [at - QPointF(reach, reach), at + QPointF(reach, reach)]

    def _draw_line(self, points: Sequence[QPointF] | QPolygonF, stroke: Stroke, *, closed: bool) -> None:
        width, line = stroke.width * self._scale, QPolygonF(points)
        box = line.boundingRect()
        halo = 0.0 if max(box.width(), box.height()) < SMALL_PX * self._scale else 2.0 * self._scale
        for colour, extra in ((palette.HALO, halo), (stroke.colour, 0.0)):
            pen = QPen(colour, width + extra)
            if stroke.dashed and not extra:
                pen.setDashPattern([4.0, 4.0])
            self._painter.setPen(pen)
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            if closed:
                self._painter.drawPolygon(line)
            else:
                self._painter.drawPolyline(line)

    def _draw_label(self, drawn: DrawnMark, box: QRectF) -> None:
        rejected = drawn.ink is Ink.REJECTED
        words = f"{drawn.label} {TICK}" if drawn.ink is Ink.ACCEPTED else drawn.label
        weight = QFont.Weight.DemiBold if drawn.selected else QFont.Weight.Medium
        font = fonts.font((SMALL_LABEL_PX if rejected else LABEL_PX) * self._scale, weight)
        font.setStrikeOut(rejected)
        metrics = QFontMetricsF(font)
        place = self._free_place(box, metrics.horizontalAdvance(words) + 10 * self._scale, metrics.height())
        self._taken = np.vstack([self._taken, _edges(place)])
        colour = stroke_of(drawn).colour
        self._draw_leader(box, place, colour)
        self._painter.setFont(font)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(palette.PLATE)
        self._painter.drawRoundedRect(place, 3 * self._scale, 3 * self._scale)
        self._painter.setPen(colour)
        self._painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, words)

    def _draw_leader(self, box: QRectF, place: QRectF, colour: QColor) -> None:
        """A thin line from the mark's edge to its words."""
        x = min(max(box.center().x(), place.left()), place.right())
        y = min(max(box.center().y(), place.top()), place.bottom())
        target = QPointF(x, y)
        line = QLineF(box.center(), target)
        reach = math.hypot(box.width(), box.height()) / 2 * 0.75
        if line.length() <= reach + 2:
            return
        line = QLineF(line.pointAt(reach / line.length()), target)
        self._painter.setPen(QPen(colour, max(self._scale, 1.0)))
        self._painter.drawLine(line)

    def _free_place(self, box: QRectF, width: float, height: float) -> QRectF:
        """Beside the mark, within the pane, over no other mark or label as far as there is room."""
        gap = LEADER_PX * self._scale
        middle_x, middle_y = box.center().x() - width / 2, box.center().y() - height / 2
        right, left = box.right() + gap, box.left() - gap - width
        above, below = box.top() - gap - height, box.bottom() + gap
        spots = [
            (right, above), (right, middle_y), (right, below), (left, above), (left, middle_y), (left, below),
            (middle_x, above), (middle_x, below), (middle_x, above - height), (middle_x, below + height),
        ]  # fmt: skip
        extent = np.array([width, height])
        corners = np.clip(np.array(spots), 2.0, np.maximum(np.array(self._size) - extent - 2.0, 2.0))
        places = np.hstack([corners, corners + extent])
        x, y = corners[np.argmin(_shared_area(places, self._taken))].tolist()
        return QRectF(x, y, width, height)


def _shared_area(places: NDArray[np.float64], taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area that each place shares with what stands there already; both as rows of left, top, right, bottom."""
    first = np.maximum(places[:, None, :2], taken[None, :, :2])
    last = np.minimum(places[:, None, 2:], taken[None, :, 2:])
    area: NDArray[np.float64] = (last - first).clip(min=0).prod(axis=2).sum(axis=1)
    return area


def _edges(box: QRectF) -> tuple[float, float, float, float]:
    return box.left(), box.top(), box.right(), box.bottom()
