"""The whole demo with the reference AI service: right enough to be worth reading, wrong enough to need a reader."""

from __future__ import annotations

import math
from datetime import date

import pytest

from workstation.base import codec
from workstation.base.jobs import Job
from workstation.demo.truth import Truth
from workstation.demo.worklist import DemoCase, DemoSet, build_demo
from workstation.dicom.objects import read_object
from workstation.dicom.sr_tree import read_sr
from workstation.model.result import AIResult, Triage
from workstation.overlays.readers.mammography_cad import MammographyCadReader
from workstation.overlays.readers.measurement_report import MeasurementReportReader


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSet:
    return build_demo(tmp_path_factory.mktemp("demo"), Job(), seed=1, scale=0.125, today=date(2026, 3, 2))


def result_of(case: DemoCase) -> AIResult:
    assert case.results is not None
    (path,) = [path for name in ("cad-sr", "tid1500") for path in case.results.glob(f"{name}.dcm")]
    reader = MammographyCadReader() if path.stem == "cad-sr" else MeasurementReportReader()
    return reader.read(read_sr(path))


def read_cases(demo: DemoSet) -> list[tuple[DemoCase, Truth, AIResult]]:
    return [
        (case, codec.load_json(Truth, case.truth.read_bytes()), result_of(case)) for case in demo.cases if case.results
    ]


def hits(result: AIResult, truth: Truth) -> tuple[int, int]:
    """Lesions found, and findings that point at nothing real."""
    real = [(mark.sop_uid, mark.center) for finding in truth.findings for mark in finding.marks]

    def points_at(sop_uid: str, center: tuple[float, float]) -> bool:
        return any(
            mark.sop_uid == sop_uid and math.dist(mark.center(), center) < 16
            for finding in result.findings
            for mark in finding.shown_marks()
        )

    found = sum(any(points_at(mark.sop_uid, mark.center) for mark in finding.marks) for finding in truth.findings)
    false = sum(
        not any(
            mark.sop_uid == sop_uid and math.dist(mark.center(), center) < 16
            for mark in finding.shown_marks()
            for sop_uid, center in real
        )
        for finding in result.findings
    )
    return found, false


def test_the_service_reads_every_study_it_is_asked_for(demo: DemoSet) -> None:
    assert demo.problems == ()
    assert {result.service.name for _, _, result in read_cases(demo)} == {"Diptych Reference Detector"}
    assert all(result.defects == () and result.problems == () for _, _, result in read_cases(demo))


def test_most_lesions_are_found_some_are_missed_and_some_marks_are_false(demo: DemoSet) -> None:
    counted = [hits(result, truth) for _, truth, result in read_cases(demo)]
    lesions = sum(len(truth.findings) for _, truth, _ in read_cases(demo))
    found, false = (sum(column) for column in zip(*counted, strict=True))
    assert lesions / 2 < found < lesions
    assert 0 < false < 2 * lesions


def test_a_result_belongs_to_its_study_and_points_at_its_images_only(demo: DemoSet) -> None:
    for case, truth, result in read_cases(demo):
        images = {read_object(path).sop_uid for path in case.images.glob("*.dcm")}
        assert result.study_uid == truth.study_uid
        assert set(result.referenced_images) == images
        for finding in result.all_findings():
            for mark in finding.marks:
                assert mark.sop_uid in images


def test_normal_studies_are_called_normal(demo: DemoSet) -> None:
    triage = {case.slug: result.triage for case, _, result in read_cases(demo)}
    assert triage["normal"] is Triage.NORMAL
    assert triage["chest-normal"] is Triage.NORMAL
    assert triage["spiculated-mass"] is Triage.PATHOLOGY


def test_an_overlay_series_lies_beside_the_report_where_it_was_asked_for(demo: DemoSet) -> None:
    for case in demo.cases:
        overlays = sorted(case.results.glob("overlay-*.dcm")) if case.results else []
        expected = 0 if case.results is None or case.slug.startswith("chest") else 4
        assert len(overlays) == expected
        for path in overlays:
            (image,) = read_object(path).study.images
            assert image.burned_in_annotation
            assert len(image.source_images) == 1
