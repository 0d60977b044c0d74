"""Coded entries as they stand in a report, SNOMED of old schemes brought to SCT (PS3.16 8.1, annex on SRT)."""

from __future__ import annotations

from functools import cache
from typing import Any

from workstation.model.codes import Code

OLD_SNOMED_SCHEMES = frozenset({"SRT", "SNM3", "99SDM"})


@cache
def _snomed_pairs() -> dict[str, str]:
    from pydicom.sr._snomed_dict import mapping

    return dict(mapping["SRT"])


def normalised(value: str, scheme: str, meaning: str) -> Code:
    """The code, in SCT where it came in an older SNOMED scheme and the pair is known; else as it came."""
    if scheme in OLD_SNOMED_SCHEMES:
        modern = _snomed_pairs().get(value)
        if modern is not None:
            return Code(value=modern, scheme="SCT", meaning=meaning)
    return Code(value=value, scheme=scheme, meaning=meaning)


def code_from(item: Any) -> Code | None:
    """The code of one item of a code sequence (PS3.3 8.8), or None when it has no code value."""
    value = str(item.get("CodeValue") or item.get("LongCodeValue") or item.get("URNCodeValue") or "").strip()
    if not value:
        return None
    scheme = str(item.get("CodingSchemeDesignator") or "").strip()
    return normalised(value, scheme, str(item.get("CodeMeaning") or "").strip())
