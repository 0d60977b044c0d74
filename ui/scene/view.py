"""Where an image lies in its pane: pure functions on a frozen transform. The pixel-centre convention is DICOM's.

Image points are (column, row) with (0.0, 0.0) at the top left corner of the top left pixel; screen points are (x, y)
in device pixels from the pane's top left corner, so that the first screen pixel covers 0.0 to 1.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from workstation.model.geometry import Point
from workstation.reading.hanging_rules import Justify
from workstation.reading.orientation import AS_STORED, Turn

Size = tuple[int, int]
"""(width, height) in device pixels."""
Box = tuple[float, float, float, float]
"""(left, top, right, bottom) in image pixels."""

SMALLEST_ZOOM, LARGEST_ZOOM = 0.01, 32.0
CLOSE_TO = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTransform:
    """How an image lies in a pane.

    Attributes
    ----------
    center : image point at the middle of the pane.
    zoom : screen pixels per image pixel along a row of the image.
    aspect : height over width of an image pixel (row spacing / column spacing).
    turn : how the image is turned before it is shown.
    """

    center: Point
    zoom: float
    aspect: float = 1.0
    turn: Turn = AS_STORED

    @property
    def exact(self) -> bool:
        """Whether one image pixel is one screen pixel."""
        return abs(self.zoom - 1) < CLOSE_TO and abs(self.aspect - 1) < CLOSE_TO

    def matrix(self, size: Size) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Affine map of image points to screen points of a pane of `size`; at 1:1 it keeps to whole pixels."""
        turn, across, down = self.turn, self.zoom, self.zoom * self.aspect
        rows = []
        for along_column, along_row, middle in ((turn.xx, turn.xy, size[0] / 2), (turn.yx, turn.yy, size[1] / 2)):
            a, b = along_column * across, along_row * down
            shift = middle - a * self.center[0] - b * self.center[1]
            rows.append((a, b, round(shift) if self.exact else shift))
        return rows[0], rows[1]

    def to_screen(self, size: Size, point: Point) -> Point:
        """An image point on the screen."""
        (a, b, c), (d, e, f) = self.matrix(size)
        return a * point[0] + b * point[1] + c, d * point[0] + e * point[1] + f

    def to_image(self, size: Size, point: Point) -> Point:
        """A screen point in the image; the inverse of `to_screen`."""
        (a, b, c), (d, e, f) = self.matrix(size)
        determinant = a * e - b * d
        x, y = point[0] - c, point[1] - f
        return (e * x - b * y) / determinant, (a * y - d * x) / determinant


def turned_size(box: Box, aspect: float, turn: Turn) -> tuple[float, float]:
    """Width and height of a box of the image on the screen at zoom 1."""
    width, height = box[2] - box[0], (box[3] - box[1]) * aspect
    return (height, width) if turn.transposes else (width, height)


def fit_zoom(box: Box, size: Size, *, aspect: float = 1.0, turn: Turn = AS_STORED) -> float:
    """The largest zoom at which the whole box is in the pane."""
    width, height = turned_size(box, aspect, turn)
    return clamp_zoom(min(size[0] / max(width, 1), size[1] / max(height, 1)))


def fit(
    box: Box,
    size: Size,
    *,
    zoom: float | None = None,
    justify: Justify = Justify.CENTER,
    aspect: float = 1.0,
    turn: Turn = AS_STORED,
) -> ViewTransform:
    """Show the box as large as it goes (or at `zoom`), its chest wall side at the edge that `justify` names."""
    zoom = fit_zoom(box, size, aspect=aspect, turn=turn) if zoom is None else zoom
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    view = ViewTransform(center=middle, zoom=zoom, aspect=aspect, turn=turn)
    width = turned_size(box, aspect, turn)[0] * zoom
    gap = (size[0] - width) / 2
    return pan(view, {Justify.LEFT: -gap, Justify.RIGHT: gap, Justify.CENTER: 0.0}[justify], 0.0)


def clamp_zoom(zoom: float) -> float:
    """`zoom` within what the screen can make sense of."""
    return min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)


def zoom_about(view: ViewTransform, size: Size, at: Point, factor: float) -> ViewTransform:
    """Zoom by `factor`; the image point under the screen point `at` stays there."""
    zoom = clamp_zoom(view.zoom * factor)
    held = view.to_image(size, at)
    offset = view.turn.undo(at[0] - size[0] / 2, at[1] - size[1] / 2)
    center = (held[0] - offset[0] / zoom, held[1] - offset[1] / (zoom * view.aspect))
    return replace(view, center=center, zoom=zoom)


def pan(view: ViewTransform, right: float, down: float) -> ViewTransform:
    """Move the image by screen pixels."""
    columns, rows = view.turn.undo(right, down)
    column, row = view.center
    return replace(view, center=(column - columns / view.zoom, row - rows / (view.zoom * view.aspect)))


def center_on(view: ViewTransform, point: Point, *, zoom: float | None = None) -> ViewTransform:
    """Bring an image point to the middle of the pane."""
    return replace(view, center=point, zoom=clamp_zoom(view.zoom if zoom is None else zoom))


def kept_inside(view: ViewTransform, *, rows: int, columns: int) -> ViewTransform:
    """The view with its middle on the image, so that an image can never be lost from sight."""
    column, row = view.center
    return replace(view, center=(min(max(column, 0.0), float(columns)), min(max(row, 0.0), float(rows))))


def zoom_for(box: Box, size: Size, *, share: float, aspect: float = 1.0) -> float:
    """The zoom at which the box takes `share` of the pane's shorter side, never beyond one to one."""
    extent = math.hypot(box[2] - box[0], (box[3] - box[1]) * aspect)
    return clamp_zoom(min(1.0, share * min(size) / max(extent, 1.0)))


def follow(before: ViewTransform, after: ViewTransform, other: ViewTransform, *, mirrored: bool) -> ViewTransform:
    """`other` moved as a linked view moved from `before` to `after`; left and right swapped for the other breast."""
    across, down = after.center[0] - before.center[0], after.center[1] - before.center[1]
    right, below = before.turn.apply(across * before.zoom, down * before.zoom * before.aspect)
    columns, rows = other.turn.undo(-right if mirrored else right, below)
    column, row = other.center
    center = (column + columns / other.zoom, row + rows / (other.zoom * other.aspect))
    return replace(other, center=center, zoom=clamp_zoom(other.zoom * after.zoom / before.zoom))
