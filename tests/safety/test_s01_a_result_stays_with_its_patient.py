"""S1: a result is attached only when Study UID, patient and referenced images agree; else it waits, never drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.overlays.made import PATIENT, image_of, result_with, study_of
from workstation.dicom.assemble import assemble
from workstation.dicom.objects import ObjectRole, read_object
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import Patient, Sex, SOPInstanceUID, StudyUID
from workstation.model.patients import differences
from workstation.model.result import AIResult
from workstation.model.study import Study
from workstation.overlays.matching import match
from workstation.overlays.plugins import load_plugins
from workstation.overlays.worker import read_with

MARK = Mark(sop_uid=SOPInstanceUID("2.25.1"), shape=Shape.POINT, points=((5.0, 5.0),))
STUDY = study_of(image_of("2.25.1"))
EXAMPLE = "sr_cad_standard_examples/E.3.2"


def patient(**changes: Any) -> Patient:
    return replace(PATIENT, **changes)


def test_a_result_of_this_patient_and_study_is_attached() -> None:
    assert match(result_with(MARK), STUDY).match.ok


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"patient_id": "P2"}, "patient ID"),
        ({"patient_id": "p1"}, "patient ID"),
        ({"patient_id": "0P1"}, "patient ID"),
        ({"patient_id": ""}, "patient ID"),
        ({"issuer": "OTHER HOSPITAL"}, "issuer"),
        ({"name": "Петрова^Анна"}, "name"),
        ({"birth_date": date(1970, 3, 16)}, "birth date"),
        ({"sex": Sex.MALE}, "sex"),
    ],
)
def test_a_result_of_another_patient_waits_with_the_reason(change: dict[str, Any], reason: str) -> None:
    matched = match(replace(result_with(MARK), patient=patient(**change)), STUDY)
    assert not matched.match.ok
    assert reason in matched.match.problems[0]
    assert "not-for-this-study" in {defect.code for defect in matched.defects}


def test_a_result_of_another_study_waits_with_the_reason() -> None:
    matched = match(replace(result_with(MARK), study_uid=StudyUID("2.25.101")), STUDY)
    assert not matched.match.ok
    assert "Study Instance UID" in matched.match.problems[0]


def test_a_result_about_images_that_are_not_here_waits_with_the_reason() -> None:
    stranger = replace(result_with(MARK), referenced_images=(MARK.sop_uid, SOPInstanceUID("2.25.2")))
    matched = match(stranger, STUDY)
    assert not matched.match.ok
    assert "1 of its 2 images" in matched.match.problems[0]
    assert "2.25.2" in matched.match.problems[0]


def test_a_result_that_was_never_compared_is_not_attached() -> None:
    assert not result_with(MARK).match.ok


@pytest.mark.parametrize(
    "name", ["ИВАНОВА^АННА", "Иванова ^ Анна", "Иванова^Анна^^", "иванова^анна", "Иванова^Анна^", ""]
)
def test_the_same_name_may_be_written_otherwise(name: str) -> None:
    assert match(replace(result_with(MARK), patient=patient(name=name)), STUDY).match.ok


def test_what_one_side_does_not_state_does_not_speak_against_it() -> None:
    silent = Patient(patient_id="P1", name="Иванова^Анна")
    assert match(replace(result_with(MARK), patient=silent), STUDY).match.ok


def test_two_unnamed_patients_without_ids_are_not_the_same() -> None:
    nobody = Patient(patient_id="", name="")
    matched = match(replace(result_with(MARK), patient=nobody), replace(STUDY, patient=nobody))
    assert not matched.match.ok


@given(first=st.text(max_size=8), second=st.text(max_size=8))
def test_no_two_different_ids_are_ever_one_patient(first: str, second: str) -> None:
    alike = not differences(Patient(patient_id=first, name="A^B"), Patient(patient_id=second, name="A^B"))
    assert alike is (first == second)


@pytest.fixture
def example(real_data: Path) -> tuple[AIResult, Study]:
    folder = real_data / EXAMPLE
    result, _problems = read_with(load_plugins(()), str(folder / "sr.dcm"))
    objects = [read_object(path) for path in sorted(folder.glob("[LR]*.dcm"))]
    (study,) = assemble(found for found in objects if found.role is ObjectRole.IMAGE)
    assert result is not None
    return result, study


@pytest.mark.parametrize(
    "mix_up",
    [
        lambda result, study: (replace(result, patient=replace(result.patient, patient_id="CADEX-OTHER")), study),
        lambda result, study: (replace(result, study_uid=StudyUID("2.25.5")), study),
        lambda result, study: (result, replace(study, series=study.series[1:])),
    ],
)
def test_the_standards_own_example_is_not_attached_after_a_mix_up(
    mix_up: Callable[[AIResult, Study], tuple[AIResult, Study]], example: tuple[AIResult, Study]
) -> None:
    assert match(*example).match.ok
    assert not match(*mix_up(*example)).match.ok
