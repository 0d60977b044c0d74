"""Measuring in the viewports: by mouse and keys, the calibration named, on one image and frame only (S2, S12)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.ui.pictures import Reading, breast, ellipse, finding, loader_of, result_with, screening
from tests.ui.test_image_tools import grabbed, hover
from tests.ui.test_viewport_grid import drag
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.measure_words import measured_words
from ui.scene.raster import Pyramid
from ui.scene.scene_state import NothingDecided
from workstation.model.identity import SOPInstanceUID
from workstation.model.study import Calibration, PixelSpacing
from workstation.reading.hanging import steps_for
from workstation.reading.measure import Measurement, Tool

STUDY = screening()
LCC = STUDY.image(SOPInstanceUID("1.LCC"))
WITH_AI = Reading(study=STUDY, results=(result_with(finding(1, ellipse(LCC))),))


@pytest.fixture
def grid(qtbot):
    def make(material=WITH_AI, step="cc"):
        made = ViewportGrid(loader_of(material.study))
        qtbot.addWidget(made)
        made.resize(900, 600)
        made.show()
        made.show_step(material, next(s for s in steps_for(material) if s.name == step), NothingDecided())
        qtbot.waitUntil(lambda: not made.is_loading)
        return made

    return make


def click(viewport, at):
    drag(viewport, at, at)


def words(tool, *points, image=LCC, language="en", frame=None):
    measured = Measurement(sop_uid=image.sop_uid, frame=1, tool=tool, points=points)
    return measured_words(measured, image, Pyramid(frame or breast(image)), language)


# --- what is said


@pytest.mark.parametrize(("calibration", "how"), [
    (Calibration.DETECTOR, "at the detector"),
    (Calibration.MAGNIFICATION_CORRECTED, "corrected for magnification"),
    (Calibration.PATIENT, "in the patient"),
])  # fmt: skip
def test_every_length_in_mm_names_its_calibration(calibration, how):
    image = replace(LCC, spacing=PixelSpacing(row_mm=0.1, column_mm=0.1, calibration=calibration))
    assert words(Tool.LENGTH, (0, 0), (30, 40), image=image) == (f"5.0 mm · {how}",)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_mm_are_given_where_the_image_is_not_calibrated(language):
    bare = replace(LCC, spacing=None)
    said = [
        *words(Tool.LENGTH, (0, 0), (30, 40), image=bare, language=language),
        *words(Tool.ELLIPSE, (10, 10), (30, 40), image=bare, language=language),
        *words(Tool.ANGLE, (0, 0), (10, 10), (30, 40), image=bare, language=language),
    ]
    assert not any(" mm" in line or " мм" in line for line in said)
    assert said[0] == {"en": "50 px · not calibrated", "ru": "50 пикс. · без калибровки"}[language]


def test_an_ellipse_says_mean_deviation_and_area():
    frame = breast(LCC)
    rows, columns = np.mgrid[0 : LCC.rows, 0 : LCC.columns] + 0.5
    inside = frame.pixels[((columns - 60) / 20) ** 2 + ((rows - 250) / 30) ** 2 <= 1].astype(float)
    said = words(Tool.ELLIPSE, (40, 220), (80, 280), frame=frame)
    assert said[0] == f"mean {inside.mean():.1f} SD {inside.std():.1f} · {inside.size} px"
    assert said[1] == f"{math.pi * 20 * 30 * 0.25:.1f} mm² · at the detector"


def test_a_probe_says_value_and_place():
    frame = breast(LCC)
    assert words(Tool.PROBE, (60.4, 250.9), frame=frame) == (f"{frame.pixels[250, 60]} · column 60, row 250",)


def test_a_colour_picture_has_no_grey_values():
    frame = replace(breast(LCC), pixels=np.zeros((LCC.rows, LCC.columns, 3), np.uint8), grey=None)
    assert words(Tool.PROBE, (60, 250), frame=frame) == ("no value here",)
    assert len(words(Tool.ELLIPSE, (40, 220), (80, 280), frame=frame)) == 1


# --- by mouse


def test_a_drag_measures_from_where_it_began_to_where_it_ended(grid):
    shown = grid()
    view, size = shown.stage.view(1), shown.stage.layout.panes[1].size
    shown.measure(Tool.LENGTH)
    drag(shown._viewports[1], (60, 200), (160, 275))
    (measured,) = shown.measurements
    assert measured.points == (view.to_image(size, (60, 200)), view.to_image(size, (160, 275)))
    assert (measured.sop_uid, measured.frame) == ("1.LCC", 1)
    assert shown.stage.view(1) == view


def test_clicks_measure_an_angle(grid):
    shown = grid()
    shown.measure(Tool.ANGLE)
    for at in ((60, 200), (160, 200), (160, 300)):
        click(shown._viewports[1], at)
    (measured,) = shown.measurements
    assert measured_words(measured, LCC, shown.stage.pyramid(1), "en") == ("90.0°",)
    assert not shown._measuring.active


def test_points_on_another_image_do_not_count(grid):
    shown = grid()
    shown.measure(Tool.LENGTH)
    click(shown._viewports[1], (60, 200))
    click(shown._viewports[0], (200, 200))
    assert shown._measuring.active
    click(shown._viewports[1], (60, 260))
    assert {one.sop_uid for one in shown.measurements} == {"1.LCC"}


def test_after_measuring_the_mouse_pans_again(grid):
    shown = grid()
    shown.measure(Tool.PROBE)
    click(shown._viewports[1], (60, 200))
    before = shown.stage.view(1)
    drag(shown._viewports[1], (100, 200), (80, 220))
    assert shown.stage.view(1) != before


# --- by keys


def test_arrows_and_enter_measure_a_length(grid):
    shown = grid()
    shown.measure(Tool.LENGTH)
    for key in ("Return", *["Shift+Right"] * 3, "Right", "Return"):
        assert shown.take_key(key)
    (measured,) = shown.measurements
    (x, y), (x_, y_) = measured.points
    zoom = shown.stage.view(0).zoom
    assert (x_ - x) * zoom == pytest.approx(62 * shown.stage.scale)
    assert y_ == pytest.approx(y)


def test_tab_goes_to_the_other_image(grid):
    shown = grid()
    shown.measure(Tool.PROBE)
    first = shown._measuring.cursor[0]
    shown.take_key("Tab")
    shown.take_key("Return")
    (measured,) = shown.measurements
    assert measured.sop_uid == shown.stage.panes[1 - first].image.sop_uid


def test_delete_takes_off_the_last_and_esc_all(grid):
    shown = grid()
    for _ in range(3):
        shown.measure(Tool.PROBE)
        shown.take_key("Return")
    assert len(shown.measurements) == 3
    assert shown.take_key("Delete")
    assert len(shown.measurements) == 2
    assert shown.take_key("Esc")
    assert shown.measurements == ()
    assert not shown.take_key("Esc")
    assert not shown.take_key("Delete")


def test_esc_while_measuring_keeps_what_is_finished(grid):
    shown = grid()
    shown.measure(Tool.PROBE)
    shown.take_key("Return")
    shown.measure(Tool.LENGTH)
    shown.take_key("Return")
    shown.take_key("Esc")
    assert [one.tool for one in shown.measurements] == [Tool.PROBE]


def test_esc_in_the_room_takes_measurements_off_before_it_leaves(in_room, press, qtbot):
    room = in_room.room
    qtbot.waitUntil(lambda: not room.viewports.is_loading, timeout=20_000)
    entries = len(room.desk.session.entries)
    press("L", "Return", "Shift+Right", "Return")
    assert len(room.viewports.measurements) == 1
    press("Esc")
    assert room.viewports.measurements == ()
    assert in_room.context == "reading"
    assert len(room.desk.session.entries) == entries
    press("Esc")
    assert in_room.context == "worklist"


# --- where it is drawn


def test_a_measurement_is_drawn_on_its_own_image_in_every_pane_that_shows_it_and_nowhere_else(grid):
    shown = grid(step="ai-cc")
    before = [grabbed(viewport) for viewport in shown._viewports[:4]]
    shown.measure(Tool.LENGTH)
    drag(shown._viewports[1], (60, 200), (150, 275))
    changed = [(grabbed(view) != was).any() for view, was in zip(shown._viewports, before, strict=False)]
    assert changed == [False, True, False, True]


def test_a_measurement_comes_back_with_its_image_and_goes_with_its_study(grid):
    shown = grid()
    shown.measure(Tool.PROBE)
    shown.take_key("Return")
    steps = {step.name: step for step in steps_for(WITH_AI)}
    shown.show_step(WITH_AI, steps["mlo"], NothingDecided())
    assert not shown.take_key("Delete")
    assert len(shown.measurements) == 1
    shown.show_step(WITH_AI, steps["cc"], NothingDecided())
    assert len(shown.measurements) == 1
    shown.clear()
    assert shown.measurements == ()


def test_the_line_follows_the_cursor_before_it_is_finished(grid):
    shown = grid()
    shown.measure(Tool.LENGTH)
    click(shown._viewports[1], (60, 200))
    hover(shown._viewports[1], (100, 220))
    first = shown.measurements[-1].points[1]
    hover(shown._viewports[1], (120, 220))
    assert shown.measurements[-1].points[1] != first


def test_while_measuring_the_pane_says_how_and_that_it_is_not_kept(grid):
    shown = grid()
    shown.measure(Tool.LENGTH)
    assert "not kept with the reading" in shown._painter.hint


def test_a_click_with_an_unsteady_hand_is_one_point(grid):
    shown = grid()
    shown.measure(Tool.LENGTH)
    drag(shown._viewports[1], (60, 200), (62, 201))
    assert shown._measuring.active
