"""Made-up studies and frames for the viewport's tests: small, exact, no files."""

from __future__ import annotations

import os
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from workstation.dicom.grey import GreyScale, Voi
from workstation.dicom.pixels import Frame
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import FindingID, Patient, SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.result import (
    AIResult,
    Author,
    Finding,
    Match,
    RenderingIntent,
    RunStatus,
    Service,
    Triage,
)
from workstation.model.study import (
    Calibration,
    Image,
    Laterality,
    PixelSpacing,
    PresentationIntent,
    Series,
    Study,
    Technique,
)
from workstation.reading.hanging_rules import HangingRules

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROWS, COLUMNS = 512, 416
ORIENTATIONS = {"RCC": ("P", "L"), "LCC": ("A", "R"), "RMLO": ("P", "FL"), "LMLO": ("A", "FR")}
SERVICE = Service(name="Reference Detector", vendor="Diptych", version="1.0")
DAY = datetime(2026, 11, 18, 10, 42, 8)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the panes are driven by, without a journal."""

    study: Study
    priors: tuple[Study, ...] = ()
    results: tuple[AIResult, ...] = ()
    language: str = "en"
    hanging: tuple[HangingRules, ...] = ()


def mammogram(name: str, *, study: str = "1", **changes: object) -> Image:
    """The image of "RCC", "LMLO", …; its UID is the study's and the name."""
    image = Image(
        sop_uid=SOPInstanceUID(f"{study}.{name}"),
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.2",
        series_uid=SeriesUID(f"{study}.1"),
        modality="MG",
        rows=ROWS,
        columns=COLUMNS,
        laterality=Laterality(name[0]),
        view=name[1:],
        patient_orientation=ORIENTATIONS.get(name),
        presentation_intent=PresentationIntent.FOR_PRESENTATION,
        acquired_at=DAY,
        spacing=PixelSpacing(row_mm=0.5, column_mm=0.5, calibration=Calibration.DETECTOR),
        technique=Technique(
            kvp=29, exposure_mas=63, target="W", filter_material="Rh", compression_n=82, thickness_mm=54,
            organ_dose_mgy=1.4,
        ),
    )  # fmt: skip
    return replace(image, **changes)


def study_of(*images: Image, uid: str = "1", day: datetime = DAY) -> Study:
    """A study with these images in one series per series UID."""
    by_series: dict[SeriesUID, list[Image]] = {}
    for image in images:
        by_series.setdefault(image.series_uid, []).append(image)
    series = tuple(
        Series(series_uid=series_uid, modality=own[0].modality, images=tuple(own))
        for series_uid, own in by_series.items()
    )
    patient = Patient(patient_id="77-104-2231", name="IVANOVA^Anna^Petrovna")
    return Study(study_uid=StudyUID(uid), patient=patient, series=series, performed_at=day)


def screening(uid: str = "1", day: datetime = DAY) -> Study:
    """The four standard views."""
    return study_of(*(mammogram(name, study=uid) for name in ORIENTATIONS), uid=uid, day=day)


def ellipse(
    image: Image, *, center: tuple[float, float] = (200.0, 250.0), radii: tuple[float, float] = (30, 20)
) -> Mark:
    """An ellipse on an image."""
    (column, row), (a, b) = center, radii
    points = ((column - a, row), (column + a, row), (column, row - b), (column, row + b))
    return Mark(sop_uid=image.sop_uid, shape=Shape.ELLIPSE, points=points)


def finding(number: int, *marks: Mark, kind: Code = lexicon.MASS, probability: float | None = 0.87,
            intent: RenderingIntent | None = RenderingIntent.REQUIRED) -> Finding:  # fmt: skip
    """A finding of the made-up service."""
    return Finding(
        finding_id=FindingID(f"9#{number}"), node=str(number), kind=kind, probability=probability,
        rendering_intent=intent, marks=marks, laterality=Laterality.LEFT,
    )  # fmt: skip


def result_with(*findings: Finding, uid: str = "9", **changes: object) -> AIResult:
    """A matched result of "Reference Detector 1.0"."""
    result = AIResult(
        sr_uid=SOPInstanceUID(uid), study_uid=StudyUID("1"), patient=Patient(patient_id="77-104-2231", name="IVANOVA"),
        author=Author.DEVICE, reader="tests", service=SERVICE,
        created_at=DAY, run_status=RunStatus.SUCCEEDED, triage=Triage.PATHOLOGY if findings else Triage.NORMAL,
        warning="For research purposes only", findings=findings, match=Match(ok=True),
    )  # fmt: skip
    return replace(result, **changes)


def grey_frame(pixels: np.ndarray, **changes: object) -> Frame:
    """A 12-bit frame whose file asks for the window 2048 / 4096, unless `changes` of its grey scale say otherwise."""
    grey = GreyScale(
        bits_stored=12, signed=pixels.dtype == np.int16, stored_range=(int(pixels.min()), int(pixels.max())),
        vois=(Voi(name="NORMAL", center=2048.0, width=4096.0),),
    )  # fmt: skip
    return Frame(pixels, replace(grey, **changes))


def breast(image: Image) -> Frame:
    """A half disc of tissue at the chest wall's edge of the image, dark outside."""
    rows, columns = np.mgrid[0 : image.rows, 0 : image.columns]
    at_left = (image.patient_orientation or ("A", ""))[0].startswith("A")
    across = columns if at_left else image.columns - 1 - columns
    inside = (across / (0.62 * image.columns)) ** 2 + ((rows - image.rows / 2) / (0.4 * image.rows)) ** 2 < 1
    texture = 1500 + 900 * np.sin(columns / 17) * np.cos(rows / 23)
    return grey_frame(np.where(inside, texture, 0).astype(np.uint16))


def loader_of(study: Study):
    """A loader whose frames are there at once."""

    def load(sop_uid: SOPInstanceUID, frame: int) -> Future[Frame]:
        image = study.image(sop_uid)
        future: Future[Frame] = Future()
        future.set_result(breast(image))
        return future

    return load
