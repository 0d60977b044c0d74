"""Homes with full-size JPEG-lossless studies on disk, for the rows that open one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tests.bench import scenes
from workstation.app import Workstation
from workstation.base.clock import Origins, derived_uid
from workstation.base.jobs import Job
from workstation.dicom.writers.image import Grey, Window, write_image
from workstation.model.identity import Patient, SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.study import Series, Study

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
DAY = datetime(2026, 11, 18, 10)


def write_study(folder: Path, number: int) -> None:
    """One screening mammography of four full-size JPEG-lossless images."""
    uid = derived_uid(f"bench {number}")
    series = Series(series_uid=SeriesUID(f"{uid}.1"), modality="MG", number=1, description="bench")
    patient = Patient(patient_id=f"BENCH-{number}", name=f"BENCH^{number}")
    study = Study(study_uid=StudyUID(uid), patient=patient, series=(series,), performed_at=DAY)
    folder.mkdir(parents=True)
    for at, (name, image) in enumerate(zip(scenes.NAMES, scenes.images(), strict=True), start=1):
        own = replace(image, sop_uid=SOPInstanceUID(f"{uid}.1.{at}"), series_uid=series.series_uid,
                      instance_number=at, transfer_syntax=JPEG_LOSSLESS)  # fmt: skip
        grey = Grey(bits_stored=14, windows=(Window(center=8192, width=16384),))
        write_image(folder / f"{name}.dcm", scenes.breast_pixels(name), study=study, series=series, image=own,
                    grey=grey, origins=Origins())  # fmt: skip


def home_with(folder: Path, studies: int) -> Workstation:
    """A workstation on a new home with so many studies; nothing is prepared yet."""
    for number in range(studies):
        write_study(folder / "source" / str(number), number)
    workstation = Workstation.open(folder / "home", reader="Dr Bench", write_pdf=lambda _final, _path: None)
    report = workstation.import_paths([folder / "source"], Job())
    if len(report.studies) != studies:
        raise RuntimeError(f"the bench's studies cannot be imported: {report.problems}")
    return workstation
