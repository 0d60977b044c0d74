"""Measurements: what a ruler, a protractor and a pixel count would say, and how it is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workstation.dicom.grey import GreyScale
from workstation.model.study import Calibration, PixelSpacing
from workstation.reading.measure import angle, area, ellipse_statistics, length, statistics, value_at

coordinates = st.floats(0, 4000)
points = st.tuples(coordinates, coordinates)
spacings = st.builds(
    PixelSpacing, row_mm=st.floats(0.02, 2), column_mm=st.floats(0.02, 2), calibration=st.sampled_from(Calibration)
)
GREY = GreyScale(bits_stored=12, signed=False, stored_range=(0, 4095))
SQUARE = PixelSpacing(row_mm=0.1, column_mm=0.1, calibration=Calibration.DETECTOR)


@given(points, points, spacings)
def test_a_length_is_the_same_from_both_ends_and_names_its_calibration(start, end, spacing):
    there, back = length(start, end, spacing), length(end, start, spacing)
    assert there == back
    assert there.calibration is spacing.calibration


@given(points, points, points, spacings)
def test_no_way_round_is_shorter(one, other, detour, spacing):
    direct = length(one, other, spacing).value
    assert direct <= length(one, detour, spacing).value + length(detour, other, spacing).value + 1e-6


@given(points, points)
def test_without_a_pixel_size_a_length_is_in_pixels_and_says_so(start, end):
    assert length(start, end, None).value == pytest.approx(math.dist(start, end))
    assert length(start, end, None).calibration is None


def test_unequal_sides_of_a_pixel_count_as_they_are():
    tall = PixelSpacing(row_mm=2.0, column_mm=0.5, calibration=Calibration.PATIENT)
    assert length((0, 0), (10, 0), tall).value == pytest.approx(5)
    assert length((0, 0), (0, 10), tall).value == pytest.approx(20)
    assert angle((10, 0), (0, 0), (10, 2.5), tall) == pytest.approx(45)


@given(points, points, points, spacings)
def test_the_angles_of_a_triangle_are_a_half_turn(a, b, c, spacing):
    assume(min(math.dist(a, b), math.dist(b, c), math.dist(a, c)) > 1)
    found = [angle(b, a, c, spacing), angle(a, b, c, spacing), angle(a, c, b, spacing)]
    assert sum(found) == pytest.approx(180, abs=1e-4)


def test_an_arm_without_length_has_no_angle():
    assert angle((1, 1), (1, 1), (5, 5), SQUARE) is None


def test_an_ellipse_covers_its_share_of_the_box():
    found = area((10, 10), (30, 20), SQUARE)
    assert found.value == pytest.approx(math.pi * 10 * 5 * 0.01)
    assert found.calibration is Calibration.DETECTOR
    assert area((30, 20), (10, 10), None).value == pytest.approx(math.pi * 50)


@given(st.integers(20, 90), st.integers(20, 90), st.floats(6, 18), st.floats(6, 18))
def test_the_pixels_of_an_ellipse_are_as_many_as_its_area(column, row, across, down):
    pixels = np.zeros((120, 120), np.uint16)
    found = ellipse_statistics(pixels, GREY, (column - across, row - down), (column + across, row + down))
    assert found.count == pytest.approx(math.pi * across * down, rel=0.08)


def test_mean_and_deviation_are_of_the_modality_values_inside():
    pixels = np.full((100, 100), 1000, np.uint16)
    pixels[40:60, 40:60] = np.random.default_rng(1).integers(900, 1100, (20, 20))
    grey = replace(GREY, slope=2.0, intercept=-1024.0, units="HU")
    found = ellipse_statistics(pixels, grey, (40, 40), (60, 60))
    rows, columns = np.mgrid[0:100, 0:100] + 0.5
    inside = pixels[(columns - 50) ** 2 + (rows - 50) ** 2 <= 100] * 2.0 - 1024
    assert (found.mean, found.deviation) == pytest.approx((inside.mean(), inside.std()))
    assert (found.lowest, found.highest, found.units) == (inside.min(), inside.max(), "HU")


@given(points, points)
def test_an_ellipse_anywhere_never_reads_outside_the_image(one, other):
    pixels = np.full((50, 60), 7, np.uint16)
    found = ellipse_statistics(pixels, GREY, one, other)
    assert found is None or (found.mean, found.deviation) == (7, 0)


def test_padding_is_no_tissue():
    pixels = np.array([[0, 100], [200, 0]], np.uint16)
    grey = replace(GREY, padding=(0, 0))
    assert statistics(pixels, grey).mean == 150
    assert value_at(pixels, grey, (0.5, 0.5)) is None
    assert statistics(np.zeros(4, np.uint16), grey) is None


def test_a_probe_reads_the_pixel_that_holds_the_point():
    pixels = np.arange(12, dtype=np.uint16).reshape(3, 4)
    assert value_at(pixels, GREY, (0.0, 0.0)) == 0
    assert value_at(pixels, GREY, (1.99, 2.99)) == 9
    assert value_at(pixels, GREY, (4.0, 0.0)) is None
    assert value_at(pixels, GREY, (-0.1, 0.0)) is None
