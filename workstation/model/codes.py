"""Coded concepts: value, scheme, meaning (PS3.3 8.8)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A coded concept. Two codes are equal when value and scheme are; the meaning is for people.

    Old SNOMED schemes (SRT, SNM3, 99SDM) are mapped to SCT at the door, where the mapping is known; unknown and
    private codes stay as they came.
    """

    value: str
    scheme: str
    meaning: str = field(compare=False)
