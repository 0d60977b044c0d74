"""A journal in memory and small studies for the tests of reading and protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from workstation.base.clock import Origins
from workstation.base.errors import StoreError
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.facts import Entry, Fact
from workstation.model.geometry import Mark, Point, Shape
from workstation.model.identity import (
    Digest,
    FindingID,
    Patient,
    ReadingID,
    SeriesUID,
    SOPInstanceUID,
    StudyUID,
    TrackingUID,
)
from workstation.model.result import AIResult, Author, Finding, Match, RenderingIntent, RunStatus, Service
from workstation.model.study import Calibration, Image, Laterality, PixelSpacing, Series, Study, Technique
from workstation.reading.opening import Material, open_reading
from workstation.reading.session import Journal, ReadingSession

START = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
STUDY = StudyUID("2.25.1001")
VIEWS = ("RCC", "LCC", "RMLO", "LMLO")
PATIENT = Patient(patient_id="4711", name="Иванова^Мария^Петровна")
DETECTOR = PixelSpacing(row_mm=0.1, column_mm=0.1, calibration=Calibration.DETECTOR)
REASON = Code(value="R-VESSEL", scheme="99DIPTYCH", meaning="Vessel or vascular calcification")


@dataclass
class MemoryJournal:
    """The journal's door without a disk. `broken` makes every append fail, as a full disk does."""

    kept: list[Entry] = field(default_factory=list)
    broken: bool = False

    def append(self, fact: Fact, *, reader: str) -> Entry:
        if self.broken:
            raise StoreError("the disk is full; nothing was kept")
        sequence = len(self.kept) + 1
        at = START + timedelta(seconds=sequence)
        entry = Entry(sequence=sequence, at=at, reader=reader, station="test", software="Diptych test", fact=fact)
        self.kept.append(entry)
        return entry

    def entries(self, study_uid: StudyUID | None = None, reading_id: ReadingID | None = None, *, after: int = 0
                ) -> Iterable[Entry]:  # fmt: skip
        def asked_for(entry: Entry) -> bool:
            return (
                entry.sequence > after
                and (study_uid is None or getattr(entry.fact, "study_uid", None) == study_uid)
                and (reading_id is None or getattr(entry.fact, "reading_id", None) == reading_id)
            )

        return tuple(entry for entry in self.kept if asked_for(entry))


_NUMBERS: Iterator[int] = count(1)


def origins() -> Origins:
    """A clock that stands still, and UIDs that never repeat."""
    return Origins(now=lambda: START, uid=lambda: f"2.25.9{next(_NUMBERS):06}", station="test", software="Diptych test")


def image_uid(view: str) -> SOPInstanceUID:
    return SOPInstanceUID(f"2.25.2{VIEWS.index(view) if view in VIEWS else 9}")


def image(view: str, *, spacing: PixelSpacing | None = DETECTOR, technique: Technique | None = None) -> Image:
    return Image(
        sop_uid=image_uid(view),
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.2",
        series_uid=SeriesUID("2.25.3001"),
        modality="MG",
        rows=4096,
        columns=3328,
        laterality=Laterality(view[0]),
        view=view[1:],
        spacing=spacing,
        technique=technique or Technique(kvp=28 + VIEWS.index(view), thickness_mm=52, organ_dose_mgy=1.25),
        digest=Digest("a" * 64),
    )


def study(views: Iterable[str] = VIEWS, *, spacing: PixelSpacing | None = DETECTOR) -> Study:
    images = tuple(image(view, spacing=spacing) for view in views)
    series = Series(series_uid=SeriesUID("2.25.3001"), modality="MG", images=images)
    return Study(study_uid=STUDY, patient=PATIENT, series=(series,), performed_at=START, accession="A-17")


def chest_study() -> Study:
    chest = Image(
        sop_uid=SOPInstanceUID("2.25.29"),
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        series_uid=SeriesUID("2.25.3002"),
        modality="DX",
        rows=2000,
        columns=2000,
        view="PA",
        spacing=DETECTOR,
    )
    series = Series(series_uid=SeriesUID("2.25.3002"), modality="DX", images=(chest,))
    return Study(study_uid=STUDY, patient=PATIENT, series=(series,), performed_at=START)


def circle(view: str, center: Point = (500.0, 800.0), radius: float = 60.0) -> Mark:
    points = (center, (center[0] + radius, center[1]))
    return Mark(sop_uid=image_uid(view), shape=Shape.CIRCLE, points=points)


def finding(
    number: int,
    *views: str,
    kind: Code = lexicon.MASS,
    intent: RenderingIntent | None = RenderingIntent.REQUIRED,
    **more: object,
) -> Finding:
    return Finding(
        finding_id=FindingID(f"2.25.5001#1.{number}"),
        node=f"1.{number}",
        kind=kind,
        tracking_uid=TrackingUID(f"2.25.6{number:03}"),
        laterality=Laterality(views[0][0]) if views else None,
        rendering_intent=intent,
        probability=0.875,
        marks=tuple(circle(view) for view in views),
        **more,  # type: ignore[arg-type]
    )


def result(*findings: Finding, matched: bool = True) -> AIResult:
    return AIResult(
        sr_uid=SOPInstanceUID("2.25.5001"),
        study_uid=STUDY,
        patient=PATIENT,
        author=Author.DEVICE,
        reader="test",
        service=Service(name="Mammolux", vendor="Lux", version="3.2"),
        digest=Digest("b" * 64),
        run_status=RunStatus.SUCCEEDED,
        warning="For research purposes only",
        findings=findings,
        sr_series_uid=SeriesUID("2.25.5000"),
        sr_class_uid="1.2.840.10008.5.1.4.1.1.88.50",
        match=Match(ok=matched),
    )


def session(*findings: Finding, journal: Journal | None = None, reader: str = "Petrova", language: str = "en",
            of: Study | None = None, priors: tuple[Study, ...] = ()) -> ReadingSession:  # fmt: skip
    """A reading just opened."""
    material = Material(study=of or study(), results=(result(*findings),) if findings else (), priors=priors)
    kept = journal if journal is not None else MemoryJournal()
    return open_reading(kept, material, reader=reader, origins=origins(), language=language)
