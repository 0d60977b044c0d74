"""Where image points lie on the screen: exact, invertible, linked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.scene import view as views
from ui.scene.view import ViewTransform
from workstation.reading.hanging_rules import Justify
from workstation.reading.orientation import AS_STORED, MIRRORED, TURNS

coordinates = st.floats(-4000, 8000)
points = st.tuples(coordinates, coordinates)
sizes = st.tuples(st.integers(64, 2000), st.integers(64, 2000))
factors = st.floats(0.3, 3.0)
steps = st.floats(-500, 500)


@st.composite
def transforms(draw):
    return ViewTransform(
        center=draw(points),
        zoom=draw(st.floats(0.05, 8)),
        aspect=draw(st.floats(0.5, 2)),
        turn=draw(st.sampled_from(TURNS)),
    )


@given(transforms(), sizes, points)
def test_to_the_screen_and_back_is_the_same_point(view, size, point):
    assert view.to_image(size, view.to_screen(size, point)) == pytest.approx(point, abs=1e-5)


@given(transforms(), sizes)
def test_the_middle_of_the_view_is_the_middle_of_the_pane(view, size):
    shown = view.to_screen(size, view.center)
    assert shown == pytest.approx((size[0] / 2, size[1] / 2), abs=0.5 if view.exact else 1e-5)


@given(transforms(), sizes, points, factors)
def test_the_point_under_the_cursor_stays_while_zooming(view, size, at, factor):
    zoomed = views.zoom_about(view, size, at, factor)
    assert zoomed.to_screen(size, view.to_image(size, at)) == pytest.approx(
        at, abs=1.0 if zoomed.exact or view.exact else 1e-4
    )


@given(transforms(), sizes, points, steps, steps)
def test_a_panned_point_moves_with_the_hand(view, size, point, right, down):
    before, after = view.to_screen(size, point), views.pan(view, right, down).to_screen(size, point)
    assert after == pytest.approx((before[0] + right, before[1] + down), abs=1.5 if view.exact else 1e-4)


@given(points, sizes, st.sampled_from(TURNS))
def test_one_to_one_keeps_to_whole_pixels(center, size, turn):
    view = ViewTransform(center=center, zoom=1.0, turn=turn)
    corner = view.to_screen(size, (0.0, 0.0))
    assert corner == (round(corner[0]), round(corner[1]))


@given(sizes, st.sampled_from(TURNS), st.floats(0.5, 2), st.sampled_from(list(Justify)))
def test_a_fitted_box_is_whole_in_the_pane_and_touches_two_edges(size, turn, aspect, justify):
    box = (100.0, 200.0, 900.0, 1400.0)
    view = views.fit(box, size, justify=justify, aspect=aspect, turn=turn)
    corners = [view.to_screen(size, (column, row)) for column in box[::2] for row in box[1::2]]
    across, down = [corner[0] for corner in corners], [corner[1] for corner in corners]
    slack = 1.0 if view.exact else 1e-6
    assert min(across) >= -slack
    assert max(across) <= size[0] + slack
    assert min(down) >= -slack
    assert max(down) <= size[1] + slack
    touches = max(across) - min(across) == pytest.approx(size[0]) or max(down) - min(down) == pytest.approx(size[1])
    assert touches
    if justify is not Justify.CENTER:
        edge = min(across) if justify is Justify.LEFT else size[0] - max(across)
        assert edge == pytest.approx(0, abs=slack)


@given(transforms(), factors, steps, steps, sizes, points)
def test_linked_views_stay_mirror_images(view, factor, right, down, size, at):
    other = replace(view, center=(-view.center[0], view.center[1]), turn=MIRRORED)
    view = replace(view, turn=AS_STORED)
    other = replace(other, turn=AS_STORED)
    after = views.pan(views.zoom_about(view, size, at, factor), right, down)
    followed = views.follow(view, after, other, mirrored=True)
    assert followed.zoom == pytest.approx(after.zoom)
    assert followed.center == pytest.approx((-after.center[0], after.center[1]), rel=1e-6, abs=1e-4)


@given(transforms(), transforms(), factors, steps, steps)
def test_following_there_and_back_ends_where_it_began(view, other, factor, right, down):
    other = replace(other, zoom=view.zoom)
    after = replace(views.pan(view, right, down), zoom=views.clamp_zoom(view.zoom * factor))
    there = views.follow(view, after, other, mirrored=True)
    back = views.follow(after, view, replace(there, zoom=other.zoom), mirrored=True)
    step = ((after.center[0] - view.center[0]) * view.zoom, (after.center[1] - view.center[1]) * view.zoom)
    drift = (abs(back.center[0] - other.center[0]), abs(back.center[1] - other.center[1]))
    allowed = abs(1 - after.zoom / view.zoom) * (abs(step[0]) + abs(step[1])) / min(view.zoom, other.zoom) * 4 + 1e-3
    assert max(drift) <= allowed


@given(transforms())
def test_an_image_can_never_be_lost_from_sight(view):
    kept = views.kept_inside(view, rows=400, columns=300)
    assert 0 <= kept.center[0] <= 300
    assert 0 <= kept.center[1] <= 400


def test_a_finding_is_never_magnified_beyond_its_pixels():
    assert views.zoom_for((10, 10, 14, 14), (800, 800), share=0.3) == 1.0
    assert views.zoom_for((0, 0, 3000, 4000), (1000, 1000), share=0.3) == pytest.approx(0.06)
