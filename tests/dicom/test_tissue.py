"""Where the breast is, by the picture alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.pictures import breast, grey_frame, mammogram
from workstation.dicom.inspection import inspect
from workstation.dicom.pixels import Frame, decode_frame
from workstation.dicom.tissue import chest_wall_side

LEFT_BREAST = breast(mammogram("LCC")).pixels
"""Its chest wall lies at the left of the array."""


@given(st.integers(0, 3), st.booleans())
def test_the_side_moves_with_the_pixels(quarters, flipped):
    pixels = np.rot90(LEFT_BREAST, quarters)
    pixels = np.flipud(pixels) if flipped else pixels
    side = {0: (-1, 0), 1: (0, 1), 2: (1, 0), 3: (0, -1)}[quarters]
    expected = (side[0], -side[1]) if flipped else side
    assert chest_wall_side(grey_frame(np.ascontiguousarray(pixels))) == expected


@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
def test_noise_and_a_marker_in_the_air_change_nothing(seed, loudness):
    noise = np.random.default_rng(seed).integers(0, loudness + 1, LEFT_BREAST.shape)
    pixels = (LEFT_BREAST + noise).astype(np.uint16)
    pixels[20:60, 340:400] = 4095
    assert chest_wall_side(grey_frame(pixels)) == (-1, 0)


def test_a_picture_with_bright_zeros_is_told_alike():
    inverted = grey_frame((4095 - LEFT_BREAST).astype(np.uint16), inverted=True, photometric="MONOCHROME1")
    assert chest_wall_side(inverted) == (-1, 0)


def test_padding_is_air():
    pixels = np.where(LEFT_BREAST == 0, 4095, LEFT_BREAST).astype(np.uint16)
    assert chest_wall_side(grey_frame(pixels, padding=(4095, 4095))) == (-1, 0)


def test_a_colour_picture_is_told_alike():
    grey = (LEFT_BREAST // 16).astype(np.uint8)
    assert chest_wall_side(Frame(np.dstack([grey] * 3), None)) == (-1, 0)


@pytest.mark.parametrize("pixels", [
    np.zeros((200, 160), np.uint16), np.full((200, 160), 900, np.uint16), np.zeros((1, 2), np.uint16),
    np.pad(np.full((60, 60), 2000, np.uint16), 80), np.pad(np.full((90, 200), 2000, np.uint16), ((60, 60), (0, 0))),
])  # fmt: skip
def test_where_the_picture_does_not_tell_nothing_is_claimed(pixels):
    """Air, a full field, a sliver, a specimen in the middle, tissue from edge to edge."""
    assert chest_wall_side(grey_frame(pixels)) is None


def test_real_mammograms_of_four_makers_lie_as_their_laterality_says(real_data):
    told = 0
    for path in sorted(path for path in (real_data / "mammography").rglob("*") if path.is_file()):
        image, frame = inspect(path).study.images[0], decode_frame(path)
        side = chest_wall_side(replace(frame))
        if side is not None:
            told += 1
            assert side == {"R": (1, 0), "L": (-1, 0)}[image.laterality.value], path.name
    assert told >= 6
