"""Mammography CAD SR as written: valid for the judges, and read back as it was given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from tests.dicom.judges import dciodvfy_errors, dsrdump
from tests.dicom.writer_examples import (
    BIRADS_4,
    CLUSTER,
    LCC,
    LMLO,
    MAMMOGRAMS,
    MASS_ON_BOTH_VIEWS,
    RCC,
    SERIES,
    SERVICE,
    SQUARE,
    STUDY,
    origins,
    result,
)
from workstation.dicom.sr_tree import read_sr
from workstation.dicom.writers.cad_sr import write_mammography_cad
from workstation.model.geometry import Shape
from workstation.model.lexicon import BREAST_DENSITY, CALCIFICATION_CLUSTER, MASS
from workstation.model.result import AIResult, Density, Finding, RenderingIntent, RunStatus, Triage
from workstation.model.study import Laterality
from workstation.overlays.readers.mammography_cad import MammographyCadReader


def written(tmp_path: Path, what: AIResult) -> Path:
    path = tmp_path / "cad.dcm"
    return write_mammography_cad(path, what, study=STUDY, series=SERIES, images=MAMMOGRAMS, origins=origins())


def read_back(path: Path) -> AIResult:
    return MammographyCadReader().read(read_sr(path))


@pytest.mark.parametrize("findings", [(), (MASS_ON_BOTH_VIEWS, CLUSTER)])
def test_a_report_is_valid_for_every_judge(tmp_path: Path, findings: tuple[Finding, ...]) -> None:
    path = written(tmp_path, result(*findings))
    assert dciodvfy_errors(path) == []
    assert "Mammography CAD Report" in dsrdump(path)
    assert read_back(path).problems == ()


def test_a_feature_seen_on_two_views_comes_back_with_both(tmp_path: Path) -> None:
    mass, _ = read_back(written(tmp_path, result(MASS_ON_BOTH_VIEWS, CLUSTER))).findings
    assert mass.kind == MASS
    assert mass.tracking_uid == MASS_ON_BOTH_VIEWS.tracking_uid
    assert mass.probability == pytest.approx(0.8125)
    assert mass.laterality is Laterality.LEFT
    assert mass.assessment == BIRADS_4
    assert [part.kind for part in mass.parts] == [BREAST_DENSITY, BREAST_DENSITY]
    assert [part.marks[0].sop_uid for part in mass.parts] == [LCC.sop_uid, LMLO.sop_uid]
    assert [part.tracking_uid for part in mass.parts] == [part.tracking_uid for part in MASS_ON_BOTH_VIEWS.parts]


def test_a_finding_on_one_image_keeps_its_place_and_its_duty(tmp_path: Path) -> None:
    _, cluster = read_back(written(tmp_path, result(MASS_ON_BOTH_VIEWS, CLUSTER))).findings
    assert cluster.kind == CALCIFICATION_CLUSTER
    assert cluster.rendering_intent is RenderingIntent.OPTIONAL
    assert (cluster.service.name, cluster.service.version) == (SERVICE.name, SERVICE.version)
    center, outline = cluster.marks
    assert center.shape is Shape.POINT
    assert center.points == ((15.25, 17.0),)
    assert outline.sop_uid == RCC.sop_uid
    assert set(outline.points) == set(SQUARE)


def test_the_study_level_statements_come_back(tmp_path: Path) -> None:
    found = read_back(written(tmp_path, result(MASS_ON_BOTH_VIEWS)))
    assert found.run_status is RunStatus.SUCCEEDED
    assert found.triage is Triage.PATHOLOGY
    assert dict(found.density) == {Laterality.RIGHT: Density.B, Laterality.LEFT: Density.C}
    assert "FOR RESEARCH PURPOSES ONLY" in (found.warning or "")
    assert "Обнаружено находок: 2." in (found.texts.conclusion or "")
    assert set(found.referenced_images) == {image.sop_uid for image in MAMMOGRAMS}
    assert found.defects == ()


def test_a_normal_study_is_said_to_be_without_findings(tmp_path: Path) -> None:
    path = written(tmp_path, result())
    assert "All algorithms succeeded; without findings" in dsrdump(path)
    assert read_back(path).triage is Triage.NORMAL


def test_a_partial_run_is_no_success(tmp_path: Path) -> None:
    runs = tuple(
        replace(run, status=status)
        for run, status in zip(result().runs, (RunStatus.FAILED, RunStatus.SUCCEEDED), strict=True)
    )
    path = written(tmp_path, result(run_status=RunStatus.PARTIAL, runs=runs))
    assert dciodvfy_errors(path) == []
    found = read_back(path)
    assert found.run_status is RunStatus.PARTIAL
    assert found.triage is not Triage.NORMAL


def test_runs_that_skipped_an_image_say_partially(tmp_path: Path) -> None:
    runs = tuple(replace(run, status=RunStatus.PARTIAL) for run in result().runs)
    found = read_back(written(tmp_path, result(run_status=RunStatus.PARTIAL, runs=runs)))
    assert found.run_status is RunStatus.PARTIAL
    assert found.defects == ()


def test_the_header_names_patient_service_and_evidence(tmp_path: Path) -> None:
    header = pydicom.dcmread(written(tmp_path, result(CLUSTER)))
    assert str(header.PatientName) == STUDY.patient.name
    assert (header.PatientID, header.IssuerOfPatientID) == ("P-1", "CLINIC")
    assert (header.Manufacturer, header.ManufacturerModelName, header.SoftwareVersions) == (
        "Example", "Example CAD", "2.5.1",
    )  # fmt: skip
    assert "FOR RESEARCH PURPOSES ONLY" in header.SeriesDescription
    (evidence,) = header.CurrentRequestedProcedureEvidenceSequence
    listed = {item.ReferencedSOPInstanceUID for item in evidence.ReferencedSeriesSequence[0].ReferencedSOPSequence}
    assert listed == {image.sop_uid for image in MAMMOGRAMS}


def test_a_mark_on_an_unknown_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not among the processed images"):
        write_mammography_cad(
            tmp_path / "x.dcm", result(CLUSTER), study=STUDY, series=SERIES, images=(LCC,), origins=origins()
        )
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_never_said_how_it_ended_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="run status"):
        written(tmp_path, result(run_status=RunStatus.UNKNOWN))
