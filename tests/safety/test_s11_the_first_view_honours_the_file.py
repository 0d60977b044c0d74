"""S11, on the screen: VOI, MONOCHROME1, padding and orientation as the file says; lossy and raw images say so."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from tests.ui.pictures import Reading, grey_frame, mammogram, study_of
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.look import lut_of
from ui.scene.raster import Pyramid, RasterPlane
from ui.scene.scene_state import NothingDecided, ViewIntent, resolve
from ui.scene.stage import Stage
from workstation.dicom.grey import Lut, Voi, VoiFunction
from workstation.model.study import PresentationIntent
from workstation.reading.hanging import steps_for

STORED = np.tile(np.arange(416, dtype=np.uint16) * 9, (512, 1))


def first_view(image, frame, size=(416, 512)) -> np.ndarray:
    """The picture that a reader meets first, before any act, at 1:1 when the pane has the image's size."""
    material = Reading(study=study_of(image))
    step = next(step for step in steps_for(material) if step.name == "cc")
    pane = next(index for index, pane in enumerate(step.panes) if pane.image is not None)
    stage = Stage()
    stage.resize((size[0] * 2, size[1]), 1.0)
    stage.show(resolve(step, material, NothingDecided(), ViewIntent()), {(image.sop_uid, 1): Pyramid(frame)})
    plane = RasterPlane()
    plane.set_pyramid(stage.pyramid(pane))
    return plane.paint(stage.view(pane), size, lut_of(stage.look(pane), frame.grey))


def plain(name="LCC", **changes):
    """A mammogram that is fitted whole, so that its pixels can be counted."""
    return mammogram(name, modality="MG", **changes)


def whole_tissue(**grey) -> object:
    return grey_frame(STORED, **grey)


def test_the_files_first_window_is_the_first_view():
    frame = whole_tissue(vois=(Voi(name="A", center=1000.0, width=600.0), Voi(name="B", center=100.0, width=50.0)))
    shown = first_view(plain(), frame)
    values = STORED[0].astype(float)
    expected = np.floor(np.clip((values - 999.5) / 599 + 0.5, 0, 1) * 255 + 0.5)
    assert np.array_equal(np.unique(shown), np.unique(expected))


def test_a_sigmoid_is_not_shown_as_a_straight_line():
    voi = Voi(function=VoiFunction.SIGMOID, center=1800.0, width=900.0)
    shown = first_view(plain(), whole_tissue(vois=(voi,)))
    sigmoid = np.floor(255 / (1 + np.exp(-4 * (STORED[0] - 1800.0) / 900.0)) + 0.5).astype(np.uint8)
    assert set(np.unique(shown)) == set(np.unique(sigmoid))


def test_a_voi_table_is_used_as_it_stands():
    table = Lut(first=0, bits=8, entries=tuple(int(255 * (index / 3743) ** 2) for index in range(3744)))
    shown = first_view(plain(), whole_tissue(vois=(Voi(function=VoiFunction.TABLE, table=table),)))
    expected = np.array([table.entries[value] for value in STORED[0]], np.uint8)
    assert set(np.unique(shown)) == set(np.unique(expected))


def test_monochrome1_is_dark_where_values_are_high():
    shown = first_view(plain(), whole_tissue(photometric="MONOCHROME1", inverted=True))
    assert shown[256, 20] > 200
    assert shown[256, 400] < 60


def test_padding_is_black_and_not_part_of_the_range():
    stored = STORED.copy()
    stored[:, 300:] = 4095
    shown = first_view(plain(), grey_frame(stored, padding=(4095, 4095), stored_range=(0, 2691)))
    assert shown[:, 320:].max() == 0


@pytest.mark.parametrize(("name", "orientation", "chest_wall"), [
    ("LCC", ("A", "R"), "left"), ("LCC", ("P", "R"), "left"),
    ("RCC", ("P", "L"), "right"), ("RCC", ("A", "L"), "right"),
])  # fmt: skip
def test_the_chest_wall_stands_where_it_belongs_however_the_image_is_stored(name, orientation, chest_wall):
    """Values are highest at the chest wall, at the stored end that Patient Orientation calls posterior."""
    towards_posterior = orientation[0] == "P"
    stored = STORED if towards_posterior else STORED[:, ::-1].copy()
    shown = first_view(plain(name, patient_orientation=orientation), grey_frame(stored)).astype(int)
    left, right = shown[256, 5], shown[256, -6]
    assert (left > right) == (chest_wall == "left")


@pytest.mark.parametrize(("changes", "said"), [
    ({"lossy": True}, "Lossy compression"),
    ({"presentation_intent": PresentationIntent.FOR_PROCESSING}, "For processing, not for presentation"),
])  # fmt: skip
def test_an_image_that_limits_reading_says_so(changes, said):
    material = Reading(study=study_of(mammogram("LCC", **changes)))
    for step in steps_for(material):
        scene = resolve(step, material, NothingDecided(), ViewIntent())
        assert said in scene.texts


def test_the_window_shows_the_first_view_without_any_act(qtbot):
    """Through the real viewports: the middle of the pane has the grey that the file asks for."""
    image = mammogram("LCC")
    frame = grey_frame(np.full((512, 416), 1500, np.uint16), vois=(Voi(center=1500.0, width=2000.0),))
    material = Reading(study=study_of(image, replace(mammogram("RCC"))))

    def load(_sop_uid, _frame):
        future: Future = Future()
        future.set_result(frame)
        return future

    grid = ViewportGrid(load)
    qtbot.addWidget(grid)
    grid.resize(800, 500)
    grid.show()
    grid.show_step(material, next(step for step in steps_for(material) if step.name == "cc"), NothingDecided())
    qtbot.waitUntil(lambda: not grid.is_loading)
    color = grid.grab().toImage().pixelColor(500, 300)
    assert (color.red(), color.green(), color.blue()) == (128, 128, 128)
