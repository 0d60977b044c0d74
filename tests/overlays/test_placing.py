"""Regions in the patient find their image and their pixels."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.overlays.made import image_of, result_with, study_of
from workstation.model.geometry import Mark, MarkRole, PatientPoint, PatientRegion, Point, Shape
from workstation.model.problem import ProblemKind
from workstation.model.study import Calibration, Image, PixelSpacing
from workstation.overlays.matching import match
from workstation.overlays.placing import distance_mm, pixel_of, place

FRAME = "2.25.9"
coordinate = st.floats(-500, 500)
angle = st.floats(-math.pi, math.pi)
spacing = st.floats(0.05, 5)


def slice_at(z: float, uid: str, **attributes: object) -> Image:
    return image_of(
        uid,
        frame_of_reference_uid=FRAME,
        image_position_mm=(-20.0, -10.0, z),
        image_orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        spacing=PixelSpacing(row_mm=0.5, column_mm=0.25, calibration=Calibration.PATIENT),
        **attributes,
    )


def point_region(*points: PatientPoint, shape: Shape = Shape.POINT) -> PatientRegion:
    return PatientRegion(frame_of_reference_uid=FRAME, shape=shape, points=points, role=MarkRole.CENTER)


def rotated(alpha: float, beta: float, gamma: float) -> tuple[PatientPoint, PatientPoint]:
    """Two unit vectors at right angles: a row's and a column's direction."""
    ca, sa, cb, sb, cg, sg = (f(x) for x in (alpha, beta, gamma) for f in (math.cos, math.sin))
    row = (cb * cg, cb * sg, -sb)
    column = (sa * sb * cg - ca * sg, sa * sb * sg + ca * cg, sa * cb)
    return row, column


def patient_point(image: Image, point: Point) -> PatientPoint:
    """PS3.3 C.7.6.2.1.1 as it stands: position plus direction times spacing times index, index 0 the first centre."""
    assert image.image_position_mm is not None
    assert image.image_orientation is not None
    assert image.spacing is not None
    row, column = image.image_orientation[:3], image.image_orientation[3:]
    across = (point[0] - 0.5) * image.spacing.column_mm
    down = (point[1] - 0.5) * image.spacing.row_mm
    x, y, z = (image.image_position_mm[axis] + row[axis] * across + column[axis] * down for axis in range(3))
    return x, y, z


@given(
    position=st.tuples(coordinate, coordinate, coordinate),
    turn=st.tuples(angle, angle, angle),
    row_mm=spacing,
    column_mm=spacing,
    point=st.tuples(st.floats(0, 4000), st.floats(0, 4000)),
)
def test_a_pixel_taken_to_the_patient_comes_back_to_itself(
    position: PatientPoint, turn: PatientPoint, row_mm: float, column_mm: float, point: Point
) -> None:
    row, column = rotated(*turn)
    image = image_of(
        "2.25.1",
        image_position_mm=position,
        image_orientation=(*row, *column),
        spacing=PixelSpacing(row_mm=row_mm, column_mm=column_mm, calibration=Calibration.PATIENT),
    )
    there = patient_point(image, point)
    assert pixel_of(there, image) == pytest.approx(point, abs=1e-6)
    assert distance_mm(there, image) == pytest.approx(0, abs=1e-6)


@given(offset=st.floats(-50, 50))
def test_the_distance_to_the_plane_is_along_its_normal(offset: float) -> None:
    image = slice_at(5, "2.25.1")
    assert distance_mm((3.0, 4.0, 5 + offset), image) == pytest.approx(offset, abs=1e-9)
    assert pixel_of((3.0, 4.0, 5 + offset), image) == pytest.approx(pixel_of((3.0, 4.0, 5.0), image))


def test_the_centre_of_the_first_pixel_is_half_a_pixel_from_its_corner() -> None:
    assert pixel_of((-20.0, -10.0, 5.0), slice_at(5, "2.25.1")) == (0.5, 0.5)
    assert pixel_of((-19.75, -9.0, 5.0), slice_at(5, "2.25.1")) == (1.5, 2.5)


def test_a_region_goes_to_the_nearest_slice() -> None:
    slices = [slice_at(z, f"2.25.{number}") for number, z in enumerate((0.0, 2.0, 4.0), start=1)]
    placed = place(point_region((-20.0, -10.0, 2.9)), slices)
    assert isinstance(placed, Mark)
    assert (placed.sop_uid, placed.points, placed.role) == ("2.25.2", ((0.5, 0.5),), MarkRole.CENTER)


def test_a_region_between_or_outside_the_slices_or_across_them_is_placed_nowhere() -> None:
    slices = [slice_at(0, "2.25.1"), slice_at(2, "2.25.2")]
    assert "plane of no image" in str(place(point_region((0.0, 0.0, 3.2)), slices))
    across = point_region((0.0, 0.0, 0.0), (0.0, 0.0, 2.0), shape=Shape.POLYLINE)
    assert "plane of no image" in str(place(across, slices))


def test_a_region_of_another_frame_of_reference_is_placed_nowhere() -> None:
    other = slice_at(0, "2.25.1", frames=1)
    elsewhere = PatientRegion(frame_of_reference_uid="2.25.99", shape=Shape.POINT, points=((0.0, 0.0, 0.0),))
    assert "frame of reference" in str(place(elsewhere, [other]))
    assert "frame of reference" in str(place(point_region((0.0, 0.0, 0.0)), [slice_at(0, "2.25.1", frames=5)]))


def test_matching_draws_a_placed_region_and_lists_one_that_is_not() -> None:
    here, nowhere = point_region((-10.0, 0.0, 5.0)), point_region((-10.0, 0.0, 50.0))
    matched = match(result_with(regions=(here, nowhere)), study_of(slice_at(5, "2.25.1")))
    (finding,) = matched.findings
    assert [(mark.sop_uid, mark.points) for mark in finding.marks] == [("2.25.1", ((40.5, 20.5),))]
    assert [problem.kind for problem in finding.problems] == [ProblemKind.NOT_DRAWABLE]
