"""The reader's side: verdicts, own findings, assessment. Opinions of people, never defaulted from a score."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workstation.model.codes import Code
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID, SOPInstanceUID, TrackingUID
from workstation.model.study import Laterality


class Decision(StrEnum):
    """A verdict on one AI finding."""

    ACCEPT = "accept"
    MODIFY = "modify"
    REJECT = "reject"


class BiRads(StrEnum):
    """BI-RADS assessment category, 5th edition."""

    B0 = "0"
    B1 = "1"
    B2 = "2"
    B3 = "3"
    B4A = "4A"
    B4B = "4B"
    B4C = "4C"
    B5 = "5"
    B6 = "6"


class Opinion(StrEnum):
    """Study-level opinion where there is no BI-RADS (chest)."""

    NORMAL = "normal"
    PATHOLOGY = "pathology"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the doctor says a finding is; None keeps what the AI said.

    Attributes
    ----------
    kind : from the lexicon.
    size_mm : largest diameter; how it was calibrated is the image's (S12).
    marks : a corrected outline; empty keeps the AI's.
    """

    kind: Code | None = None
    laterality: Laterality | None = None
    size_mm: float | None = None
    assessment: BiRads | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Accept, modify or reject, of one finding, in one SR.

    Attributes
    ----------
    sr_uid, tracking_uid : which finding of which result, as the verdict SR must say it.
    reason : why rejected (coded, resources/lexicon/reasons.json); required for a rejection.
    acknowledged : problems that the doctor accepted knowingly, e.g. "laterality" (S2).
    """

    finding_id: FindingID
    sr_uid: SOPInstanceUID
    tracking_uid: TrackingUID
    decision: Decision
    reason: Code | None = None
    comment: str = ""
    changes: Description = Description()
    acknowledged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderFinding:
    """A finding that the reader adds because the AI missed it."""

    finding_id: FindingID
    tracking_uid: TrackingUID
    kind: Code
    marks: tuple[Mark, ...]
    laterality: Laterality | None = None
    size_mm: float | None = None
    assessment: BiRads | None = None
    comment: str = ""
