"""Sizes in millimetres, always with the way they were calibrated, or none at all (S12)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workstation.model.geometry import Mark, MarkRole, Point, Shape
from workstation.model.study import Calibration, PixelSpacing, Study

COMPARED_POINTS = 1440
"""A foreign outline can have many thousands of points; up to so many are compared each with each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A length in mm; `calibration` None: stated by the reader on an image without calibration."""

    mm: float
    calibration: Calibration | None


@lru_cache(maxsize=256)
def longest_diameter_mm(mark: Mark, spacing: PixelSpacing) -> float | None:
    """Longest diameter of a mark in mm; None for shapes without an extent (points, centres).

    An upright box, as detectors draw round a finding, measures its longer side: its diagonal exceeds what is in it.
    """
    if mark.role is MarkRole.CENTER or mark.shape in (Shape.POINT, Shape.MULTIPOINT):
        return None
    points = [(column * spacing.column_mm, row * spacing.row_mm) for column, row in mark.points]
    if mark.shape is Shape.CIRCLE:
        radius = math.dist(mark.points[0], mark.points[1])
        return 2 * radius * max(spacing.column_mm, spacing.row_mm)
    if mark.shape is Shape.ELLIPSE:
        return _ellipse_diameter(points)
    if _is_upright_box(points):
        left, top, right, bottom = _extent(points)
        return max(right - left, bottom - top)
    return _farthest(points)


def size_of(marks: Iterable[Mark], study: Study) -> Size | None:
    """The largest of the marks' diameters; None when no mark with an extent lies on a calibrated image."""
    sizes = []
    for mark in marks:
        image = study.image(mark.sop_uid)
        if image is None or image.spacing is None:
            continue
        length = longest_diameter_mm(mark, image.spacing)
        if length:
            sizes.append(Size(mm=length, calibration=image.spacing.calibration))
    return max(sizes, key=lambda size: size.mm, default=None)


def stated_size(mm: float, marks: Iterable[Mark], study: Study) -> Size:
    """A size that the reader states, with the calibration of the image that it was measured on."""
    images = [image for mark in marks if (image := study.image(mark.sop_uid))]
    spacing = next((image.spacing for image in images if image.spacing), None)
    return Size(mm=mm, calibration=spacing.calibration if spacing else None)


def _extent(points: list[Point]) -> tuple[float, float, float, float]:
    columns, rows = [p[0] for p in points], [p[1] for p in points]
    return min(columns), min(rows), max(columns), max(rows)


def _is_upright_box(points: list[Point]) -> bool:
    corners = points[:-1] if len(points) == 5 and points[0] == points[-1] else points
    left, top, right, bottom = _extent(corners)
    return len(corners) == 4 and set(corners) == {(left, top), (right, top), (right, bottom), (left, bottom)}


def _farthest(points: list[Point]) -> float:
    """Distance of the two farthest points; of very many points, of those that lie outermost in some direction.

    Outermost in 720 directions over half a turn: at most 1 - cos(1/8 degree), 2.4 millionths, short of the true length.
    """
    placed = np.unique(np.array(points), axis=0)
    if len(placed) > COMPARED_POINTS:
        turns = np.linspace(0, math.pi, COMPARED_POINTS // 2, endpoint=False)
        reaches = (placed @ (math.cos(turn), math.sin(turn)) for turn in turns)
        placed = placed[sorted({int(at) for reach in reaches for at in (reach.argmin(), reach.argmax())})]
    return max(float(np.hypot(*(placed - point).T).max()) for point in placed)


def _ellipse_diameter(points: list[Point]) -> float:
    """Largest extent of the ellipse whose conjugate diameters (unequal pixel sides tilt the axes) end in `points`."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    ux, uy, vx, vy = (bx - ax) / 2, (by - ay) / 2, (dx - cx) / 2, (dy - cy) / 2
    trace = ux * ux + uy * uy + vx * vx + vy * vy
    determinant = ux * vy - uy * vx
    return 2 * math.sqrt((trace + math.sqrt(max(trace * trace - 4 * determinant * determinant, 0.0))) / 2)
