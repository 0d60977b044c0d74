"""The magnifier: the image under the cursor at twice the shown zoom, by the same image plane."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from ui.scene import palette
from ui.scene.layout import Rect
from ui.scene.pane_painter import paint_picture
from ui.scene.scene_state import FrameKey
from ui.scene.view import ViewTransform, clamp_zoom
from workstation.model.geometry import Point

FACTOR = 2.0
SIDE_PX = 240
RIM_PX = 1.5


@dataclass(frozen=True, slots=True)
class Lens:
    """A magnifier over a point of an image: every pane that shows this frame has it there.

    Attributes
    ----------
    at : image point, (column, row).
    """

    key: FrameKey
    at: Point

    def side(self, scale: float) -> int:
        """Its width and height in device pixels."""
        return round(SIDE_PX * scale)


def lens_view(view: ViewTransform, lens: Lens) -> ViewTransform:
    """How the image lies in the magnifier: turned as in the pane, twice as large."""
    return replace(view, center=lens.at, zoom=clamp_zoom(view.zoom * FACTOR))


def paint_lens(painter: QPainter, middle: Point, values: NDArray[Any], *, scale: float = 1.0) -> None:
    """The magnified picture about a point of the pane, on whole pixels, with a rim that shows on white and black."""
    height, width = values.shape[:2]
    left, top = round(middle[0] - width / 2), round(middle[1] - height / 2)
    paint_picture(painter, Rect(left, top, width, height), values)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, rim in ((palette.HALO, 3 * RIM_PX), (palette.TEXT, RIM_PX)):
        painter.setPen(QPen(colour, rim * scale))
        painter.drawRect(QRectF(left, top, width, height))
