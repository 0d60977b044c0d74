"""What of a result can be drawn on a study, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.overlays.made import image_of, result_with, study_of
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SOPInstanceUID
from workstation.model.problem import ProblemKind
from workstation.model.study import Laterality, PresentationIntent
from workstation.overlays.matching import match

AT = {"shape": Shape.POINT, "points": ((10.0, 10.0),)}


def test_a_matched_result_says_so_and_keeps_its_marks() -> None:
    result = result_with(Mark(sop_uid=SOPInstanceUID("2.25.1"), **AT))
    matched = match(result, study_of(image_of("2.25.1")))
    assert matched.match.ok
    assert matched.findings[0].marks == result.findings[0].marks


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ({"shape": Shape.POINT, "points": ((101.0, 10.0),)}, "outside the image"),
        ({"shape": Shape.CIRCLE, "points": ((5.0, 5.0), (11.0, 5.0))}, "outside the image"),
        ({"shape": Shape.POINT, "points": ((float("nan"), 1.0),)}, "not a number"),
        ({**AT, "frame": 2}, "no frame 2"),
    ],
)
def test_a_mark_that_does_not_fit_its_image_is_listed_and_not_drawn(mark: dict[str, object], reason: str) -> None:
    result = result_with(Mark(sop_uid=SOPInstanceUID("2.25.1"), **mark))  # type: ignore[arg-type]
    (finding,) = match(result, study_of(image_of("2.25.1", rows=80, columns=100))).findings
    assert finding.marks == ()
    assert [problem.kind for problem in finding.problems] == [ProblemKind.NOT_DRAWABLE]
    assert reason in finding.problems[0].message


def test_a_finding_without_side_and_view_takes_them_from_its_images() -> None:
    marks = [Mark(sop_uid=SOPInstanceUID(uid), **AT) for uid in ("2.25.1", "2.25.2")]
    study = study_of(
        image_of("2.25.1", laterality=Laterality.LEFT, view="CC"),
        image_of("2.25.2", laterality=Laterality.LEFT, view="MLO"),
    )
    (finding,) = match(result_with(*marks), study).findings
    assert (finding.laterality, finding.view) == (Laterality.LEFT, "CC+MLO")
    assert finding.problems == ()


def test_a_for_processing_image_in_the_study_gives_way_to_its_sister() -> None:
    study = study_of(
        image_of("2.25.1", presentation_intent=PresentationIntent.FOR_PROCESSING),
        image_of("2.25.2", source_images=(SOPInstanceUID("2.25.1"),)),
    )
    (finding,) = match(result_with(Mark(sop_uid=SOPInstanceUID("2.25.1"), **AT)), study).findings
    assert [mark.sop_uid for mark in finding.marks] == ["2.25.2"]


def test_a_result_older_than_an_image_is_called_stale() -> None:
    result = result_with(Mark(sop_uid=SOPInstanceUID("2.25.1"), **AT))
    old = replace(result, created_at=datetime(2026, 1, 2, 12))
    newer = image_of("2.25.2", content_at=datetime(2026, 1, 2, 13))
    assert [p.kind for p in match(old, study_of(image_of("2.25.1"), newer)).problems] == [ProblemKind.STALE]
    older = image_of("2.25.2", content_at=datetime(2026, 1, 2, 11))
    assert match(old, study_of(image_of("2.25.1"), older)).problems == ()


def test_an_additional_series_that_came_with_the_result_does_not_make_it_stale() -> None:
    result = replace(result_with(Mark(sop_uid=SOPInstanceUID("2.25.1"), **AT)), created_at=datetime(2026, 1, 2, 12))
    series = image_of("2.25.3", content_at=datetime(2026, 1, 2, 13), sop_class_uid="1.2.840.10008.5.1.4.1.1.7")
    assert match(result, study_of(image_of("2.25.1"), series)).problems == ()


def test_a_mark_on_an_image_of_an_earlier_study_is_listed_and_the_result_still_matches() -> None:
    prior = Mark(sop_uid=SOPInstanceUID("2.25.8"), **AT)
    result = replace(
        result_with(Mark(sop_uid=SOPInstanceUID("2.25.1"), **AT), prior), referenced_images=(SOPInstanceUID("2.25.1"),)
    )
    matched = match(result, study_of(image_of("2.25.1")))
    assert matched.match.ok
    assert [mark.sop_uid for mark in matched.findings[0].marks] == ["2.25.1"]
    assert "not in this study" in matched.findings[0].problems[0].message
