"""Technological faults of results are found and said in the reader's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.overlays.made import finding_with, image_of, result_with, study_of
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SOPInstanceUID
from workstation.model.result import AIResult, Author, RenderingIntent, Service
from workstation.overlays.defects import catalogue, defect, with_defects
from workstation.overlays.matching import match

MARK = Mark(sop_uid=SOPInstanceUID("2.25.1"), shape=Shape.POINT, points=((5.0, 5.0),))


def codes(result: AIResult) -> list[str]:
    return [found.code for found in with_defects(result).defects]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"service": Service(vendor="Acme", version="2")}, "no-service-name"),
        ({"service": Service(name="MammoMind")}, "no-version"),
        ({"warning": None}, "no-warning"),
        ({"complete": False}, "not-complete"),
        ({"findings": (finding_with(),)}, "no-marks"),
    ],
)
def test_a_fault_is_named(change: dict[str, object], code: str) -> None:
    assert codes(result_with(MARK)) == []
    assert codes(replace(result_with(MARK), **change)) == [code]  # type: ignore[arg-type]


def test_a_hidden_finding_needs_no_mark() -> None:
    hidden = finding_with(rendering_intent=RenderingIntent.NOT_FOR_PRESENTATION)
    assert codes(replace(result_with(MARK), findings=(hidden,))) == []


def test_another_patient_and_a_mark_outside_are_faults_once_compared() -> None:
    outside = Mark(sop_uid=SOPInstanceUID("2.25.1"), shape=Shape.POINT, points=((500.0, 5.0),))
    study = study_of(image_of("2.25.1"))
    assert [d.code for d in match(result_with(MARK, outside), study).defects] == ["mark-not-drawable"]
    stranger = replace(study, patient=replace(study.patient, patient_id="P2"))
    assert [d.code for d in match(result_with(MARK), stranger).defects] == ["not-for-this-study"]


def test_a_persons_report_is_not_held_to_a_services_duties() -> None:
    assert codes(replace(result_with(MARK), author=Author.PERSON, service=Service(), warning=None)) == []


def test_a_fault_that_the_reader_found_stays_and_is_said_once() -> None:
    stated = replace(result_with(MARK), warning=None, defects=(defect("no-warning"), defect("findings-missing")))
    assert codes(stated) == ["no-warning", "findings-missing"]


def test_every_fault_is_said_in_both_languages() -> None:
    for code, messages in catalogue().items():
        assert set(messages) == {"en", "ru"}, code
        assert all(message.endswith(".") for message in messages.values()), code
