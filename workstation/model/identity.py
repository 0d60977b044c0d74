"""Who and what: typed UIDs and the patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

StudyUID = NewType("StudyUID", str)
SeriesUID = NewType("SeriesUID", str)
SOPInstanceUID = NewType("SOPInstanceUID", str)
TrackingUID = NewType("TrackingUID", str)
FindingID = NewType("FindingID", str)
"""`<SR SOP Instance UID>#<content item path>` for an AI finding, `reader#<uuid>` for a reader's own."""
ReadingID = NewType("ReadingID", str)
Digest = NewType("Digest", str)
"""SHA-256 of a file's bytes, 64 lower-case hex digits."""


class Sex(StrEnum):
    """Patient's Sex (0010,0040)."""

    FEMALE = "F"
    MALE = "M"
    OTHER = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The patient as the header names them.

    Attributes
    ----------
    patient_id : Patient ID (0010,0020), stripped; "" when the header has none.
    issuer : Issuer of Patient ID (0010,0021) or None.
    name : Patient's Name (0010,0010) as family^given^middle, best representation (ideographic and phonetic dropped).
    birth_date : None when absent or not a date.
    sex : None when absent or not one of F, M, O.
    """

    patient_id: str
    name: str
    issuer: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None

    @property
    def display_name(self) -> str:
        """The name as a reader says it: FAMILY Given Middle; the ID when there is no name."""
        family, _, rest = self.name.partition("^")
        given = " ".join(part for part in rest.split("^") if part)
        return " ".join(part for part in (family.upper(), given) if part) or self.patient_id

    def age_on(self, day: date) -> int | None:
        """Whole years on `day`; None without a birth date."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)
