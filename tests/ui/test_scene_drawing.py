"""A mark in the making, by mouse and by keys: in image pixels, inside the image."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.scene.drawing import Canvas, Cursor, Path
from workstation.model.geometry import Shape
from workstation.model.identity import SOPInstanceUID

CANVAS = Canvas(sop_uid=SOPInstanceUID("1"), rows=500, columns=400)
points = st.tuples(st.floats(-200, 700), st.floats(-200, 700))


def path_through(*trace: tuple[float, float]) -> Path:
    path = Path(canvas=CANVAS, points=(CANVAS.inside(trace[0]),))
    for point in trace[1:]:
        path = path.to(point)
    return path


def test_a_drag_across_a_lesion_is_the_ellipse_between_its_ends():
    mark = path_through((100, 100), (150, 130), (200, 160)).mark()
    assert mark.shape is Shape.ELLIPSE
    assert mark.bounds() == (100, 100, 200, 160)
    assert math.dist(*mark.points[:2]) >= math.dist(*mark.points[2:])


def test_a_path_around_a_lesion_is_its_outline():
    circle = [(200 + 50 * math.cos(turn / 10), 200 + 50 * math.sin(turn / 10)) for turn in range(62)]
    mark = path_through(*circle).mark()
    assert mark.shape is Shape.POLYGON
    assert mark.center() == pytest.approx((200, 200), abs=2)


def test_a_slip_of_the_hand_is_no_mark():
    assert path_through((100, 100), (101, 100)).mark() is None
    assert path_through((100, 100)).mark() is None


@given(st.lists(points, min_size=2, max_size=40))
def test_whatever_is_drawn_lies_inside_the_image(trace):
    mark = path_through(*trace).mark()
    assert mark is None or mark.why_not_drawable(rows=500, columns=400) is None


@given(st.lists(st.sampled_from(["Left", "Right", "Up", "Down", "Shift+Left", "Shift+Down", "+", "-"]), max_size=120))
def test_however_the_keys_move_it_the_ellipse_stays_inside_the_image(keys):
    cursor = Cursor(canvas=CANVAS, center=(200.0, 250.0), radius=30.0)
    for key in keys:
        cursor = cursor.pressed(key)
    assert cursor.mark().why_not_drawable(rows=500, columns=400) is None


def test_arrows_move_on_the_screen_even_where_the_image_is_turned():
    mirrored = Cursor(canvas=CANVAS, center=(200.0, 250.0), radius=30.0, turn_x=(-1.0, 0.0))
    assert mirrored.pressed("Right").center == (190.0, 250.0)
    assert mirrored.pressed("Shift+Down").center == (200.0, 300.0)


def test_other_keys_are_not_the_cursors():
    assert Cursor(canvas=CANVAS, center=(200.0, 250.0), radius=30.0).pressed("A") is None


def test_a_mark_on_a_multi_frame_image_names_its_frame():
    canvas = Canvas(sop_uid=SOPInstanceUID("1"), rows=500, columns=400, frame=7)
    assert Cursor(canvas=canvas, center=(200.0, 250.0), radius=30.0).mark().frame == 7
