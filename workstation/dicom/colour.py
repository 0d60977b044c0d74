"""Colour samples to RGB of 8 bits (PS3.3 C.7.6.3.1.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.base.errors import BadInputError
from workstation.dicom.layout import Layout

_RGB_OF_YBR = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]])


def to_rgb(samples: NDArray[Any], layout: Layout, dataset: Dataset, *, is_rgb: bool) -> NDArray[np.uint8]:
    """(rows, columns, 3) of 8 bits from samples in the header's colour space.

    Parameters
    ----------
    is_rgb : the codec has already undone its own colour transform.

    Raises
    ------
    BadInputError
        When the colour space is not one that can be shown.
    """
    if layout.samples == 1:
        return _from_palette(samples, dataset)
    eight_bits = (samples >> max(0, layout.bits_stored - 8)).astype(np.uint8)
    if is_rgb or layout.photometric == "RGB":
        return np.ascontiguousarray(eight_bits)
    if layout.photometric in {"YBR_FULL", "YBR_FULL_422"}:
        return _from_ybr(eight_bits)
    raise BadInputError(f"colours stored as {layout.photometric} cannot be shown")


def _from_ybr(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
    centered = samples.astype(np.float32) - np.array([0, 128, 128], dtype=np.float32)
    rgb = centered @ _RGB_OF_YBR.T.astype(np.float32)
    return np.clip(np.floor(rgb + 0.5), 0, 255).astype(np.uint8)


def _from_palette(indices: NDArray[Any], dataset: Dataset) -> NDArray[np.uint8]:
    from pydicom.pixels import apply_color_lut

    try:
        coloured = apply_color_lut(indices, dataset)
    except (ValueError, AttributeError, IndexError, NotImplementedError) as error:
        raise BadInputError(f"the image's colour palette is damaged ({error})") from error
    shift = 8 * (coloured.dtype.itemsize - 1)
    return np.ascontiguousarray((coloured >> shift).astype(np.uint8)[:, :, :3])
