"""From stored values to display levels: modality LUT, VOI, polarity, padding (PS3.3 C.11, PS3.4 N.2; S11).

Pure functions over a frozen description; nothing here knows files. A table is indexed by the stored value as it lies
in memory: `table[pixels.view(numpy.uint16)]`, so that a signed -1 finds its level at index 65535.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

STORED_VALUES = 65536
Floats = NDArray[np.float64]


class VoiFunction(StrEnum):
    """How values of interest become brightness."""

    LINEAR = "LINEAR"
    """PS3.3 C.11.2.1.2.1."""
    LINEAR_EXACT = "LINEAR_EXACT"
    """PS3.3 C.11.2.1.3.2."""
    SIGMOID = "SIGMOID"
    """PS3.3 C.11.2.1.3.1."""
    TABLE = "TABLE"
    """VOI LUT Sequence (0028,3010), PS3.3 C.11.2.1.1."""


class VoiSource(StrEnum):
    """Who asks for a VOI."""

    FILE = "file"
    FULL_RANGE = "full-range"
    READER = "reader"
    PRESET = "preset"
    """Customary for what the values mean; `Voi.name` is its name in the catalogues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lut:
    """A look-up table (PS3.3 C.11.1.1, C.11.2.1.1).

    Attributes
    ----------
    first : input value that the first entry belongs to; lower inputs take the first entry, higher ones the last.
    bits : the highest output is 2**bits - 1.
    """

    first: int
    bits: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voi:
    """One choice of values of interest.

    Attributes
    ----------
    name : the file's explanation, "" when it has none.
    center, width : in modality values; None for a table.
    table : for `VoiFunction.TABLE`.
    """

    name: str = ""
    function: VoiFunction = VoiFunction.LINEAR
    center: float | None = None
    width: float | None = None
    table: Lut | None = None
    source: VoiSource = VoiSource.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class GreyScale:
    """How one frame's stored values are meant to be seen.

    Attributes
    ----------
    bits_stored, signed : Bits Stored (0028,0101), Pixel Representation (0028,0103).
    slope, intercept : rescale; not used when there is a `modality_lut`.
    units : Rescale Type (0028,1054) or Modality LUT Type, "" when unspecified.
    vois : the choices that the file states, best first.
    inverted : low values are bright: MONOCHROME1 or Presentation LUT Shape INVERSE (2050,0020).
    padding : lowest and highest stored value that is no image (0028,0120), (0028,0121); None without padding.
    stored_range : lowest and highest stored value of the frame outside the padding.
    """

    bits_stored: int
    signed: bool
    stored_range: tuple[int, int]
    slope: float = 1.0
    intercept: float = 0.0
    modality_lut: Lut | None = None
    units: str = ""
    vois: tuple[Voi, ...] = ()
    photometric: str = "MONOCHROME2"
    inverted: bool = False
    padding: tuple[int, int] | None = None


def choices(grey: GreyScale) -> tuple[Voi, ...]:
    """What the reader can choose among: first what the file asks for (S11), last the full range of the frame."""
    return (*grey.vois, full_range(grey))


def full_range(grey: GreyScale) -> Voi:
    """From the frame's lowest to its highest value."""
    ends = modality_values(grey, np.array(grey.stored_range))
    low, high = float(ends.min()), float(ends.max())
    return Voi(
        function=VoiFunction.LINEAR_EXACT,
        center=(low + high) / 2,
        width=max(high - low, 1e-6),
        source=VoiSource.FULL_RANGE,
    )


def window(grey: GreyScale, center: float, width: float, *, like: Voi | None = None) -> Voi:
    """The reader's own window, with the function of the choice it came from; a table becomes LINEAR.

    Parameters
    ----------
    center, width : in modality values; the width is raised to the least that its function allows.
    """
    function = like.function if like is not None else VoiFunction.LINEAR
    if function is VoiFunction.TABLE:
        function = VoiFunction.LINEAR
    least = 1.0 if function is VoiFunction.LINEAR else max(abs(grey.slope), 1e-6) / 16
    return Voi(function=function, center=center, width=max(width, least), source=VoiSource.READER)


def center_and_width(grey: GreyScale, voi: Voi) -> tuple[float, float]:
    """Center and width of `voi` in modality values; for a table, those of the inputs that it covers."""
    if voi.center is not None and voi.width is not None:
        return voi.center, voi.width
    if voi.table is not None:
        width = max(len(voi.table.entries), 1)
        return voi.table.first + width / 2, float(width)
    return center_and_width(grey, full_range(grey))


def modality_values(grey: GreyScale, stored: NDArray[Any]) -> Floats:
    """Stored values to modality values (C.11.1): by the Modality LUT, else slope and intercept."""
    if grey.modality_lut is not None:
        return _looked_up(grey.modality_lut, stored.astype(np.float64))
    return stored.astype(np.float64) * grey.slope + grey.intercept


def voi_output(voi: Voi, values: Floats) -> Floats:
    """Modality values to brightness from 0.0 to 1.0 (C.11.2)."""
    if voi.function is VoiFunction.TABLE and voi.table is not None:
        return np.clip(_looked_up(voi.table, values) / (2**voi.table.bits - 1), 0.0, 1.0)
    center, width = voi.center or 0.0, voi.width or 1.0
    if voi.function is VoiFunction.SIGMOID:
        with np.errstate(over="ignore"):
            return np.asarray(1.0 / (1.0 + np.exp(-4.0 * (values - center) / width)))
    if voi.function is VoiFunction.LINEAR_EXACT:
        return np.clip((values - center) / width + 0.5, 0.0, 1.0)
    if width <= 1.0:
        return np.where(values > center - 0.5, 1.0, 0.0)
    return np.clip((values - (center - 0.5)) / (width - 1.0) + 0.5, 0.0, 1.0)


def display_lut(
    grey: GreyScale, voi: Voi, *, levels: int = 256, invert: bool = False
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Display level of every stored value.

    Padding is level 0 in every window and also when inverted, by the file or by the reader: the surround of a breast
    stays black (IHE Mammography Image).

    Parameters
    ----------
    levels : grey levels of the display, 256 or 1024; the table holds 0 to levels - 1.
    invert : the reader's own inversion, on top of the file's.

    Returns
    -------
    65536 entries, uint8 for 256 levels, else uint16; index with the pixels viewed as uint16.
    """
    stored = _stored_values(grey.signed)
    output = voi_output(voi, modality_values(grey, stored))
    if grey.inverted != invert:
        output = 1.0 - output
    if grey.padding is not None:
        output[(stored >= grey.padding[0]) & (stored <= grey.padding[1])] = 0.0
    table = np.floor(output * (levels - 1) + 0.5)
    return table.astype(np.uint8) if levels <= 256 else table.astype(np.uint16)


def _stored_values(signed: bool) -> NDArray[Any]:
    indices = np.arange(STORED_VALUES, dtype=np.uint16)
    return indices.view(np.int16) if signed else indices


def _looked_up(lut: Lut, inputs: Floats) -> Floats:
    entries = np.asarray(lut.entries, dtype=np.float64)
    places = np.clip(np.floor(inputs + 0.5) - lut.first, 0, len(entries) - 1)
    return np.asarray(entries[places.astype(np.intp)])
