"""What the house's own writers write, the readers read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.overlays.conftest import ReadResult
from tests.overlays.made import finding_with, image_of, result_with, study_of
from workstation.base.clock import Origins
from workstation.dicom.writers.cad_sr import write_mammography_cad
from workstation.dicom.writers.tid1500 import write_measurement_report
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.identity import SeriesUID, SOPInstanceUID, TrackingUID
from workstation.model.lexicon import BREAST_DENSITY
from workstation.model.result import (
    AIResult,
    AlgorithmRun,
    Density,
    Finding,
    RenderingIntent,
    RunStatus,
    Service,
    Triage,
)
from workstation.model.study import Laterality, Series
from workstation.overlays.matching import match

Write = Callable[..., Path]
SERVICE = Service(name="MammoMind", vendor="Acme", version="2.1")
IMAGES = (
    image_of("2.25.1", laterality=Laterality.RIGHT, view="CC"),
    image_of("2.25.2", laterality=Laterality.RIGHT, view="MLO"),
)
STUDY = study_of(*IMAGES)
OUTLINE = ((5.0, 5.0), (15.0, 5.0), (10.0, 15.0), (5.0, 5.0))


def seen_on(sop_uid: str, tracking_uid: str) -> Finding:
    outline = Mark(sop_uid=SOPInstanceUID(sop_uid), shape=Shape.POLYLINE, points=OUTLINE, role=MarkRole.OUTLINE)
    return finding_with(
        outline,
        kind=BREAST_DENSITY,
        tracking_uid=TrackingUID(tracking_uid),
        probability=0.62,
        rendering_intent=RenderingIntent.REQUIRED,
        service=SERVICE,
    )


def made(*findings: Finding) -> AIResult:
    return replace(
        result_with(),
        service=SERVICE,
        run_status=RunStatus.SUCCEEDED,
        runs=(AlgorithmRun(what=BREAST_DENSITY, status=RunStatus.SUCCEEDED, algorithm=SERVICE),),
        density=((Laterality.RIGHT, Density.C),),
        findings=findings,
    )


@pytest.fixture(params=[write_mammography_cad, write_measurement_report])
def read_back(
    request: pytest.FixtureRequest, tmp_path: Path, read_result: ReadResult
) -> Callable[[AIResult], AIResult]:
    write: Write = request.param
    series = Series(series_uid=SeriesUID("2.25.60"), modality="SR", description="MammoMind", number=9)

    def there_and_back(result: AIResult) -> AIResult:
        path = write(tmp_path / "sr.dcm", result, study=STUDY, series=series, images=IMAGES, origins=Origins())
        return match(read_result(path), STUDY)

    return there_and_back


def test_a_mass_seen_on_two_views_comes_back_as_one_finding(read_back: Callable[[AIResult], AIResult]) -> None:
    mass = finding_with(
        tracking_uid=TrackingUID("2.25.70"),
        probability=0.62,
        rendering_intent=RenderingIntent.REQUIRED,
        service=SERVICE,
        laterality=Laterality.RIGHT,
        parts=(seen_on("2.25.1", "2.25.71"), seen_on("2.25.2", "2.25.72")),
    )
    result = read_back(made(mass))
    (finding,) = result.findings
    assert result.match.ok, result.match.problems
    assert (result.triage, result.run_status) == (Triage.PATHOLOGY, RunStatus.SUCCEEDED)
    assert (finding.tracking_uid, finding.kind, finding.service) == (mass.tracking_uid, mass.kind, SERVICE)
    assert (finding.laterality, finding.view) == (Laterality.RIGHT, "CC+MLO")
    assert finding.probability == pytest.approx(0.62)
    outlines = [mark for mark in finding.shown_marks() if mark.role is not MarkRole.CENTER]
    assert [(mark.sop_uid, mark.points) for mark in outlines] == [("2.25.1", OUTLINE), ("2.25.2", OUTLINE)]
    assert dict(result.density) == {Laterality.RIGHT: Density.C}
    assert result.warning is not None
    assert "research purposes only" in result.warning
    assert result.service == SERVICE
    assert result.defects == ()


def test_an_explicit_normal_comes_back_as_normal(read_back: Callable[[AIResult], AIResult]) -> None:
    result = read_back(made())
    assert (result.triage, result.run_status, result.findings) == (Triage.NORMAL, RunStatus.SUCCEEDED, ())
