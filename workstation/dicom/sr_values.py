"""Values of one content item, read so that damage in one never costs another."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from workstation.dicom import charset
from workstation.dicom.sr_document import SRGraphic, SRReference
from workstation.dicom.values import normalised
from workstation.model.codes import Code
from workstation.model.identity import SOPInstanceUID

Complain = Callable[[str], None]

TEXT_KEYWORDS = {
    "TEXT": "TextValue",
    "DATE": "Date",
    "TIME": "Time",
    "DATETIME": "DateTime",
    "UIDREF": "UID",
    "PNAME": "PersonName",
}
REFERENCE_TYPES = frozenset({"IMAGE", "COMPOSITE", "WAVEFORM"})


@cache
def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return int(tag)


def element(dataset: Dataset, keyword: str, complain: Complain) -> Any:
    """The element's value; None when it is absent or cannot be decoded (then `complain` is told)."""
    tag = _tag(keyword)
    if tag not in dataset.keys():  # noqa: SIM118 - `in dataset` costs ten times as much, and reports have many items
        return None
    try:
        return dataset[tag].value
    except Exception as error:  # pydicom decodes on access and raises what it likes (reliability.md section 4)
        complain(f"{keyword} cannot be decoded ({type(error).__name__})")
        return None


def items(dataset: Dataset, keyword: str, complain: Complain) -> list[Dataset]:
    """The items of a sequence; [] when it is absent, is no sequence or cannot be decoded."""
    value = element(dataset, keyword, complain)
    if value is None or isinstance(value, (str, bytes)):
        return []
    try:
        return [item for item in value if isinstance(item, Dataset)]
    except Exception as error:  # see `element`
        complain(f"{keyword} cannot be decoded ({type(error).__name__})")
        return []


def first(dataset: Dataset, keyword: str, complain: Complain) -> Dataset | None:
    """The first item of a sequence, or None."""
    found = items(dataset, keyword, complain)
    return found[0] if found else None


def string(dataset: Dataset, keyword: str, complain: Complain) -> str | None:
    """A text value, stripped; None when absent or empty. Several values are joined by a backslash as in the file."""
    undeclared = charset.undeclared_text(dataset, keyword) if _beyond_ascii(dataset, keyword) else None
    value = undeclared if undeclared is not None else element(dataset, keyword, complain)
    if value is None:
        return None
    several = not isinstance(value, (str, bytes)) and hasattr(value, "__iter__") and not hasattr(value, "components")
    return charset.clean("\\".join(str(part) for part in value) if several else str(value)) or None


def _beyond_ascii(dataset: Dataset, keyword: str) -> bool:
    try:
        raw = dataset.get_item(_tag(keyword))
    except Exception:  # `element` meets the same damage and tells of it
        return False
    return isinstance(raw, RawDataElement) and isinstance(raw.value, bytes) and not raw.value.isascii()


def code(dataset: Dataset, keyword: str, complain: Complain) -> Code | None:
    """The first code of a code sequence (PS3.3 8.8), old SNOMED brought to SCT; None when there is none."""
    item = first(dataset, keyword, complain)
    if item is None:
        return None
    written = (string(item, name, complain) for name in ("CodeValue", "LongCodeValue", "URNCodeValue"))
    value = next((found for found in written if found), None)
    if value is None:
        return None
    scheme, meaning = (string(item, name, complain) or "" for name in ("CodingSchemeDesignator", "CodeMeaning"))
    return normalised(value, scheme, meaning)


def integers(dataset: Dataset, keyword: str, complain: Complain) -> tuple[int, ...]:
    """Whole numbers of a multi-valued element; () when absent or not whole numbers."""
    value = element(dataset, keyword, complain)
    if value is None or value == "":
        return ()
    several = list(value) if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)) else [value]
    try:
        return tuple(int(part) for part in several)
    except (TypeError, ValueError):
        complain(f"{keyword} is not a whole number")
        return ()


def finite(value: object) -> float | None:
    """`value` as a finite float, or None."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def measured(dataset: Dataset, complain: Complain) -> tuple[str | None, float | None, Code | None]:
    """Digits as written, number and unit of a NUM item; a value that is not finite is None and complained of."""
    item = first(dataset, "MeasuredValueSequence", complain)
    if item is None:
        return None, None, None
    written = string(item, "NumericValue", complain)
    number = finite(written) if written is not None else None
    if number is None:
        complain("the measured value is missing" if written is None else f"{written!r} is not a finite number")
    return written, number, code(item, "MeasurementUnitsCodeSequence", complain)


def reference(dataset: Dataset, complain: Complain) -> SRReference | None:
    """What Referenced SOP Sequence of an IMAGE, COMPOSITE or WAVEFORM item points to; None when it has no UID."""
    item = first(dataset, "ReferencedSOPSequence", complain)
    if item is None:
        return None
    sop_uid = string(item, "ReferencedSOPInstanceUID", complain)
    if sop_uid is None:
        return None
    return SRReference(
        sop_uid=SOPInstanceUID(sop_uid),
        sop_class_uid=string(item, "ReferencedSOPClassUID", complain) or "",
        frames=integers(item, "ReferencedFrameNumber", complain),
        segments=integers(item, "ReferencedSegmentNumber", complain),
    )


def graphic(dataset: Dataset, complain: Complain) -> SRGraphic:
    """Graphic Type and Graphic Data of a SCOORD or SCOORD3D item."""
    data = element(dataset, "GraphicData", complain)
    several = [] if data is None else list(data) if hasattr(data, "__iter__") and not isinstance(data, str) else [data]
    numbers = tuple(finite(value) for value in several)
    if None in numbers:
        complain("a coordinate is not a finite number")
    return SRGraphic(
        graphic_type=(string(dataset, "GraphicType", complain) or "").upper(),
        data=numbers,
        frame_of_reference_uid=string(dataset, "ReferencedFrameOfReferenceUID", complain),
    )
