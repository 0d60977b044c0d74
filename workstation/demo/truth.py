"""What is really in a phantom study: written beside its images, read by tests and by nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.model.codes import Code
from workstation.model.geometry import Point
from workstation.model.identity import SOPInstanceUID, StudyUID
from workstation.model.result import Density
from workstation.model.study import Laterality


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthMark:
    """Where a finding lies on one image; points are (column, row) in pixels."""

    sop_uid: SOPInstanceUID
    view: str
    center: Point
    outline: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthFinding:
    """One finding, on all images that show it.

    Attributes
    ----------
    margin : of a mass, or the morphology of calcifications; "" where neither applies.
    """

    kind: Code
    margin: str
    size_mm: float
    suspicious: bool
    laterality: Laterality | None
    marks: tuple[TruthMark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth of one study."""

    study_uid: StudyUID
    density: tuple[tuple[Laterality, Density], ...]
    findings: tuple[TruthFinding, ...]
