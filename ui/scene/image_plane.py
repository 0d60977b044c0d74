"""What draws the pixels of one pane: an interface, so that another maker can stand beside the raster one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ui.scene.view import Size, ViewTransform

if TYPE_CHECKING:
    from workstation.dicom.pixels import Frame


class ImagePlane(Protocol):
    """Makes the picture of one frame, as seen through a view; knows no widgets, marks or words."""

    def set_frame(self, frame: Frame | None) -> None:
        """Show this frame from now on; None shows the ground."""

    def paint(self, view: ViewTransform, size: Size, lut: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
        """The picture.

        Parameters
        ----------
        size : (width, height) of the pane in device pixels.
        lut : display grey by stored value (`workstation.dicom.grey.display_lut`); None for colour frames.

        Returns
        -------
        ndarray : (height, width) grey or (height, width, 3) colour; 0 outside the image. Not to be written to;
            it holds until the next painting.
        """
