"""A structured report as plain frozen objects: what leaves the door instead of a pydicom Dataset (PS3.3 C.17.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workstation.model.codes import Code
from workstation.model.identity import Digest, Patient, SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem


class ObserverType(StrEnum):
    """Who observed: Observer Type (121005) and Observer Type (0040,A084)."""

    PERSON = "person"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class SRReference:
    """A referenced SOP instance.

    Attributes
    ----------
    frames : 1-based Referenced Frame Numbers; empty when the reference names none.
    segments : Referenced Segment Numbers; empty when the reference names none.
    study_uid, series_uid : known for evidence references only.
    """

    sop_uid: SOPInstanceUID
    sop_class_uid: str = ""
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    study_uid: StudyUID | None = None
    series_uid: SeriesUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SRGraphic:
    """Spatial coordinates (PS3.3 C.18.6, C.18.9).

    Attributes
    ----------
    graphic_type : as written, upper case: POINT, POLYLINE, CIRCLE, ...
    data : (column, row) pairs in pixels, or (x, y, z) triples in mm when there is a frame of reference. A value that
        is not a finite number is None.
    frame_of_reference_uid : only for SCOORD3D.
    """

    graphic_type: str
    data: tuple[float | None, ...]
    frame_of_reference_uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SRItem:
    """A content item.

    Attributes
    ----------
    node : 1-based path from the root, "1.2.4".
    value_type : CONTAINER, CODE, NUM, TEXT, ...; "" for an item by reference.
    text : the value of TEXT, DATE, TIME, DATETIME, UIDREF and PNAME as written; of NUM the digits as written.
    number : the value of NUM; None when there is none or it is not finite.
    target : node that an item by reference points to (0040,DB73); None for an item by value.
    observation_uid : Observation UID (0040,A171).
    """

    node: str
    value_type: str = ""
    relationship: str | None = None
    concept: Code | None = None
    text: str | None = None
    code: Code | None = None
    number: float | None = None
    unit: Code | None = None
    reference: SRReference | None = None
    graphic: SRGraphic | None = None
    template_id: str | None = None
    observation_uid: str | None = None
    target: str | None = None
    children: tuple[SRItem, ...] = ()

    def walk(self) -> Iterator[SRItem]:
        """Yield the item itself, then everything below it by value, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Person or device that made the observations (TID 1001; Author and Verifying Observer Sequence)."""

    type: ObserverType
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    uid: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SRHeader:
    """What a reader may judge a report by, without its content tree.

    Attributes
    ----------
    title : concept name of the root container.
    template_id : Template Identifier (0040,DB00) of the root: "4000", "1500", ...
    content_at : Content Date and Time as written, without a time zone.
    completion, verification, preliminary : the flags (0040,A491), (0040,A493), (0040,A496); None when absent.
    evidence : Current Requested Procedure Evidence and Pertinent Other Evidence, with their study.
    """

    sop_class_uid: str
    sop_uid: SOPInstanceUID
    study_uid: StudyUID
    series_uid: SeriesUID
    patient: Patient
    title: Code | None = None
    template_id: str | None = None
    modality: str = ""
    series_description: str = ""
    content_at: datetime | None = None
    completion: str | None = None
    verification: str | None = None
    preliminary: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    software_versions: tuple[str, ...] = ()
    device_serial: str | None = None
    institution: str | None = None
    observers: tuple[Observer, ...] = ()
    evidence: tuple[SRReference, ...] = ()
    predecessors: tuple[SRReference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SRDocument:
    """A whole report. `problems` names every content item that could not be read, so that nothing is inferred from it.

    Attributes
    ----------
    digest : SHA-256 of the file's bytes.
    """

    header: SRHeader
    root: SRItem
    digest: Digest
    problems: tuple[Problem, ...] = ()

    def index(self) -> dict[str, SRItem]:
        """Every content item by its node."""
        return {item.node: item for item in self.root.walk()}
