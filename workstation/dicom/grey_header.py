"""A header's grey-scale attributes to a `GreyScale`, per frame where the file says so per frame."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.dicom import values
from workstation.dicom.grey import GreyScale, Lut, Voi, VoiFunction

UNSPECIFIED = "US"


def grey_scale(dataset: Dataset, frame: int, pixels: NDArray[Any]) -> GreyScale:
    """How frame number `frame` (from 1), whose stored values are `pixels`, is meant to be seen."""
    signed = values.integer(dataset, "PixelRepresentation") == 1
    padding = _padding(dataset, signed)
    transformation = _group(dataset, frame, "PixelValueTransformationSequence") or dataset
    modality_lut = _lut(values.first_item(dataset, "ModalityLUTSequence"), signed=signed)
    slope, intercept = values.number(transformation, "RescaleSlope"), values.number(transformation, "RescaleIntercept")
    photometric = values.text(dataset, "PhotometricInterpretation") or "MONOCHROME2"
    can_be_negative = modality_lut is None and (signed or (intercept or 0.0) < 0)
    return GreyScale(
        bits_stored=values.integer(dataset, "BitsStored") or 16,
        signed=signed,
        stored_range=_range(pixels, padding),
        slope=slope or 1.0,
        intercept=intercept or 0.0,
        modality_lut=modality_lut,
        units=_units(transformation, dataset),
        vois=_vois(_group(dataset, frame, "FrameVOILUTSequence") or dataset, signed=can_be_negative),
        photometric=photometric,
        inverted=photometric == "MONOCHROME1" or values.text(dataset, "PresentationLUTShape") == "INVERSE",
        padding=padding,
    )


def _units(transformation: Dataset, dataset: Dataset) -> str:
    """Rescale Type (0028,1054); "" for "US", values without a unit (PS3.3 C.11.1.1.2).

    CT states it only where the values are not Hounsfield units (PS3.3 C.8.2.1).
    """
    stated = values.text(transformation, "RescaleType")
    if not stated:
        return "HU" if values.text(dataset, "Modality") == "CT" else ""
    return "" if stated == UNSPECIFIED else stated


def _group(dataset: Dataset, frame: int, macro: str) -> Dataset | None:
    """The item of a functional group macro (PS3.3 C.7.6.16): the frame's own, else the shared one."""
    per_frame = values.items(dataset, "PerFrameFunctionalGroupsSequence")
    own = values.first_item(per_frame[frame - 1], macro) if frame <= len(per_frame) else None
    return own or values.first_item(dataset, "SharedFunctionalGroupsSequence", macro)


def _vois(dataset: Dataset, *, signed: bool) -> tuple[Voi, ...]:
    """The file's choices: VOI LUTs first, being the maker's exact curve, then the windows in their order."""
    return (*_tables(dataset, signed=signed), *_windows(dataset))


def _tables(dataset: Dataset, *, signed: bool) -> tuple[Voi, ...]:
    tables = ((item, _lut(item, signed=signed)) for item in values.items(dataset, "VOILUTSequence"))
    return tuple(
        Voi(name=values.text(item, "LUTExplanation") or "", function=VoiFunction.TABLE, table=table)
        for item, table in tables
        if table is not None
    )


def _windows(dataset: Dataset) -> tuple[Voi, ...]:
    """Windows whose width their function allows (C.11.2.1.2.1: at least 1; else more than 0)."""
    stated = values.text(dataset, "VOILUTFunction")
    function = VoiFunction(stated) if stated in {"SIGMOID", "LINEAR_EXACT"} else VoiFunction.LINEAR
    centers, widths = values.numbers(dataset, "WindowCenter"), values.numbers(dataset, "WindowWidth")
    names = [str(name) for name in values.values(dataset, "WindowCenterWidthExplanation")]
    return tuple(
        Voi(name=(name or "").strip(), function=function, center=center, width=width)
        for center, width, name in zip_longest(centers, widths, names[: len(centers)])
        if center is not None and width is not None and _allows(function, width)
    )


def _allows(function: VoiFunction, width: float) -> bool:
    return width >= 1.0 if function is VoiFunction.LINEAR else width > 0.0


def _lut(item: Dataset | None, *, signed: bool) -> Lut | None:
    """LUT Descriptor (0028,3002) and Data (0028,3006), as OW or US, 8 or 16 bits wide."""
    descriptor = values.numbers(item, "LUTDescriptor") if item is not None else ()
    if item is None or len(descriptor) != 3:
        return None
    count, first, bits = (int(value) for value in descriptor)
    count = (count & 0xFFFF) or 65536
    entries = _entries(item, count)
    if not entries:
        return None
    first &= 0xFFFF
    if signed and first >= 32768:
        first -= 65536
    return Lut(first=first, bits=max(bits, max(entries).bit_length(), 1), entries=entries)


def _entries(item: Dataset, count: int) -> tuple[int, ...]:
    data = values.values(item, "LUTData")
    if len(data) == 1 and isinstance(data[0], bytes):
        little_endian = item.original_encoding[1] is not False
        width = 1 if len(data[0]) in {count, count + count % 2} else 2
        dtype = np.dtype(np.uint8) if width == 1 else np.dtype("<u2" if little_endian else ">u2")
        whole = len(data[0]) // width * width
        return tuple(np.frombuffer(data[0][:whole], dtype=dtype)[:count].tolist())
    return tuple(int(value) & 0xFFFF for value in data[:count])


def _padding(dataset: Dataset, signed: bool) -> tuple[int, int] | None:
    value = values.integer(dataset, "PixelPaddingValue")
    if value is None:
        return None
    limit = values.integer(dataset, "PixelPaddingRangeLimit")
    ends = [_as_stored(end, signed) for end in (value, value if limit is None else limit)]
    return min(ends), max(ends)


def _as_stored(value: int, signed: bool) -> int:
    """A value of ambiguous representation (US or SS) in that of the pixels."""
    value &= 0xFFFF
    return value - 65536 if signed and value >= 32768 else value


def _range(pixels: NDArray[Any], padding: tuple[int, int] | None) -> tuple[int, int]:
    image = pixels if padding is None else pixels[(pixels < padding[0]) | (pixels > padding[1])]
    if image.size == 0:
        image = pixels
    return (int(image.min()), int(image.max())) if image.size else (0, 0)
