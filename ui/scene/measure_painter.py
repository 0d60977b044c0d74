"""Measurements as vectors over an image, in an ink of their own, the figure beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ui import fonts
from ui.scene import palette
from ui.scene.view import Size, ViewTransform
from workstation.model.geometry import Point
from workstation.reading.measure import Measurement, Tool

LINE_PX, HALO_PX = 1.4, 3.4
TICK_PX, CROSS_PX = 6.0, 12.0
WORDS_PX, GAP_PX = 13.0, 10.0
ELLIPSE_POINTS = 72


def paint_measurement(
    painter: QPainter, size: Size, view: ViewTransform, measurement: Measurement, words: Sequence[str], *,
    scale: float = 1.0,
) -> None:  # fmt: skip
    """Lines with ticks at their ends, the box's ellipse, or a probe's cross; the words beside, inside the pane."""
    points = [QPointF(*view.to_screen(size, point)) for point in _line_of(measurement)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((palette.HALO, HALO_PX), (palette.MEASURE, LINE_PX)):
        painter.setPen(QPen(colour, width * scale))
        painter.drawPolyline(points)
        if measurement.tool is Tool.LENGTH and len(points) > 1:
            _ticks(painter, points[0], points[1], TICK_PX * scale)
        if measurement.tool is Tool.PROBE:
            _cross(painter, points[0], TICK_PX * scale)
    if words and QPolygonF(points).boundingRect().adjusted(-1, -1, 1, 1).intersects(QRectF(0, 0, *size)):
        _words(painter, size, points, words, scale)
    painter.restore()


def paint_cross(painter: QPainter, size: Size, view: ViewTransform, at: Point, *, scale: float = 1.0) -> None:
    """Where the next point would be set."""
    painter.save()
    for colour, width in ((palette.HALO, HALO_PX), (palette.MEASURE, LINE_PX)):
        painter.setPen(QPen(QColor(colour), width * scale))
        _cross(painter, QPointF(*view.to_screen(size, at)), CROSS_PX * scale)
    painter.restore()


def _line_of(measurement: Measurement) -> Sequence[Point]:
    points = measurement.points
    if measurement.tool is not Tool.ELLIPSE or len(points) < 2:
        return points
    (left, top), (right, bottom) = points[0], points[1]
    turns = [2 * math.pi * step / ELLIPSE_POINTS for step in range(ELLIPSE_POINTS + 1)]
    return [
        ((left + right + (right - left) * math.cos(turn)) / 2, (top + bottom + (bottom - top) * math.sin(turn)) / 2)
        for turn in turns
    ]


def _ticks(painter: QPainter, start: QPointF, end: QPointF, reach: float) -> None:
    """Short strokes across both ends, so that it is seen where they are."""
    across = QPointF(start.y() - end.y(), end.x() - start.x())
    long = math.hypot(across.x(), across.y())
    if long:
        across = across * (reach / long)
        for point in (start, end):
            painter.drawLine(point - across, point + across)


def _cross(painter: QPainter, at: QPointF, reach: float) -> None:
    """A cross with a free middle: the pixel itself stays in sight."""
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(at + QPointF(x, y) * (reach * 0.35), at + QPointF(x, y) * reach)


def _words(painter: QPainter, size: Size, points: Sequence[QPointF], words: Sequence[str], scale: float) -> None:
    font = fonts.font(WORDS_PX * scale, QFont.Weight.Medium)
    metrics, gap = QFontMetricsF(font), GAP_PX * scale
    width = max(metrics.horizontalAdvance(line) for line in words) + gap
    height = metrics.height() * len(words)
    box = _free_place(QPolygonF(points).boundingRect(), QSizeF(width, height), size, gap)
    painter.fillRect(box, palette.PLATE)
    painter.setFont(font)
    painter.setPen(palette.MEASURE)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "\n".join(words))


def _free_place(shape: QRectF, words: QSizeF, size: Size, gap: float) -> QRectF:
    """Right of the shape, left, below or above: the first place in the pane that covers least of it."""
    middle = shape.center() - QPointF(words.width(), words.height()) / 2
    corners = (
        QPointF(shape.right() + gap, middle.y()), QPointF(shape.left() - gap - words.width(), middle.y()),
        QPointF(middle.x(), shape.bottom() + gap), QPointF(middle.x(), shape.top() - gap - words.height()),
    )  # fmt: skip
    inside = [
        QPointF(
            min(max(corner.x(), 2.0), max(size[0] - words.width() - 2.0, 2.0)),
            min(max(corner.y(), 2.0), max(size[1] - words.height() - 2.0, 2.0)),
        )
        for corner in corners
    ]
    reach = shape.adjusted(-gap / 2, -gap / 2, gap / 2, gap / 2)

    def covered(corner: QPointF) -> float:
        common = QRectF(corner, words).intersected(reach)
        return common.width() * common.height()

    return QRectF(min(inside, key=covered), words)
