"""Tolerant access to attributes: a value that is absent, empty or not of its form is None, never an exception."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from typing import Any

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from workstation.dicom import charset
from workstation.model.codes import Code

_DATE = re.compile(r"(\d{4})[.\-]?(\d{2})[.\-]?(\d{2})")
_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(?:\.(\d{1,6})\d*)?")


def values(dataset: Dataset, keyword: str) -> tuple[Any, ...]:
    """All values of an attribute as pydicom gives them; () when absent, empty or unreadable."""
    try:
        if keyword not in dataset:
            return ()
        value = dataset[keyword].value
    except Exception:  # any converter of pydicom may fail in its own way on foreign bytes
        return ()
    if value is None or (isinstance(value, str | bytes) and not value):
        return ()
    return tuple(value) if isinstance(value, MultiValue | list | tuple) else (value,)


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Values as clean text, empty ones dropped."""
    undeclared = charset.undeclared_text(dataset, keyword)
    found = undeclared.split("\\") if undeclared is not None else [str(value) for value in values(dataset, keyword)]
    return tuple(text for text in map(charset.clean, found) if text)


def text(dataset: Dataset, keyword: str) -> str | None:
    """The first value as clean text."""
    return next(iter(texts(dataset, keyword)), None)


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Values as finite numbers; () when any is not one."""
    try:
        found = tuple(float(value) for value in values(dataset, keyword))
    except (TypeError, ValueError, OverflowError):
        return ()
    return found if all(math.isfinite(value) for value in found) else ()


def number(dataset: Dataset, keyword: str) -> float | None:
    """The first value as a finite number."""
    return next(iter(numbers(dataset, keyword)), None)


def integer(dataset: Dataset, keyword: str) -> int | None:
    """The first value as an integer."""
    found = number(dataset, keyword)
    return int(found) if found is not None else None


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Items of a sequence."""
    return tuple(value for value in _sequence(dataset, keyword) if isinstance(value, Dataset))


def first_item(dataset: Dataset | None, *keywords: str) -> Dataset | None:
    """The first item of the first item ... along `keywords`, or None where the chain ends."""
    for keyword in keywords:
        if dataset is None:
            return None
        dataset = next(iter(items(dataset, keyword)), None)
    return dataset


def day(dataset: Dataset, keyword: str) -> date | None:
    """A DA value (PS3.5 6.2), also as 1993.08.22."""
    matched = _DATE.match(text(dataset, keyword) or "")
    try:
        return date(*map(int, matched.groups())) if matched else None
    except ValueError:
        return None


def moment(dataset: Dataset, date_keyword: str, time_keyword: str) -> datetime | None:
    """A DA and a TM value as local time without a zone, midnight when the time is absent."""
    on = day(dataset, date_keyword)
    return datetime.combine(on, _time(text(dataset, time_keyword) or "")) if on else None


def date_time(dataset: Dataset, keyword: str) -> datetime | None:
    """A DT value as local time without a zone; its offset from UTC is left out, as dates beside it have none."""
    on = day(dataset, keyword)
    return datetime.combine(on, _time((text(dataset, keyword) or "")[8:])) if on else None


def code(dataset: Dataset) -> Code | None:
    """The code of an item with the Code Sequence Macro (PS3.3 8.8), SNOMED's old schemes mapped to SCT."""
    value = text(dataset, "CodeValue") or text(dataset, "LongCodeValue") or text(dataset, "URNCodeValue")
    if value is None:
        return None
    return normalised(value, text(dataset, "CodingSchemeDesignator") or "", text(dataset, "CodeMeaning") or "")


def normalised(value: str, scheme: str, meaning: str) -> Code:
    """The code, in SCT where it came in an older SNOMED scheme and the pair is known; else as it came."""
    if scheme in {"SRT", "SNM3", "99SDM"}:
        from pydicom.sr._snomed_dict import mapping

        current = mapping["SRT"].get(value)
        if current is not None:
            return Code(value=current, scheme="SCT", meaning=meaning)
    return Code(value=value, scheme=scheme, meaning=meaning)


def codes(dataset: Dataset, keyword: str) -> tuple[Code, ...]:
    """The codes of a code sequence."""
    return tuple(found for found in map(code, items(dataset, keyword)) if found is not None)


def _sequence(dataset: Dataset, keyword: str) -> tuple[Any, ...]:
    try:
        return tuple(dataset[keyword].value or ()) if keyword in dataset else ()
    except Exception:  # as in `values`
        return ()


def _time(written: str) -> time:
    matched = _TIME.match(written)
    if not matched:
        return time()
    hour, minute, second, fraction = matched.groups()
    try:
        return time(int(hour), int(minute or 0), min(int(second or 0), 59), int((fraction or "0").ljust(6, "0")))
    except ValueError:
        return time()
