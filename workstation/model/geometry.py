"""Marks: geometry on one image and frame, in that image's pixel coordinates (S2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from workstation.model.identity import SOPInstanceUID

Point = tuple[float, float]
"""(column, row) in pixels; (0.0, 0.0) is the top left corner of the top left pixel (PS3.3 C.18.6.1.1)."""


class Shape(StrEnum):
    """Graphic Type (0070,0023) as read, PS3.3 C.18.6.1.2. A POLYLINE that repeats its first point stays one."""

    POINT = "point"
    MULTIPOINT = "multipoint"
    POLYLINE = "polyline"
    POLYGON = "polygon"
    CIRCLE = "circle"
    ELLIPSE = "ellipse"


MINIMUM_POINTS = {
    Shape.POINT: 1, Shape.MULTIPOINT: 1, Shape.POLYLINE: 2, Shape.POLYGON: 3, Shape.CIRCLE: 2, Shape.ELLIPSE: 4,
}  # fmt: skip


PatientPoint = tuple[float, float, float]
"""(x, y, z) in mm in a frame of reference (PS3.3 C.18.9)."""


class MarkRole(StrEnum):
    """What the geometry says of the finding (CID 219 and TID 4021)."""

    CENTER = "center"
    OUTLINE = "outline"
    REGION = "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A geometry on one image and frame.

    Attributes
    ----------
    sop_uid : the referenced image; the mark is drawn on no other.
    frame : 1-based Referenced Frame Number; None when the reference names none (single-frame image or all frames).
    points : POINT one; CIRCLE centre and a point on the circumference; ELLIPSE both ends of the major, then of the
        minor axis; POLYLINE and POLYGON in order (a POLYGON does not repeat its first point).
    """

    sop_uid: SOPInstanceUID
    shape: Shape
    points: tuple[Point, ...]
    frame: int | None = None
    role: MarkRole = MarkRole.REGION

    def bounds(self) -> tuple[float, float, float, float]:
        """Smallest (left, top, right, bottom) in pixels that holds the mark, curves included."""
        if self.shape is Shape.CIRCLE:
            (cx, cy), edge = self.points[0], self.points[1]
            radius = math.dist((cx, cy), edge)
            return cx - radius, cy - radius, cx + radius, cy + radius
        if self.shape is Shape.ELLIPSE:
            return _ellipse_bounds(self.points)
        columns = [point[0] for point in self.points]
        rows = [point[1] for point in self.points]
        return min(columns), min(rows), max(columns), max(rows)

    def center(self) -> Point:
        """Middle of the bounds, (column, row) in pixels."""
        left, top, right, bottom = self.bounds()
        return (left + right) / 2, (top + bottom) / 2

    def why_not_drawable(self, *, rows: int, columns: int) -> str | None:
        """Why this mark cannot be drawn on an image of `rows` x `columns`, or None when it can (R6)."""
        if not all(math.isfinite(value) for point in self.points for value in point):
            return "a coordinate is not a number"
        if len(self.points) < MINIMUM_POINTS[self.shape]:
            return f"a {self.shape.value} needs {MINIMUM_POINTS[self.shape]} points and has {len(self.points)}"
        left, top, right, bottom = self.bounds()
        if left < 0 or top < 0 or right > columns or bottom > rows:
            return f"it reaches outside the image of {columns} x {rows} pixels"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRegion:
    """A geometry in the patient (SCOORD3D); a mark only where an image of that frame of reference lies in its plane."""

    frame_of_reference_uid: str
    shape: Shape
    points: tuple[PatientPoint, ...]
    role: MarkRole = MarkRole.REGION


def _ellipse_bounds(points: tuple[Point, ...]) -> tuple[float, float, float, float]:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[:4]
    center_x, center_y = (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4
    half_width = math.hypot((bx - ax) / 2, (dx - cx) / 2)
    half_height = math.hypot((by - ay) / 2, (dy - cy) / 2)
    return center_x - half_width, center_y - half_height, center_x + half_width, center_y + half_height
