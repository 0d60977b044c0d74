"""Small studies and results made to order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from workstation.model.geometry import Mark
from workstation.model.identity import FindingID, Patient, SeriesUID, Sex, SOPInstanceUID, StudyUID
from workstation.model.lexicon import MASS
from workstation.model.result import AIResult, Author, Finding, Service
from workstation.model.study import Image, PresentationIntent, Series, Study

PATIENT = Patient(patient_id="P1", issuer="HOSPITAL", name="Иванова^Анна", birth_date=date(1970, 3, 15), sex=Sex.FEMALE)
MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"


def image_of(sop_uid: str, **attributes: Any) -> Image:
    """A mammogram of 80 rows and 100 columns; keyword arguments replace attributes."""
    plain = Image(
        sop_uid=SOPInstanceUID(sop_uid),
        sop_class_uid=MAMMOGRAM,
        series_uid=SeriesUID("2.25.50"),
        modality="MG",
        rows=80,
        columns=100,
        presentation_intent=PresentationIntent.FOR_PRESENTATION,
    )
    return replace(plain, **attributes)


def study_of(*images: Image, **attributes: Any) -> Study:
    """The study that `result_with` is about."""
    series = Series(series_uid=SeriesUID("2.25.50"), modality="MG", images=images)
    return replace(Study(study_uid=StudyUID("2.25.100"), patient=PATIENT, series=(series,)), **attributes)


def finding_with(*marks: Mark, **attributes: Any) -> Finding:
    """A mass with these marks."""
    return replace(Finding(finding_id=FindingID("2.25.900#1.2.1"), node="1.2.1", kind=MASS, marks=marks), **attributes)


def result_with(*marks: Mark, **finding: Any) -> AIResult:
    """A result with one finding, about the images that its marks lie on."""
    return AIResult(
        sr_uid=SOPInstanceUID("2.25.900"),
        study_uid=StudyUID("2.25.100"),
        patient=PATIENT,
        author=Author.DEVICE,
        reader="test",
        service=Service(name="MammoMind", vendor="Acme", version="2.1"),
        warning="For research purposes only",
        findings=(finding_with(*marks, **finding),),
        referenced_images=tuple(dict.fromkeys(mark.sop_uid for mark in marks)),
    )
