"""Pixels on the screen: the standard's formula at 1:1, no single pixel lost or invented when smaller (spike.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ui.scene
from tests.ui.pictures import breast, grey_frame, mammogram
from ui.scene.look import Look, lut_of
from ui.scene.raster import Pyramid, RasterPlane
from ui.scene.view import ViewTransform, fit, pan
from workstation.dicom.grey import Voi, VoiFunction
from workstation.dicom.pixels import Frame
from workstation.reading.orientation import AS_STORED, HALF_TURN, MIRRORED, TURNS

SIZE = (300, 220)
WHOLE = (Voi(center=8192.0, width=16384.0),)


def noise(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 2**14, (rows, columns)).astype(np.uint16)


def painted(frame: Frame, view: ViewTransform, size=SIZE, look: Look | None = None) -> np.ndarray:
    plane = RasterPlane()
    plane.set_frame(frame)
    return plane.paint(view, size, lut_of(look or Look(), frame.grey) if frame.grey else None)


def linear(stored: np.ndarray, center: float, width: float) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1, written down once more, to 0-255 with halves rounded up."""
    levels = np.clip((stored.astype(np.float64) - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255
    return np.floor(levels + 0.5).astype(np.uint8)


@pytest.mark.parametrize(("center", "width"), [(8192.0, 16384.0), (6000.0, 400.0)])
def test_at_one_to_one_every_pixel_is_what_the_standard_says(center, width):
    pixels = noise(700, 900)
    frame = grey_frame(pixels, bits_stored=14, vois=(Voi(center=center, width=width),))
    shown = painted(frame, ViewTransform(center=(450.0, 350.0), zoom=1.0))
    assert np.count_nonzero(shown != linear(pixels[240:460, 300:600], center, width)) == 0


@pytest.mark.parametrize("turn", TURNS)
def test_at_one_to_one_a_turned_image_keeps_every_pixel(turn):
    pixels = noise(120, 120)
    shown = painted(
        grey_frame(pixels, bits_stored=14, vois=WHOLE),
        ViewTransform(center=(60.0, 60.0), zoom=1.0, turn=turn),
        (120, 120),
    )
    y, x = np.mgrid[0:120, 0:120] - 59.5
    right, down = turn.undo(1.0, 0.0), turn.undo(0.0, 1.0)
    columns = (x * right[0] + y * down[0] + 59.5).astype(int)
    rows = (x * right[1] + y * down[1] + 59.5).astype(int)
    assert np.array_equal(shown, linear(pixels[rows, columns], 8192.0, 16384.0))


def test_at_two_to_one_values_are_interpolated_between_pixel_centres():
    pixels = noise(64, 64)
    frame = grey_frame(pixels, bits_stored=14, vois=WHOLE)
    shown = painted(frame, ViewTransform(center=(32.0, 32.0), zoom=2.0), (128, 128))[2:-2, 2:-2]
    at = (np.arange(128) + 0.5) / 2 - 0.5
    low = np.floor(at).astype(int).clip(0, 62)
    share = at - low
    vertical = pixels[low] * (1 - share)[:, None] + pixels[low + 1] * share[:, None]
    both = vertical[:, low] * (1 - share)[None, :] + vertical[:, low + 1] * share[None, :]
    expected = linear(both, 8192.0, 16384.0)[2:-2, 2:-2]
    assert np.abs(shown.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("zoom", [0.2, 0.23, 0.26, 0.29, 0.4, 0.57, 0.71, 0.9])
def test_smaller_than_its_pixels_an_image_does_not_alias(zoom):
    pixels = noise(2048, 2048)
    frame = grey_frame(pixels, bits_stored=14, vois=WHOLE)
    shown = painted(frame, ViewTransform(center=(1024.0, 1024.0), zoom=zoom), (400, 400))
    box_mean_sd = linear(pixels, 8192.0, 16384.0).std() * zoom
    assert shown.std() / box_mean_sd <= 1.2


def test_a_bright_speck_is_seen_wherever_it_lies_when_the_image_is_small():
    seen = []
    for offset in range(8):
        pixels = np.zeros((512, 512), np.uint16)
        pixels[200 + offset : 202 + offset, 203 + offset : 205 + offset] = 4095
        seen.append(painted(grey_frame(pixels), ViewTransform(center=(256.0, 256.0), zoom=0.26), (140, 140)).max())
    assert min(seen) >= 10


@settings(max_examples=25)
@given(st.floats(0.1, 3.0), st.floats(50, 350), st.floats(50, 250), st.sampled_from(TURNS))
def test_the_image_lies_where_its_view_says_and_the_rest_is_black(zoom, column, row, turn):
    pixels = np.full((300, 400), 4095, np.uint16)
    view = ViewTransform(center=(column, row), zoom=zoom, turn=turn)
    shown = painted(grey_frame(pixels), view)
    assert shown.shape == (SIZE[1], SIZE[0])
    for x, y in ((0, 0), (SIZE[0] - 1, SIZE[1] - 1), (SIZE[0] // 2, SIZE[1] // 2), (17, 203)):
        image_column, image_row = view.to_image(SIZE, (x + 0.5, y + 0.5))
        margin = min(image_column, 400 - image_column, image_row, 300 - image_row)
        if abs(margin) > 1e-6:
            assert shown[y, x] == (255 if margin > 0 else 0)


@pytest.mark.parametrize("zoom", [1.0, 0.37])
def test_signed_pixels_are_shown_as_they_are_meant(zoom):
    pixels = np.linspace(-1000, 1000, 400 * 300).reshape(300, 400).astype(np.int16)
    frame = grey_frame(pixels, vois=(Voi(function=VoiFunction.LINEAR_EXACT, center=0.0, width=2000.0),))
    shown = painted(frame, ViewTransform(center=(200.0, 150.0), zoom=zoom), (100, 80))
    assert abs(int(shown[40, 50]) - 128) <= 2
    assert shown[0].mean() < shown[40, 50] < shown[-1].mean()


def test_colours_are_shown_as_they_are():
    pixels = np.zeros((80, 100, 3), np.uint8)
    pixels[:, :50] = (200, 30, 10)
    shown = painted(Frame(pixels, None), ViewTransform(center=(50.0, 40.0), zoom=1.0), (100, 80))
    assert tuple(shown[40, 10]) == (200, 30, 10)
    assert tuple(shown[40, 90]) == (0, 0, 0)


@pytest.mark.parametrize("zoom", [1.0, 0.3, 1.7])
def test_padding_is_black_and_draws_no_line_into_the_tissue(zoom):
    """Padding of 65535 averaged with tissue would shine along the breast's edge."""
    pixels = np.full((400, 400), 1000, np.uint16)
    pixels[:, 200:] = 65535
    frame = grey_frame(pixels, padding=(65535, 65535), stored_range=(1000, 1000))
    shown = painted(frame, ViewTransform(center=(200.0, 200.0), zoom=zoom), (100, 100))
    tissue = linear(np.array([1000]), 2048.0, 4096.0)[0]
    assert set(np.unique(shown)) == {0, tissue}


def test_padding_stays_black_when_inverted():
    pixels = np.full((100, 100), 500, np.uint16)
    pixels[:, 50:] = 0
    frame = grey_frame(pixels, padding=(0, 0), stored_range=(500, 500))
    shown = painted(frame, ViewTransform(center=(50.0, 50.0), zoom=1.0), (100, 100), Look(inverted=True))
    assert shown[:, 50:].max() == 0
    assert shown[:, :50].min() > 200


@pytest.mark.parametrize("name", ["RCC", "LCC"])
def test_the_box_of_the_tissue_is_the_breast(name):
    frame = breast(mammogram(name))
    left, top, right, bottom = Pyramid(frame).tissue_box(lut_of(Look(), frame.grey))
    rows, columns = np.nonzero(frame.pixels)
    assert left <= columns.min() <= left + 20
    assert right - 20 <= columns.max() + 1 <= right
    assert top <= rows.min() <= top + 20
    assert bottom - 20 <= rows.max() + 1 <= bottom


def test_a_marker_beside_the_breast_does_not_count_as_tissue():
    frame = breast(mammogram("LCC"))
    pixels = frame.pixels.copy()
    pixels[5:40, 380:410] = 4000
    assert Pyramid(grey_frame(pixels)).tissue_box(lut_of(Look(), frame.grey))[2] < 300


def test_an_image_without_a_breast_is_fitted_whole():
    frame = grey_frame(np.zeros((200, 100), np.uint16))
    assert Pyramid(frame).tissue_box(lut_of(Look(), frame.grey)) == (0.0, 0.0, 100.0, 200.0)


def test_padding_does_not_count_as_tissue():
    pixels = np.zeros((400, 400), np.uint16)
    pixels[100:300, 0:200] = 1500
    frame = grey_frame(pixels, padding=(0, 0), stored_range=(1500, 1500), vois=(Voi(center=900.0, width=1000.0),))
    assert Pyramid(frame).tissue_box(lut_of(Look(), frame.grey))[2] < 260


def test_without_a_frame_there_is_the_ground():
    assert RasterPlane().paint(ViewTransform(center=(0.0, 0.0), zoom=1.0), (40, 30), None).max() == 0


@pytest.mark.parametrize("turn", [AS_STORED, MIRRORED, HALF_TURN])
def test_an_image_outside_its_pane_is_the_ground(turn):
    frame = grey_frame(noise(50, 50))
    assert painted(frame, ViewTransform(center=(5000.0, 5000.0), zoom=1.0, turn=turn)).max() == 0


def test_oblong_pixels_are_shown_in_their_true_shape():
    view = fit((0.0, 0.0, 100.0, 100.0), (400, 400), aspect=2.0)
    shown = painted(grey_frame(np.full((100, 100), 4095, np.uint16)), view, (400, 400))
    assert (shown.max(axis=0) > 0).sum() == 200
    assert (shown.max(axis=1) > 0).sum() == 400


def test_the_scene_has_no_widgets():
    """`ui.scene` must be testable off screen and reusable by another maker: no QtWidgets, no panes."""
    for file in Path(ui.scene.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if "QtWidgets" in name or name.startswith("ui.panes")], file.name


@settings(max_examples=25)
@given(
    st.sampled_from([0.4, 1.0, 1.7]),
    st.sampled_from(TURNS),
    st.lists(st.tuples(st.integers(-200, 200), st.integers(-200, 200)), min_size=1, max_size=6),
)
def test_a_panned_image_is_the_image_painted_anew(zoom, turn, moves):
    """While panning the picture is not made anew; it must not be another one."""
    frame = grey_frame(noise(300, 400), bits_stored=14, vois=WHOLE, padding=(0, 300) if zoom == 1 else None)
    lut = lut_of(Look(), frame.grey)
    plane = RasterPlane()
    plane.set_frame(frame)
    view = ViewTransform(center=(200.5, 150.0), zoom=zoom, turn=turn)
    plane.paint(view, SIZE, lut)
    for right, down in moves:
        view = pan(view, right, down)
        seen = plane.paint(view, SIZE, lut).astype(int)
        assert np.abs(seen - painted(frame, view)).max() <= (0 if zoom == 1 else 1)


def test_a_new_window_after_a_pan_changes_the_whole_picture():
    frame = grey_frame(noise(600, 600), bits_stored=14, vois=WHOLE)
    plane = RasterPlane()
    plane.set_frame(frame)
    view = ViewTransform(center=(300.0, 300.0), zoom=1.0)
    for moved in (view, pan(view, 9, 5), pan(view, 12, 8)):
        plane.paint(moved, SIZE, lut_of(Look(), frame.grey))
        inverted = plane.paint(moved, SIZE, lut_of(Look(inverted=True), frame.grey))
        assert np.array_equal(inverted, painted(frame, moved, look=Look(inverted=True)))
