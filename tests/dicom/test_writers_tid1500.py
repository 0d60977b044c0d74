"""Imaging Measurement Reports as written: valid for the judges, and read back as they were given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.dicom.judges import dciodvfy_errors, dsrdump
from tests.dicom.writer_examples import (
    BIRADS_4,
    CHEST_PA,
    CLUSTER,
    LCC,
    LMLO,
    MAMMOGRAMS,
    MASS_ON_BOTH_VIEWS,
    NODULE_FOUND,
    SERIES,
    SQUARE,
    STUDY,
    origins,
    result,
)
from workstation.dicom.sr_tree import read_sr
from workstation.dicom.writers.tid1500 import write_measurement_report
from workstation.model.lexicon import MASS, NODULE
from workstation.model.result import AIResult, Author, Density, Triage
from workstation.model.study import Image, Laterality
from workstation.overlays.readers.measurement_report import MeasurementReportReader


def written(tmp_path: Path, what: AIResult, images: tuple[Image, ...] = MAMMOGRAMS) -> Path:
    path = tmp_path / "report.dcm"
    return write_measurement_report(path, what, study=STUDY, series=SERIES, images=images, origins=origins())


def read_back(path: Path) -> AIResult:
    return MeasurementReportReader().read(read_sr(path))


CHEST = result(NODULE_FOUND, density=())


@pytest.mark.parametrize(
    ("what", "images"),
    [
        (result(), MAMMOGRAMS),
        (result(MASS_ON_BOTH_VIEWS, CLUSTER), MAMMOGRAMS),
        (CHEST, (CHEST_PA,)),
        (result(density=()), (CHEST_PA,)),
    ],
)
def test_a_report_is_valid_for_every_judge(tmp_path: Path, what: AIResult, images: tuple[Image, ...]) -> None:
    path = written(tmp_path, what, images)
    assert dciodvfy_errors(path) == []
    assert "Imaging Measurement Report" in dsrdump(path)
    assert read_back(path).problems == ()


def test_both_regions_of_a_mass_carry_its_one_tracking_uid(tmp_path: Path) -> None:
    (mass,) = read_back(written(tmp_path, result(MASS_ON_BOTH_VIEWS))).findings
    everywhere = list(mass.walk())
    assert {part.tracking_uid for part in everywhere} == {MASS_ON_BOTH_VIEWS.tracking_uid}
    assert {part.kind for part in everywhere} == {MASS}
    assert {mark.sop_uid for part in everywhere for mark in part.marks} == {LCC.sop_uid, LMLO.sop_uid}
    assert all(set(mark.points) == set(SQUARE) for part in everywhere for mark in part.marks)
    assert mass.probability == pytest.approx(0.8125)
    assert mass.laterality is Laterality.LEFT
    assert mass.assessment == BIRADS_4


def test_the_study_level_statements_come_back(tmp_path: Path) -> None:
    found = read_back(written(tmp_path, result(MASS_ON_BOTH_VIEWS)))
    assert found.author is Author.DEVICE
    assert found.triage is Triage.PATHOLOGY
    assert found.probability == pytest.approx(0.8125)
    assert (found.service.name, found.service.vendor, found.service.version) == ("Example CAD", "Example", "2.5.1")
    assert dict(found.density) == {Laterality.RIGHT: Density.B, Laterality.LEFT: Density.C}
    assert "FOR RESEARCH PURPOSES ONLY" in (found.warning or "")
    assert found.texts.conclusion == "Обнаружено находок: 2."


def test_a_normal_chest_is_said_to_be_without_findings(tmp_path: Path) -> None:
    path = written(tmp_path, result(density=()), (CHEST_PA,))
    assert "All algorithms succeeded; without findings" in dsrdump(path)
    found = read_back(path)
    assert found.triage is Triage.NORMAL
    assert found.findings == ()
    assert found.referenced_images == (CHEST_PA.sop_uid,)


def test_a_nodule_s_number_is_a_certainty_and_no_probability_of_cancer(tmp_path: Path) -> None:
    (nodule,) = read_back(written(tmp_path, CHEST, (CHEST_PA,))).findings
    assert nodule.kind == NODULE
    assert nodule.probability is None
    assert nodule.score is not None
    assert (nodule.score.value, nodule.score.unit) == (81.25, "%")


def test_a_finding_without_tracking_uid_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tracking UID"):
        written(tmp_path, result(replace(CLUSTER, tracking_uid=None)))


def test_a_mark_on_an_unknown_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not among the processed images"):
        written(tmp_path, result(CLUSTER), (LCC,))
