"""Measurement reports (TID 1500) of devices and of people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from tests.overlays.conftest import ReadResult
from tests.overlays.sr_builder import (
    COMPREHENSIVE_3D,
    PERCENT,
    code,
    container,
    dcm,
    image,
    num,
    person,
    report,
    scoord,
    scoord3d,
    sct,
    text,
    uid,
)
from workstation.model.codes import Code
from workstation.model.geometry import Shape
from workstation.model.result import Author, Density, RunStatus, Triage
from workstation.model.study import Laterality

MM = Code(value="mm", scheme="UCUM", meaning="millimeter")
NODULE = sct("27925004", "Nodule")
DEVICE = (code(dcm("121005"), dcm("121007")), text(dcm("121013"), "LungMind"), text(dcm("121014"), "Acme Ltd"))
PERSON = (code(dcm("121005"), dcm("121006")), person(dcm("121008"), "Doe^John"))
SITE = code(sct("363698007"), sct("39607008", "Lung"), code(sct("272741003"), sct("24028007", "Right")))


def group(*items: Dataset) -> Dataset:
    return container(dcm("125007", "Measurement Group"), *items)


def region(*data: float, on: str = "2.25.1") -> Dataset:
    return scoord(dcm("111030"), "CIRCLE", list(data), image(on))


def measurements(*groups: Dataset, observer: tuple[Dataset, ...] = DEVICE, **header: Any) -> Dataset:
    return report(
        dcm("126000", "Imaging Measurement Report"),
        *observer,
        container(dcm("126010"), *groups),
        sop_class=COMPREHENSIVE_3D,
        template="1500",
        **header,
    )


def test_a_planar_group_becomes_a_finding_with_site_tracking_category_and_measurements(read_result: ReadResult) -> None:
    result = read_result(
        measurements(
            group(
                text(dcm("112039"), "nodule 1"), uid(dcm("112040"), "2.25.77"), code(dcm("121071"), NODULE), SITE,
                num(sct("81827009", "Diameter"), "7.5", MM), num(dcm("111047"), "64", PERCENT),
                code(dcm("111005"), sct("397144001", "Category 4")), region(10, 10, 14, 10),
            )
        )
    )  # fmt: skip
    (finding,) = result.findings
    assert (finding.kind, finding.tracking_uid, finding.tracking_identifier) == (NODULE, "2.25.77", "nodule 1")
    assert (finding.laterality, finding.site) == (Laterality.RIGHT, sct("39607008"))
    assert finding.probability == pytest.approx(0.64)
    assert [(m.name.meaning, m.value, m.unit) for m in finding.measurements] == [("Diameter", 7.5, "mm")]
    assert finding.assessment == sct("397144001")
    assert finding.marks[0].shape is Shape.CIRCLE
    assert finding.marks[0].points == ((10.0, 10.0), (14.0, 10.0))
    assert finding.rendering_intent is None


def test_the_author_is_who_the_observers_say(read_result: ReadResult) -> None:
    assert read_result(measurements(group(region(1, 1, 2, 2)))).author is Author.DEVICE
    assert read_result(measurements(group(region(1, 1, 2, 2)), observer=PERSON)).author is Author.PERSON
    assert read_result(measurements(group(region(1, 1, 2, 2)), observer=PERSON + DEVICE)).author is Author.PERSON
    assert read_result(measurements(group(region(1, 1, 2, 2)), observer=())).author is Author.UNKNOWN
    named = group(text(dcm("111001"), "LungMind core"), text(dcm("111003"), "3"), region(1, 1, 2, 2))
    assert read_result(measurements(named, observer=())).author is Author.DEVICE


def test_the_service_is_the_device_observer(read_result: ReadResult) -> None:
    service = read_result(measurements(group(region(1, 1, 2, 2)))).service
    assert (service.name, service.vendor, service.version) == ("LungMind", "Acme Ltd", "2.1")


def test_findings_alone_say_nothing_of_normal_or_pathology(read_result: ReadResult) -> None:
    assert read_result(measurements(group(region(1, 1, 2, 2)))).triage is Triage.UNDETERMINED
    assert read_result(measurements()).triage is Triage.UNDETERMINED


@pytest.mark.parametrize(
    ("summary", "status", "triage"),
    [
        ("111241", RunStatus.SUCCEEDED, Triage.NORMAL),
        ("111243", RunStatus.PARTIAL, Triage.UNDETERMINED),
        ("111245", RunStatus.FAILED, Triage.UNDETERMINED),
    ],
)
def test_a_group_about_the_study_states_run_and_triage_and_is_no_finding(
    summary: str, status: RunStatus, triage: Triage, read_result: ReadResult
) -> None:
    statement = group(
        code(dcm("121071"), dcm("111017")), code(dcm("111017"), dcm(summary)), num(dcm("111047"), "12", PERCENT)
    )
    result = read_result(measurements(statement))
    assert result.findings == ()
    assert (result.run_status, result.triage) == (status, triage)
    assert result.probability == pytest.approx(0.12)


def test_density_comes_from_groups_with_a_side(read_result: ReadResult) -> None:
    def composition(value: str, side: str) -> Dataset:
        site = code(sct("363698007"), sct("76752008", "Breast"), code(sct("272741003"), sct(side)))
        return group(site, code(dcm("121071"), sct("129715009")), code(sct("129715009"), sct(value)))

    result = read_result(measurements(composition("129716005", "24028007"), composition("129719003", "7771000")))
    assert dict(result.density) == {Laterality.RIGHT: Density.A, Laterality.LEFT: Density.D}
    assert result.findings == ()


def test_groups_of_one_thing_on_two_images_are_one_finding(read_result: ReadResult) -> None:
    def seen(on: str) -> Dataset:
        return group(uid(dcm("112040"), "2.25.77"), code(dcm("121071"), NODULE), region(1, 1, 2, 2, on=on))

    (finding,) = read_result(measurements(seen("2.25.1"), seen("2.25.2"))).findings
    assert [mark.sop_uid for mark in finding.shown_marks()] == ["2.25.1", "2.25.2"]
    assert len({part.finding_id for part in finding.walk()}) == 2


def test_regions_on_one_image_keep_a_verdict_each_even_with_one_tracking_uid(
    real_data: Path, read_result: ReadResult
) -> None:
    result = read_result(real_data / "sr_mammo_cad/jodogne__orthanc-mammography/dev_RCC.dcm")
    assert len({finding.tracking_uid for finding in result.findings}) == 1
    assert [finding.probability for finding in result.findings] == pytest.approx([0.87, 0.41, 0.26])


def test_a_segmentation_is_listed_as_not_drawable_yet(read_result: ReadResult) -> None:
    segment = image("2.25.5", segments=[1])
    segment.ConceptNameCodeSequence = code(dcm("121191"), dcm("1")).ConceptNameCodeSequence
    (finding,) = read_result(measurements(group(code(dcm("121071"), NODULE), segment))).findings
    assert [problem.kind.value for problem in finding.problems] == ["not-drawable"]
    assert "segmentation" in finding.problems[0].message


def test_geometry_in_the_patient_is_kept_to_be_placed(read_result: ReadResult) -> None:
    volume = scoord3d(dcm("111030"), "POINT", [1.0, 2.0, 3.0], "2.25.9")
    (finding,) = read_result(measurements(group(volume))).findings
    assert finding.marks == ()
    assert [(r.frame_of_reference_uid, r.points) for r in finding.regions] == [("2.25.9", ((1.0, 2.0, 3.0),))]


def test_an_ellipsoid_is_listed_as_not_drawable(read_result: ReadResult) -> None:
    volume = scoord3d(dcm("111030"), "ELLIPSOID", [1.0] * 18, "2.25.9")
    (finding,) = read_result(measurements(group(volume))).findings
    assert "ELLIPSOID cannot be drawn" in finding.problems[0].message


def test_a_measurements_own_path_marks_a_finding_that_has_no_region(read_result: ReadResult) -> None:
    path = scoord(None, "POLYLINE", [1, 1, 5, 5], image("2.25.1"))
    (finding,) = read_result(measurements(group(num(dcm("121206", "Length"), "4", MM, path)))).findings
    assert [mark.points for mark in finding.marks] == [((1.0, 1.0), (5.0, 5.0))]


def test_mean_and_maximum_of_one_quantity_are_told_apart(read_result: ReadResult) -> None:
    def attenuation(value: str, how: str) -> Dataset:
        return num(dcm("1", "Attenuation"), value, MM, code(dcm("121401"), sct("1", how)))

    (finding,) = read_result(measurements(group(attenuation("1", "Mean"), attenuation("9", "Maximum")))).findings
    assert [m.name.meaning for m in finding.measurements] == ["Attenuation (Mean)", "Attenuation (Maximum)"]


def test_a_number_without_a_unit_is_kept_with_a_warning(read_result: ReadResult) -> None:
    (finding,) = read_result(measurements(group(num(dcm("1", "Diameter"), "7", None)))).findings
    assert finding.measurements[0].unit == ""
    assert "without a unit" in finding.problems[0].message


def test_a_vendors_own_score_keeps_its_name_and_unit(read_result: ReadResult) -> None:
    own = Code(value="S1", scheme="99ACME", meaning="Suspicion score")
    ten = Code(value="{0:10}", scheme="UCUM", meaning="of ten")
    (finding,) = read_result(measurements(group(num(own, "8", ten)))).findings
    assert finding.probability is None
    assert finding.score is not None
    assert (finding.score.name, finding.score.value, finding.score.unit) == ("Suspicion score", 8.0, "{0:10}")
