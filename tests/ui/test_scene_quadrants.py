"""The tour at 1:1: it shows everything, goes to neighbours, and walks two breasts as mirror images."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.scene.quadrants import stop_view, stops_for
from workstation.reading.hanging_rules import Justify
from workstation.reading.orientation import AS_STORED, TURNS

sizes = st.tuples(st.integers(64, 2000), st.integers(64, 2000))
boxes = st.tuples(st.floats(0, 900), st.floats(0, 900), st.floats(1000, 3328), st.floats(1000, 4096))
shares = st.floats(0, 1)


@given(boxes, sizes, st.sampled_from(TURNS), st.floats(0.5, 2), st.sampled_from(list(Justify)), shares, shares)
def test_every_point_of_the_breast_is_seen_at_some_stop(box, size, turn, aspect, justify, right, down):
    stops = stops_for(box, size, aspect=aspect, turn=turn)
    point = (box[0] + right * (box[2] - box[0]), box[1] + down * (box[3] - box[1]))
    views = (
        stop_view(at, stops, box, size, justify=justify, aspect=aspect, turn=turn) for at in range(math.prod(stops))
    )
    places = (view.to_screen(size, point) for view in views)
    assert any(-0.51 <= x <= size[0] + 0.51 and -0.51 <= y <= size[1] + 0.51 for x, y in places)


@given(boxes, sizes, st.sampled_from([Justify.LEFT, Justify.RIGHT]))
def test_every_step_goes_to_a_neighbour(box, size, justify):
    stops = stops_for(box, size)
    centers = [stop_view(at, stops, box, size, justify=justify).center for at in range(math.prod(stops))]
    for before, after in itertools.pairwise(centers):
        assert before[0] == pytest.approx(after[0]) or before[1] == pytest.approx(after[1])
        assert abs(after[0] - before[0]) <= size[0]
        assert abs(after[1] - before[1]) <= size[1]


def test_back_to_back_breasts_are_walked_as_mirror_images_from_the_chest_wall():
    size, left_breast, right_breast = (500, 700), (0.0, 0.0, 900.0, 1300.0), (100.0, 0.0, 1000.0, 1300.0)
    stops = stops_for(left_breast, size)
    assert stops == (2, 2)
    for at in range(4):
        left = stop_view(at, stops, left_breast, size, justify=Justify.LEFT).center
        right = stop_view(at, stops, right_breast, size, justify=Justify.RIGHT).center
        assert left[0] == pytest.approx(1000 - right[0])
        assert left[1] == pytest.approx(right[1])
    first = stop_view(0, stops, left_breast, size, justify=Justify.LEFT)
    assert first.to_screen(size, (0.0, 0.0)) == (0, 0)


def test_what_fits_as_a_whole_is_one_stop_at_the_chest_wall():
    stops = stops_for((0.0, 0.0, 300.0, 400.0), (500, 700))
    assert stops == (1, 1)
    view = stop_view(0, stops, (0.0, 0.0, 300.0, 400.0), (500, 700), justify=Justify.LEFT, turn=AS_STORED)
    assert view.to_screen((500, 700), (0.0, 200.0)) == (0, 350)
