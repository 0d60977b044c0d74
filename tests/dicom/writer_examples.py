"""A study and an AI result to be written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from workstation.base.clock import Origins
from workstation.model.codes import Code
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.identity import (
    FindingID,
    Patient,
    SeriesUID,
    Sex,
    SOPInstanceUID,
    StudyUID,
    TrackingUID,
)
from workstation.model.lexicon import BREAST_DENSITY, CALCIFICATION_CLUSTER, MASS, NODULE
from workstation.model.result import (
    AIResult,
    AlgorithmRun,
    Author,
    Density,
    Finding,
    RenderingIntent,
    RunStatus,
    Service,
    Texts,
)
from workstation.model.study import Calibration, Image, Laterality, PixelSpacing, Series, Study, Technique

MG = "1.2.840.10008.5.1.4.1.1.1.2"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
CC = Code(value="399162004", scheme="SCT", meaning="cranio-caudal")
MLO = Code(value="399368009", scheme="SCT", meaning="medio-lateral oblique")
PA = Code(value="399348003", scheme="SCT", meaning="postero-anterior")
BIRADS_4 = Code(value="397144001", scheme="SCT", meaning="4 - Suspicious abnormality")
COMPOSITION_ANALYSIS = Code(value="133890006", scheme="SCT", meaning="Breast composition analysis")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WARNING = "FOR RESEARCH PURPOSES ONLY / В исследовательских целях"
SERVICE = Service(name="Example CAD", vendor="Example", version="2.5.1")
SERIES = Series(series_uid=SeriesUID("2.25.77"), modality="SR", description=f"Example CAD {WARNING[:26]}", number=900)
STUDY = Study(
    study_uid=StudyUID("2.25.1"),
    patient=Patient(
        patient_id="P-1", issuer="CLINIC", name="Иванова^Анна^Петровна", birth_date=date(1970, 3, 15), sex=Sex.FEMALE
    ),
    accession="A26-1",
    description="Маммография",
    performed_at=datetime(2026, 3, 1, 10, 0),
)


def origins() -> Origins:
    numbers = count(1)
    return Origins(now=lambda: NOW, uid=lambda: f"2.25.9000{next(numbers)}", station="TEST", software="Diptych 0")


def image(number: int, side: Laterality | None, view: str, **changes: object) -> Image:
    chest = view == "PA"
    values: dict[str, object] = {
        "sop_uid": SOPInstanceUID(f"2.25.10{number}"),
        "sop_class_uid": DX if chest else MG,
        "series_uid": SeriesUID("2.25.2"),
        "modality": "DX" if chest else "MG",
        "rows": 64,
        "columns": 48,
        "laterality": side,
        "view": view,
        "view_code": {"CC": CC, "MLO": MLO, "PA": PA}[view],
        "patient_orientation": ("P", "L") if side is Laterality.RIGHT else ("A", "R"),
        "transfer_syntax": "1.2.840.10008.1.2.4.80",
        "acquired_at": datetime(2026, 3, 1, 10, number),
        "spacing": PixelSpacing(row_mm=0.07, column_mm=0.07, calibration=Calibration.DETECTOR),
        "instance_number": number,
        "technique": Technique(
            kvp=29.0, exposure_mas=84.5, target="TUNGSTEN", filter_material="RHODIUM", compression_n=110.0,
            thickness_mm=52.0, angle_deg=45.0, organ_dose_mgy=1.25, institution="Поликлиника", station="MG-1",
            manufacturer="Example", model="One",
        ),
    }  # fmt: skip
    return Image(**{**values, **changes})  # type: ignore[arg-type]


RCC, LCC = image(1, Laterality.RIGHT, "CC"), image(2, Laterality.LEFT, "CC")
RMLO, LMLO = image(3, Laterality.RIGHT, "MLO"), image(4, Laterality.LEFT, "MLO")
MAMMOGRAMS = (RCC, LCC, RMLO, LMLO)
CHEST_PA = image(5, None, "PA", patient_orientation=("L", "F"))

SQUARE = ((10.0, 12.0), (20.5, 12.0), (20.5, 22.25), (10.0, 22.25))


def marks(on: Image) -> tuple[Mark, ...]:
    return (
        Mark(sop_uid=on.sop_uid, shape=Shape.POINT, points=((15.25, 17.0),), role=MarkRole.CENTER),
        Mark(sop_uid=on.sop_uid, shape=Shape.POLYGON, points=SQUARE, role=MarkRole.OUTLINE),
    )


def finding(number: int, kind: Code, **changes: object) -> Finding:
    values: dict[str, object] = {
        "finding_id": FindingID(str(number)),
        "node": "",
        "kind": kind,
        "tracking_uid": TrackingUID(f"2.25.500{number}"),
        "tracking_identifier": f"Finding {number}",
        "laterality": Laterality.LEFT,
        "probability": 0.8125,
        "rendering_intent": RenderingIntent.REQUIRED,
        "service": SERVICE,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


MASS_ON_BOTH_VIEWS = finding(
    1, MASS, assessment=BIRADS_4,
    parts=(finding(11, BREAST_DENSITY, marks=marks(LCC)), finding(12, BREAST_DENSITY, marks=marks(LMLO))),
)  # fmt: skip
CLUSTER = finding(
    2, CALCIFICATION_CLUSTER, laterality=Laterality.RIGHT, probability=0.4, marks=marks(RCC),
    rendering_intent=RenderingIntent.OPTIONAL,
)  # fmt: skip
NODULE_FOUND = finding(3, NODULE, laterality=Laterality.RIGHT, marks=marks(CHEST_PA))


def result(*findings: Finding, **changes: object) -> AIResult:
    values: dict[str, object] = {
        "sr_uid": SOPInstanceUID("2.25.4000"),
        "study_uid": STUDY.study_uid,
        "patient": STUDY.patient,
        "author": Author.DEVICE,
        "reader": "",
        "service": SERVICE,
        "run_status": RunStatus.SUCCEEDED,
        "runs": (
            AlgorithmRun(what=BREAST_DENSITY, status=RunStatus.SUCCEEDED, algorithm=SERVICE),
            AlgorithmRun(what=COMPOSITION_ANALYSIS, status=RunStatus.SUCCEEDED, algorithm=SERVICE),
        ),
        "probability": 0.8125 if findings else 0.04,
        "warning": WARNING,
        "density": ((Laterality.RIGHT, Density.B), (Laterality.LEFT, Density.C)),
        "texts": Texts(conclusion="Обнаружено находок: 2." if findings else "Целевая патология не обнаружена."),
        "findings": findings,
    }
    return AIResult(**{**values, **changes})  # type: ignore[arg-type]
