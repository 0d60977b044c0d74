"""S2: a mark is drawn only on the image and frame it references; a side that contradicts the image is flagged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.overlays.made import finding_with, image_of, result_with, study_of
from workstation.dicom.assemble import assemble
from workstation.dicom.objects import ObjectRole, read_object
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SOPInstanceUID
from workstation.model.problem import ProblemKind
from workstation.model.result import RenderingIntent
from workstation.model.study import Laterality, PresentationIntent
from workstation.overlays.matching import match
from workstation.overlays.plugins import load_plugins
from workstation.overlays.worker import read_with

ROWS, COLUMNS = 80, 100


def point(column: float, row: float, on: str = "2.25.1", frame: int | None = None) -> Mark:
    return Mark(sop_uid=SOPInstanceUID(on), shape=Shape.POINT, points=((column, row),), frame=frame)


@given(column=st.floats(-10, 200), row=st.floats(-10, 200))
def test_a_mark_is_drawn_where_it_was_stated_or_not_at_all(column: float, row: float) -> None:
    (finding,) = match(
        result_with(point(column, row)), study_of(image_of("2.25.1", rows=ROWS, columns=COLUMNS))
    ).findings
    inside = 0 <= column <= COLUMNS and 0 <= row <= ROWS
    assert finding.marks == ((point(column, row),) if inside else ())
    assert bool(finding.problems) is not inside


def test_a_mark_on_an_image_that_is_not_here_is_drawn_on_no_other() -> None:
    prior = replace(result_with(point(5, 5), point(5, 5, on="2.25.7")), referenced_images=(SOPInstanceUID("2.25.1"),))
    (finding,) = match(prior, study_of(image_of("2.25.1"), image_of("2.25.2"))).findings
    assert [mark.sop_uid for mark in finding.marks] == ["2.25.1"]
    assert [problem.kind for problem in finding.problems] == [ProblemKind.NOT_DRAWABLE]


def test_a_mark_moves_to_a_sister_only_where_places_are_preserved() -> None:
    source = SOPInstanceUID("2.25.9")
    aligned = image_of("2.25.1", source_images=(source,), preserved_sources=(source,))
    moved = replace(aligned, preserved_sources=(), displaced_sources=(source,))
    result = result_with(point(5, 5, on="2.25.9"))
    (drawn,) = match(result, study_of(aligned)).findings
    (listed,) = match(result, study_of(moved)).findings
    assert [mark.sop_uid for mark in drawn.marks] == ["2.25.1"]
    assert listed.marks == ()
    assert "places are not those" in listed.problems[0].message


def test_of_two_sisters_the_one_whose_places_are_preserved_gets_the_mark() -> None:
    source = SOPInstanceUID("2.25.9")
    moved = image_of("2.25.1", source_images=(source,), displaced_sources=(source,))
    aligned = image_of("2.25.2", source_images=(source,), preserved_sources=(source,))
    (finding,) = match(result_with(point(5, 5, on="2.25.9")), study_of(moved, aligned)).findings
    assert [mark.sop_uid for mark in finding.marks] == ["2.25.2"]


@pytest.mark.parametrize(
    "sister",
    [
        {"rows": ROWS // 4, "columns": COLUMNS // 4},
        {"frames": 60},
        {"presentation_intent": None},
        {"presentation_intent": PresentationIntent.FOR_PROCESSING},
        {"displaced_sources": (SOPInstanceUID("2.25.1"),)},
    ],
)
def test_a_mark_on_an_image_for_processing_is_not_drawn_on_a_sister_that_is_not_its_like(
    sister: dict[str, Any],
) -> None:
    raw = image_of("2.25.1", presentation_intent=PresentationIntent.FOR_PROCESSING, rows=ROWS, columns=COLUMNS)
    shown = replace(image_of("2.25.2", source_images=(raw.sop_uid,), rows=ROWS, columns=COLUMNS), **sister)
    matched = match(result_with(point(5, 5)), study_of(raw, shown))
    (finding,) = matched.findings
    assert matched.match.ok
    assert finding.marks == ()
    assert [problem.kind for problem in finding.problems] == [ProblemKind.NOT_DRAWABLE]


@pytest.mark.parametrize("sister", [{"preserved_sources": ()}, {"frames": 60}])
def test_a_mark_on_an_image_that_is_not_here_needs_a_sister_that_says_where_its_places_are(
    sister: dict[str, Any],
) -> None:
    source = SOPInstanceUID("2.25.9")
    silent = replace(image_of("2.25.1", source_images=(source,), preserved_sources=(source,)), **sister)
    (finding,) = match(result_with(point(5, 5, on="2.25.9")), study_of(silent)).findings
    assert finding.marks == ()
    assert [problem.kind for problem in finding.problems] == [ProblemKind.NOT_DRAWABLE]


def test_a_mark_stays_on_its_frame() -> None:
    study = study_of(image_of("2.25.1", frames=3))
    (finding,) = match(result_with(point(5, 5, frame=3), point(5, 5, frame=4)), study).findings
    assert [mark.frame for mark in finding.marks] == [3]
    assert "no frame 4" in finding.problems[0].message


@pytest.mark.parametrize(
    ("stated", "imaged", "conflict"),
    [
        (Laterality.RIGHT, Laterality.LEFT, True),
        (Laterality.LEFT, Laterality.RIGHT, True),
        (Laterality.RIGHT, Laterality.RIGHT, False),
        (Laterality.BOTH, Laterality.LEFT, False),
        (Laterality.RIGHT, None, False),
        (None, Laterality.LEFT, False),
    ],
)
def test_a_side_that_contradicts_the_image_is_flagged(
    stated: Laterality | None, imaged: Laterality | None, conflict: bool
) -> None:
    result = result_with(point(5, 5), laterality=stated)
    (finding,) = match(result, study_of(image_of("2.25.1", laterality=imaged))).findings
    flags = [problem for problem in finding.problems if problem.kind is ProblemKind.SIDE_CONTRADICTION]
    assert bool(flags) is conflict
    assert finding.laterality is (stated or imaged)


def test_a_composite_finding_is_flagged_for_a_part_on_the_other_side() -> None:
    part = replace(finding_with(point(5, 5)), node="1.2.1.6")
    result = replace(result_with(), findings=(finding_with(parts=(part,), laterality=Laterality.RIGHT),))
    (finding,) = match(result, study_of(image_of("2.25.1", laterality=Laterality.LEFT))).findings
    assert [problem.kind for problem in finding.problems] == [ProblemKind.SIDE_CONTRADICTION]


def test_swapped_sides_in_a_whole_study_are_flagged_on_every_finding(real_data: Path) -> None:
    folder = real_data / "sr_cad_standard_examples/E.3.2"
    result, _problems = read_with(load_plugins(()), str(folder / "sr.dcm"))
    objects = [read_object(path) for path in sorted(folder.glob("[LR]*.dcm"))]
    (study,) = assemble(found for found in objects if found.role is ObjectRole.IMAGE)
    other = {Laterality.RIGHT: Laterality.LEFT, Laterality.LEFT: Laterality.RIGHT}
    swapped = replace(
        study,
        series=tuple(
            replace(
                series, images=tuple(replace(i, laterality=other[i.laterality]) for i in series.images if i.laterality)
            )
            for series in study.series
        ),
    )
    assert result is not None
    assert not any(finding.problems for finding in match(result, study).all_findings())
    for finding in match(result, swapped).all_findings():
        assert ProblemKind.SIDE_CONTRADICTION in {problem.kind for problem in finding.problems}


def test_what_is_not_for_presentation_gives_no_mark_to_draw() -> None:
    hidden = finding_with(point(5, 5), rendering_intent=RenderingIntent.NOT_FOR_PRESENTATION)
    result = replace(result_with(point(5, 5)), findings=(finding_with(parts=(hidden,)), hidden))
    for finding in match(result, study_of(image_of("2.25.1"))).findings:
        assert finding.shown_marks() == ()
