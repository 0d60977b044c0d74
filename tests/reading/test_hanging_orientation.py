"""Images hang as readers expect, from the header; a header that contradicts itself is never obeyed in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.pictures import mammogram
from workstation.model.problem import ProblemKind
from workstation.reading.orientation import (
    AS_STORED,
    HALF_TURN,
    MIRRORED,
    TURNS,
    Turn,
    directions_on_screen,
    display_transform,
    opposite,
)

PROPER = {"RCC": ("P", "L"), "LCC": ("A", "R"), "RMLO": ("P", "FL"), "LMLO": ("A", "FR")}


def stored_as(orientation: tuple[str, str], turn: Turn) -> tuple[str, str]:
    """Patient Orientation of an image that has been laid on its side by the inverse of `turn`."""
    ends = {
        (1, 0): orientation[0],
        (-1, 0): opposite(orientation[0]),
        (0, 1): orientation[1],
        (0, -1): opposite(orientation[1]),
    }
    return ends[turn.apply(1, 0)], ends[turn.apply(0, 1)]  # type: ignore[index]


@pytest.mark.parametrize("name", PROPER)
def test_an_image_as_the_standard_lays_it_stays_as_stored(name):
    assert display_transform(mammogram(name)).turn == AS_STORED


@pytest.mark.parametrize("name", PROPER)
@pytest.mark.parametrize("turn", TURNS)
def test_however_an_image_is_stored_it_hangs_the_same_way(name, turn):
    """The forty synthetic cases of R9: four views, eight ways to store each, and the plain ones above."""
    image = mammogram(name, patient_orientation=stored_as(PROPER[name], turn))
    shown = directions_on_screen(image, display_transform(image).turn)
    assert shown[2:] == PROPER[name]


@pytest.mark.parametrize(("name", "orientation", "turn"), [
    ("RCC", ("A", "L"), MIRRORED), ("LCC", ("P", "R"), MIRRORED), ("RMLO", ("A", "HR"), HALF_TURN),
    ("LMLO", ("P", "HL"), HALF_TURN), ("RMLO", ("A", "FL"), MIRRORED),
])  # fmt: skip
def test_mirrored_and_upside_down_images_are_turned(name, orientation, turn):
    transform = display_transform(mammogram(name, patient_orientation=orientation))
    assert (transform.turn, transform.doubt) == (turn, None)


@pytest.mark.parametrize(("name", "orientation"), [
    ("RCC", ("A", "R")), ("LCC", ("P", "L")), ("RMLO", ("P", "FR")), ("LMLO", ("A", "FL")), ("RMLO", ("A", "HL")),
])  # fmt: skip
def test_the_orientation_of_the_other_breast_is_flagged(name, orientation):
    doubt = display_transform(mammogram(name, patient_orientation=orientation)).doubt
    assert doubt is not None
    assert doubt.problem.kind is ProblemKind.ORIENTATION
    assert "Check the side" in doubt.problem.message
    assert "сверьте сторону" in doubt.said("ru")


@pytest.mark.parametrize("orientation", [None, ("L", "R"), ("", "")])
def test_a_silent_or_senseless_header_is_shown_as_stored_and_flagged(orientation):
    transform = display_transform(mammogram("RCC", patient_orientation=orientation))
    assert transform.turn == AS_STORED
    assert transform.doubt is not None


def test_a_chest_image_stored_mirrored_faces_the_reader():
    image = replace(mammogram("RCC"), modality="DX", laterality=None, view="PA", patient_orientation=("R", "F"))
    assert display_transform(image).turn == MIRRORED


def test_a_slice_is_never_turned():
    image = replace(mammogram("RCC"), modality="CT", laterality=None, view=None, patient_orientation=("R", "A"))
    assert display_transform(image).turn == AS_STORED


@given(st.sampled_from(TURNS), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_a_turn_can_be_undone(turn, column, row):
    assert turn.undo(*turn.apply(column, row)) == pytest.approx((column, row))
