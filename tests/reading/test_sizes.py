"""Sizes in millimetres against a brute-force judge."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading.builders import circle, image_uid, study
from workstation.model.geometry import Mark, MarkRole, Point, Shape
from workstation.model.study import Calibration, PixelSpacing
from workstation.reading.sizes import longest_diameter_mm, size_of, stated_size

SPACING = st.floats(0.02, 2.0)
COORDINATE = st.floats(0.0, 3000.0).map(lambda value: round(value, 2))
POINT = st.tuples(COORDINATE, COORDINATE)


def spacing(row: float, column: float) -> PixelSpacing:
    return PixelSpacing(row_mm=row, column_mm=column, calibration=Calibration.DETECTOR)


def mark(shape: Shape, points: tuple[Point, ...], role: MarkRole = MarkRole.REGION) -> Mark:
    return Mark(sop_uid=image_uid("RCC"), shape=shape, points=points, role=role)


def farthest_mm(points: list[Point], row: float, column: float) -> float:
    return max(math.hypot((a[0] - b[0]) * column, (a[1] - b[1]) * row) for a in points for b in points)


@given(st.lists(POINT, min_size=5, max_size=12, unique=True), SPACING, SPACING)
def test_a_polygon_measures_as_far_as_its_farthest_points(points: list[Point], row: float, column: float) -> None:
    measured = longest_diameter_mm(mark(Shape.POLYGON, tuple(points)), spacing(row, column))
    assert measured == pytest.approx(farthest_mm(points, row, column), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=5, max_size=40))
def test_an_outline_on_a_grid_with_points_in_line_and_twice_measures_the_same(points: list[Point]) -> None:
    """A detector's contour follows pixel edges: many of its points repeat or lie on one line."""
    measured = longest_diameter_mm(mark(Shape.POLYLINE, tuple(points)), spacing(0.1, 0.1))
    upright = {len({p[0] for p in points}), len({p[1] for p in points})} == {2} and len(set(points)) == 4
    if not upright:
        assert measured == pytest.approx(farthest_mm(points, 0.1, 0.1), abs=1e-9)


def test_an_outline_of_very_many_points_is_measured_at_once() -> None:
    many = tuple((1500 + 900 * math.cos(t * math.tau / 20_000), 1500 + 900 * math.sin(t * math.tau / 20_000))
                 for t in range(20_000))  # fmt: skip
    began = time.process_time()
    assert longest_diameter_mm(mark(Shape.POLYGON, many), spacing(0.1, 0.1)) == pytest.approx(180.0)
    assert time.process_time() - began < 1.0


@given(POINT, st.floats(1.0, 400.0), st.floats(1.0, 400.0), st.floats(0.0, math.pi), SPACING, SPACING)
def test_an_ellipse_measures_as_far_as_any_two_of_its_edge_points(
    center: Point, a: float, b: float, turned: float, row: float, column: float
) -> None:
    cosine, sine = math.cos(turned), math.sin(turned)

    def at(angle: float) -> Point:
        x, y = a * math.cos(angle), b * math.sin(angle)
        return center[0] + x * cosine - y * sine, center[1] + x * sine + y * cosine

    axes = (at(math.pi), at(0.0), at(-math.pi / 2), at(math.pi / 2))
    measured = longest_diameter_mm(mark(Shape.ELLIPSE, axes), spacing(row, column))
    opposite = [
        math.hypot((p[0] - q[0]) * column, (p[1] - q[1]) * row)
        for p, q in ((at(math.tau * k / 720), at(math.tau * k / 720 + math.pi)) for k in range(360))
    ]
    assert measured == pytest.approx(max(opposite), rel=1e-4)


@given(POINT, st.floats(1.0, 400.0), SPACING)
def test_a_circle_measures_its_diameter(center: Point, radius: float, side: float) -> None:
    round_mark = mark(Shape.CIRCLE, (center, (center[0], center[1] + radius)))
    assert longest_diameter_mm(round_mark, spacing(side, side)) == pytest.approx(2 * radius * side)


def test_an_upright_box_measures_its_longer_side_not_its_diagonal() -> None:
    box = mark(Shape.POLYGON, ((10.0, 10.0), (110.0, 10.0), (110.0, 60.0), (10.0, 60.0)))
    assert longest_diameter_mm(box, spacing(0.1, 0.1)) == pytest.approx(10.0)


@pytest.mark.parametrize(
    "without_extent",
    [
        mark(Shape.POINT, ((10.0, 10.0),)),
        mark(Shape.MULTIPOINT, ((10.0, 10.0), (90.0, 90.0))),
        mark(Shape.CIRCLE, ((10.0, 10.0), (20.0, 10.0)), role=MarkRole.CENTER),
    ],
)
def test_points_and_centres_have_no_size(without_extent: Mark) -> None:
    assert longest_diameter_mm(without_extent, spacing(0.1, 0.1)) is None


def test_the_largest_of_several_views_counts() -> None:
    marks = (circle("RCC", radius=40.0), circle("RMLO", radius=75.0))
    measured = size_of(marks, study())
    assert measured is not None
    assert measured.mm == pytest.approx(15.0)


def test_without_calibration_nothing_is_measured_and_what_is_stated_says_so() -> None:
    uncalibrated = study(spacing=None)
    assert size_of((circle("RCC"),), uncalibrated) is None
    assert stated_size(12.0, (circle("RCC"),), uncalibrated).calibration is None
