"""S2, drawing: a mark is drawn only on the image and frame that it references, in that image's pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from tests.ui.pictures import ROWS, Reading, ellipse, finding, mammogram, result_with, screening, study_of
from ui.scene.marks import DrawnMark, Ink
from ui.scene.overlay_painter import mark_at, outline, paint_overlay
from ui.scene.scene_state import NothingDecided, ViewIntent, resolve
from ui.scene.view import ViewTransform
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.identity import FindingID, SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import Match
from workstation.reading.hanging import steps_for
from workstation.reading.orientation import TURNS

STUDY = screening()
LCC = STUDY.image(SOPInstanceUID("1.LCC"))


def panes_with_marks(*findings, study=STUDY, positions=(), **changes):
    material = Reading(study=study, results=(result_with(*findings, **changes),))
    found = []
    for step in steps_for(material):
        for pane in resolve(step, material, NothingDecided(), ViewIntent(positions=positions)).panes:
            if pane.marks:
                found.append(pane)
    return found


def test_a_mark_is_drawn_on_its_own_image_and_on_no_other():
    panes = panes_with_marks(finding(1, ellipse(LCC)))
    assert [pane.image.sop_uid for pane in panes] == ["1.LCC"]
    assert all(pane.pane.overlay for pane in panes)


def test_a_mark_is_drawn_on_its_own_frame_and_on_no_other():
    image = mammogram("LCC", frames=3)
    mark = replace(ellipse(image), frame=2)
    study = study_of(image, mammogram("RCC"))
    drawn = {}
    for position in range(3):
        panes = panes_with_marks(finding(1, mark), study=study, positions=(0, position, 0, position))
        drawn[position + 1] = [pane.frame for pane in panes]
    assert drawn == {1: [], 2: [2], 3: []}


def test_the_marks_of_a_result_that_does_not_match_are_drawn_nowhere():
    assert panes_with_marks(finding(1, ellipse(LCC)), match=Match(ok=False, problems=("another patient",))) == []


def test_a_mark_that_reaches_outside_its_image_is_counted_and_not_drawn():
    outside = ellipse(LCC, center=(400.0, ROWS - 5.0))
    material = Reading(study=STUDY, results=(result_with(finding(1, outside)),))
    step = next(step for step in steps_for(material) if step.name == "ai-cc")
    scene = resolve(step, material, NothingDecided(), ViewIntent())
    assert not any(pane.marks for pane in scene.panes)
    assert "1 not drawable" in scene.texts


@pytest.mark.parametrize("points", [((float("nan"), 3.0),), (), ((float("inf"), 1.0),)])
def test_a_mark_without_sense_is_never_drawn(points):
    assert panes_with_marks(finding(1, Mark(sop_uid=LCC.sop_uid, shape=Shape.POINT, points=points))) == []


def test_a_finding_whose_side_contradicts_its_image_is_drawn_flagged():
    conflict = Problem(kind=ProblemKind.SIDE_CONTRADICTION, where="9#1", message="says right, lies left")
    (pane,) = panes_with_marks(replace(finding(1, ellipse(LCC)), problems=(conflict,)))
    assert pane.marks[0].flagged
    assert pane.marks[0].label.endswith("!")


def inked(picture: QImage) -> tuple[np.ndarray, np.ndarray]:
    """(rows, columns) of pixels that are painted at all."""
    height, width = picture.height(), picture.width()
    values = np.frombuffer(picture.constBits(), np.uint8).reshape(height, picture.bytesPerLine() // 4, 4)
    return np.nonzero(values[:, :width, 3] > 128)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("zoom", [0.5, 1.0, 3.0])
def test_the_drawn_line_lies_where_the_image_pixels_lie(turn, zoom):
    size = (500, 400)
    view = ViewTransform(center=(210.0, 190.0), zoom=zoom, turn=turn)
    mark = DrawnMark(
        mark=ellipse(LCC, center=(200.0, 200.0), radii=(40, 25)), finding_id=FindingID("1"), ink=Ink.UNDECIDED
    )
    rows, columns = inked(paint_overlay(size, view, (mark,)))
    corners = [view.to_screen(size, point) for point in ((160.0, 175.0), (240.0, 225.0))]
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*corners, strict=True))
    assert (columns.min(), columns.max() + 1) == pytest.approx((left, right), abs=3)
    assert (rows.min(), rows.max() + 1) == pytest.approx((top, bottom), abs=3)


@given(st.floats(-100, 500), st.floats(-100, 500), st.floats(1, 200), st.floats(1, 200), st.floats(0, 3.2))
def test_a_drawn_ellipse_has_the_bounds_that_the_mark_has(column, row, major, minor, angle):
    along, across = (np.cos(angle) * major, np.sin(angle) * major), (-np.sin(angle) * minor, np.cos(angle) * minor)
    points = (
        (column - along[0], row - along[1]), (column + along[0], row + along[1]),
        (column - across[0], row - across[1]), (column + across[0], row + across[1]),
    )  # fmt: skip
    mark = Mark(sop_uid=LCC.sop_uid, shape=Shape.ELLIPSE, points=points)
    drawn = np.array(outline(mark))
    left, top, right, bottom = mark.bounds()
    slack = 0.002 * max(major, minor)
    assert drawn.min(axis=0) == pytest.approx((left, top), abs=slack)
    assert drawn.max(axis=0) == pytest.approx((right, bottom), abs=slack)


def test_a_click_finds_the_mark_under_it_and_nothing_beside_it():
    view, size = ViewTransform(center=(200.0, 200.0), zoom=1.0), (400, 400)
    mark = DrawnMark(mark=ellipse(LCC, center=(200.0, 200.0)), finding_id=FindingID("1"), ink=Ink.UNDECIDED)
    assert mark_at(size, view, (mark,), (205.0, 195.0), reach=4) is mark
    assert mark_at(size, view, (mark,), (320.0, 195.0), reach=4) is None


@pytest.mark.usefixtures("qapp")
def test_the_centre_of_an_outlined_lesion_does_not_cover_it():
    view, size = ViewTransform(center=(200.0, 200.0), zoom=1.0), (400, 400)
    around = ellipse(LCC, center=(200.0, 200.0), radii=(40, 40))
    centre = Mark(sop_uid=LCC.sop_uid, shape=Shape.POINT, points=((200.0, 200.0),), role=MarkRole.CENTER)

    def painted(*marks: Mark) -> int:
        drawn = [DrawnMark(mark=mark, finding_id=FindingID("1"), ink=Ink.UNDECIDED) for mark in marks]
        rows, columns = inked(paint_overlay(size, view, drawn))
        return int(((abs(rows - 200) < 20) & (abs(columns - 200) < 20)).sum())

    assert painted(around, centre) == 0
    assert painted(centre) > 0
