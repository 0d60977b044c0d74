"""A small real home for tests of the window: phantoms drawn, written as DICOM, a CAD SR beside each, all imported."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from workstation.app import Workstation
from workstation.base.clock import Origins, derived_uid
from workstation.base.jobs import Job
from workstation.base.workers import WorkerPool
from workstation.demo.cases import demo_cases
from workstation.demo.study import write_case
from workstation.dicom.assemble import assemble
from workstation.dicom.objects import read_objects
from workstation.dicom.writers.cad_sr import write_mammography_cad
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.identity import FindingID, SeriesUID, SOPInstanceUID, TrackingUID
from workstation.model.result import AIResult, Author, Finding, RenderingIntent, RunStatus, Service
from workstation.model.study import Image, Laterality, Series, Study

SEED = 20261118
SCALE = 0.1
SERVICE = Service(name="Reference Detector", vendor="Diptych", version="1.0")


def write_study(folder: Path, at: int, *, performed: datetime, with_result: bool = True) -> None:
    """One mammography phantom and what a service says of it."""
    case = [case for case in demo_cases(SEED) if "RCC" in str(case) or not case.slug.startswith("chest")][at]
    write_case(folder / "images", case, performed, seed=SEED, scale=SCALE, origins=Origins())
    if with_result:
        study = _read(folder / "images")
        result = result_for(study)
        series = Series(series_uid=SeriesUID(derived_uid(f"cad {study.study_uid}")), modality="SR", number=99,
                        description="CAD, for research purposes only")  # fmt: skip
        (folder / "results").mkdir()
        write_mammography_cad(folder / "results" / "cad.dcm", result, study=study, series=series,
                              images=study.images, origins=Origins())  # fmt: skip


def result_for(study: Study, *, run_status: RunStatus = RunStatus.SUCCEEDED) -> AIResult:
    """Two findings that must be decided, both on the left CC and MLO, and one that may be shown, on the right."""
    cc, mlo, right = (_image(study, *key) for key in (("L", "CC"), ("L", "MLO"), ("R", "CC")))
    sr_uid = SOPInstanceUID(derived_uid(f"sr of {study.study_uid}"))
    findings = (
        _finding(sr_uid, 1, lexicon.MASS, cc, (0.3, 0.4), 0.87, RenderingIntent.REQUIRED),
        _finding(sr_uid, 2, lexicon.MASS, mlo, (0.3, 0.55), 0.61, RenderingIntent.REQUIRED),
        _finding(sr_uid, 3, lexicon.MASS, right, (0.6, 0.5), 0.12, RenderingIntent.OPTIONAL),
    )
    return AIResult(
        sr_uid=sr_uid, study_uid=study.study_uid, patient=study.patient, author=Author.DEVICE, reader="test",
        service=SERVICE, run_status=run_status, findings=findings if run_status is RunStatus.SUCCEEDED else (),
        warning="For research purposes only", referenced_images=tuple(image.sop_uid for image in study.images),
    )  # fmt: skip


def open_home(folder: Path, *, language: str = "en", reader: str = "Dr Smirnova") -> Workstation:
    """A workstation on `folder`, with the window's own PDF writer."""
    from ui.documents import write_pdf

    return Workstation.open(folder, reader=reader, language=language, write_pdf=write_pdf)


def fill_home(home: Path, source: Path, *, studies: int = 2) -> None:
    """Make and import `studies` mammographies with results."""
    for at in range(studies):
        write_study(source / str(at), at, performed=datetime(2026, 11, 18, 10 + at, 42))
    with open_home(home) as workstation:
        report = workstation.import_paths([source], Job())
    assert len(report.studies) == studies, report


def _finding(sr_uid: SOPInstanceUID, number: int, kind: Code, image: Image, place: tuple[float, float],
             probability: float, intent: RenderingIntent) -> Finding:  # fmt: skip
    column, row = place[0] * image.columns, place[1] * image.rows
    marks = (
        Mark(sop_uid=image.sop_uid, shape=Shape.POINT, points=((column, row),), role=MarkRole.CENTER),
        Mark(
            sop_uid=image.sop_uid, shape=Shape.CIRCLE, points=((column, row), (column + 12, row)), role=MarkRole.OUTLINE
        ),
    )
    return Finding(
        finding_id=FindingID(f"{sr_uid}#{number}"), node=str(number), kind=kind, probability=probability,
        tracking_uid=TrackingUID(derived_uid(f"{sr_uid} {number}")), laterality=image.laterality, view=image.view,
        rendering_intent=intent, marks=marks, service=SERVICE,
    )  # fmt: skip


def _image(study: Study, side: str, view: str) -> Image:
    return next(i for i in study.images if i.laterality is Laterality(side) and i.view == view)


def _read(folder: Path) -> Study:
    with WorkerPool(1) as pool:
        objects, problems = read_objects(sorted(folder.rglob("*.dcm")), pool, Job())
    assert not problems, problems
    (study,) = assemble(objects)
    return study


def renamed(result: AIResult, name: str) -> AIResult:
    """The same result of another service."""
    return replace(result, service=replace(result.service, name=name))
