"""How the samples of a frame lie in memory: the image pixel module (PS3.3 C.7.6.3), checked before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.base.errors import BadInputError
from workstation.dicom import headers, values

MAX_FRAME_BYTES = 1024**3
_SUBSAMPLED = frozenset({"YBR_FULL_422", "YBR_PARTIAL_422"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Attributes of group 0028 that say what the bytes of a frame mean."""

    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool
    photometric: str
    big_endian: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, columns), or (rows, columns, samples) for colour."""
        return (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, self.samples)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of one sample as it is allocated, little endian."""
        return np.dtype(f"<u{max(1, self.bits_allocated // 8)}")

    @property
    def is_subsampled(self) -> bool:
        """Whether neighbouring pixels share their chrominance when stored natively (C.7.6.3.1.2)."""
        return self.samples == 3 and self.photometric in _SUBSAMPLED

    @property
    def frame_bits(self) -> int:
        """Bits of one frame without compression."""
        samples = 2 if self.is_subsampled else self.samples
        return self.rows * self.columns * samples * self.bits_allocated

    @property
    def frame_bytes(self) -> int:
        """Bytes of one frame without compression, rounded up."""
        return (self.frame_bits + 7) // 8

    def native(self, data: bytes, first_bit: int = 0) -> NDArray[Any]:
        """The samples of an uncompressed frame.

        Parameters
        ----------
        first_bit : where the frame starts within the first byte; frames of single bits are not byte aligned.
        """
        if len(data) < (self.frame_bits + first_bit + 7) // 8:
            raise BadInputError("the file ends inside the image")
        if self.bits_allocated == 1:
            bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8), bitorder="little")
            return bits[first_bit : first_bit + self.frame_bits].reshape(self.shape)
        dtype = self.dtype.newbyteorder(">") if self.big_endian else self.dtype
        array = np.frombuffer(data, dtype=dtype, count=self.frame_bits // self.bits_allocated).astype(
            self.dtype, copy=False
        )
        if self.is_subsampled:
            return self._upsampled(array)
        if self.samples > 1 and self.planar:
            return np.moveaxis(array.reshape(self.samples, self.rows, self.columns), 0, 2)
        return array.reshape(self.shape)

    def _upsampled(self, array: NDArray[Any]) -> NDArray[Any]:
        """Y Y Cb Cr of two neighbours to three samples of each."""
        pairs = array.reshape(-1, 4)
        whole = np.empty((len(pairs), 2, 3), dtype=array.dtype)
        whole[:, :, 0] = pairs[:, :2]
        whole[:, :, 1:] = pairs[:, None, 2:]
        return whole.reshape(self.shape)


def layout_of(dataset: Dataset, *, big_endian: bool) -> Layout:
    """The layout that the header states.

    Raises
    ------
    BadInputError
        When an attribute is missing or impossible, or a frame would be larger than any real one.
    """
    layout = _stated(dataset, big_endian=big_endian)
    trouble = _trouble(layout)
    if trouble:
        raise BadInputError(trouble)
    return layout


def layout_trouble(dataset: Dataset) -> str | None:
    """Why no frame can have the layout that the header states, or None when it can."""
    return _trouble(_stated(dataset, big_endian=False))


def _stated(dataset: Dataset, *, big_endian: bool) -> Layout:
    return Layout(
        rows=values.integer(dataset, "Rows") or 0,
        columns=values.integer(dataset, "Columns") or 0,
        frames=headers.frames(dataset),
        samples=values.integer(dataset, "SamplesPerPixel") or 1,
        bits_allocated=values.integer(dataset, "BitsAllocated") or 0,
        bits_stored=values.integer(dataset, "BitsStored") or values.integer(dataset, "BitsAllocated") or 0,
        high_bit=_high_bit(dataset),
        signed=values.integer(dataset, "PixelRepresentation") == 1,
        planar=values.integer(dataset, "PlanarConfiguration") == 1,
        photometric=values.text(dataset, "PhotometricInterpretation") or "MONOCHROME2",
        big_endian=big_endian,
    )


def _high_bit(dataset: Dataset) -> int:
    stated = values.integer(dataset, "HighBit")
    return stated if stated is not None else (values.integer(dataset, "BitsStored") or 1) - 1


def _trouble(layout: Layout) -> str | None:
    if layout.rows < 1 or layout.columns < 1:
        return "the header states no rows and columns"
    if layout.bits_allocated not in {1, 8, 16, 32}:
        return f"the header states {layout.bits_allocated} bits per sample, which no picture has"
    if not 1 <= layout.bits_stored <= layout.bits_allocated or layout.high_bit >= layout.bits_allocated:
        return "the header's bits stored, allocated and high bit contradict each other"
    if layout.bits_stored > 16:
        return f"values of {layout.bits_stored} bits cannot be shown"
    if layout.samples not in {1, 3}:
        return f"the header states {layout.samples} samples per pixel, which no picture here has"
    if layout.frame_bytes > MAX_FRAME_BYTES:
        return f"one frame would take {layout.frame_bytes // 1024**2} MB, more than any real image"
    if layout.is_subsampled and layout.columns % 2:
        return "an odd number of columns cannot share chrominance"
    return None
