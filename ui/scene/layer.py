"""What lies over an image: drawn once, kept as the parts where something is drawn; empty space costs nothing."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtGui import QImage, QPainter

TILE_PX = 64
"""Height of a part: words and marks are about so high."""


class Layer:
    """A transparent picture of a pane, to be blended over the image with every frame.

    Parameters
    ----------
    picture : ARGB32, premultiplied; drawn with its top left corner at the painter's origin.
    """

    def __init__(self, picture: QImage) -> None:
        self.parts: list[tuple[int, int, QImage]] = []
        alpha = _alpha(picture)
        for top in range(0, picture.height(), TILE_PX):
            left, above, width, height = cv2.boundingRect(alpha[top : top + TILE_PX])
            if width:
                part = picture.copy(left, top + above, width, height)
                self.parts.append((left, top + above, part))

    def paint(self, painter: QPainter) -> None:
        """Blend it over what is there."""
        for left, top, part in self.parts:
            painter.drawImage(left, top, part)


def _alpha(picture: QImage) -> np.ndarray:
    pixels = np.frombuffer(picture.constBits(), np.uint8)
    whole = pixels.reshape(picture.height(), picture.bytesPerLine() // 4, 4)[:, : picture.width(), 3]
    return np.ascontiguousarray(whole)
