"""The tour at 1:1, the magnifier, true size and the windows by name, as the reader uses them."""

from __future__ import annotations

import math
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent

from tests.ui.pictures import Reading, breast, ellipse, finding, grey_frame, loader_of, mammogram, result_with

from tests.ui.pictures import screening, study_of  # isort: skip
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.annotations import Detail
from ui.scene.lens import lens_view
from ui.scene.look import Look, lut_of, offered
from ui.scene.raster import Pyramid, RasterPlane
from ui.scene.scene_state import NothingDecided
from ui.scene.screen import ScreenScale
from ui.scene.status import magnification_words, status_lines, window_choices, window_words
from workstation.dicom.grey import GreyScale, Voi
from workstation.model.study import Calibration, PixelSpacing, Technique
from workstation.reading.hanging import steps_for

STUDY = screening()
WITH_AI = Reading(study=STUDY, results=(result_with(finding(1, ellipse(STUDY.image("1.LCC")))),))
SCREEN = ScreenScale(0.2)


@pytest.fixture
def grid(qtbot):
    def make(material=WITH_AI, step="cc", loader=None, size=(420, 300)):
        made = ViewportGrid(loader or loader_of(material.study))
        qtbot.addWidget(made)
        made.resize(*size)
        made.show()
        made.show_step(material, next(s for s in steps_for(material) if s.name == step), NothingDecided())
        qtbot.waitUntil(lambda: not made.is_loading)
        return made

    return make


def hover(viewport, at):
    none = Qt.MouseButton.NoButton
    viewport.mouseMoveEvent(
        QMouseEvent(QEvent.Type.MouseMove, QPointF(*at), QPointF(*at), none, none, Qt.KeyboardModifier.NoModifier)
    )


def grabbed(widget) -> np.ndarray:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : picture.width() * 3].reshape(picture.height(), picture.width(), 3)[..., 0].copy()


# --- the tour at 1:1


def test_the_tour_goes_over_all_panes_at_one_to_one_and_ends_fitted(grid):
    shown = grid()
    fitted = [shown.stage.view(index) for index in range(2)]
    shown.tour(1)
    _, total = shown.stage.tour_stop(0)
    for number in range(1, total + 1):
        assert [shown.stage.tour_stop(index) for index in range(2)] == [(number, total)] * 2
        assert all(shown.stage.view(index).exact for index in range(2))
        shown.tour(1)
    assert [shown.stage.view(index) for index in range(2)] == fitted
    assert shown.stage.tour_stop(0) is None


def test_the_tour_goes_back_as_it_came(grid):
    shown = grid()
    shown.tour(1)
    first = shown.stage.view(0)
    shown.tour(1)
    shown.tour(-1)
    assert shown.stage.view(0) == first
    shown.tour(-1)
    assert not shown.stage.view(0).exact


def test_the_tour_shows_both_breasts_as_mirror_images(grid):
    shown = grid()
    columns = STUDY.image("1.RCC").columns
    shown.tour(1)
    for _ in range(shown.stage.tour_stop(0)[1]):
        right, left = (shown.stage.view(index).center for index in range(2))
        assert right[0] == pytest.approx(columns - left[0], abs=1.5)
        assert right[1] == pytest.approx(left[1], abs=1.5)
        shown.tour(1)


def test_a_part_says_which_it_is_until_the_image_is_moved(grid):
    shown = grid()
    shown.tour(1)
    total = shown.stage.tour_stop(0)[1]
    assert magnification_words(shown.stage, 0, "en") == (f"1:1 · part 1 of {total}",)
    shown.stage.pan(0, 20, 0)
    assert magnification_words(shown.stage, 0, "en") == ("1:1",)
    shown.tour(1)
    assert magnification_words(shown.stage, 0, "en") == (f"1:1 · part 2 of {total}",)


def test_the_tour_survives_another_size_of_the_window(grid):
    shown = grid()
    shown.tour(-1)
    shown.resize(900, 700)
    assert shown.stage.tour_stop(0) is not None
    assert shown.stage.view(0).exact


# --- the magnifier


def test_the_magnifier_shows_the_same_point_of_the_image_in_original_and_overlay(grid):
    shown = grid(step="ai-cc", size=(1200, 500))
    before = [grabbed(viewport) for viewport in shown._viewports[:4]]
    hover(shown._viewports[1], (120, 250))
    shown.toggle_magnifier()
    changed = [np.argwhere(grabbed(viewport) != was) for viewport, was in zip(shown._viewports, before, strict=False)]
    assert [bool(len(where)) for where in changed] == [False, True, False, True]
    lens = shown._painter.lens
    for index in (1, 3):
        x, y = shown.stage.view(index).to_screen(shown.stage.layout.panes[index].size, lens.at)
        assert (x, y) == pytest.approx((120, 250), abs=1e-6)


def test_the_magnifier_is_the_image_planes_own_picture_at_twice_the_zoom(grid):
    shown = grid(step="cc", size=(1200, 600))
    hover(shown._viewports[1], (150, 300))
    shown.toggle_magnifier()
    lens, pyramid = shown._painter.lens, shown.stage.pyramid(1)
    side = lens.side(shown.stage.scale)
    plane = RasterPlane()
    plane.set_pyramid(pyramid)
    view = lens_view(shown.stage.view(1), lens)
    assert view.zoom == pytest.approx(2 * shown.stage.view(1).zoom)
    expected = plane.paint(view, (side, side), lut_of(Look(), pyramid.frame.grey))
    left, top = round(150 - side / 2), round(300 - side / 2)
    inside = np.s_[20:-20, 20:-20]
    assert np.array_equal(grabbed(shown._viewports[1])[top : top + side, left : left + side][inside], expected[inside])


def test_the_magnifier_follows_the_cursor_and_goes_away(grid):
    shown = grid()
    hover(shown._viewports[0], (50, 50))
    shown.toggle_magnifier()
    first = shown._painter.lens.at
    hover(shown._viewports[0], (90, 60))
    assert shown._painter.lens.at != first
    shown.toggle_magnifier()
    assert shown._painter.lens is None


def test_without_a_mouse_the_magnifier_lies_in_the_middle(grid):
    shown = grid()
    shown.toggle_magnifier()
    assert shown._painter.lens.at == pytest.approx(shown.stage.view(0).center)


# --- true size


def test_true_size_shows_a_centimetre_as_a_centimetre(grid):
    shown = grid()
    assert shown.true_size(SCREEN) == ()
    view, size = shown.stage.view(0), shown.stage.layout.panes[0].size
    ten_mm = [view.to_screen(size, (column, 100.0)) for column in (100.0, 100.0 + 10 / 0.5)]
    assert math.dist(*ten_mm) * SCREEN.mm_per_pixel == pytest.approx(10)


def test_at_true_size_the_chest_wall_stays_at_its_edge(grid):
    shown = grid(size=(1600, 1200))
    shown.true_size(ScreenScale(0.6))
    size = shown.stage.layout.panes[1].size
    assert shown.stage.view(1).zoom < shown.stage._fitted(1, None).zoom
    assert shown.stage.view(1).to_screen(size, (0.0, 200.0))[0] == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("calibration", "words"), [
    (Calibration.DETECTOR, ("true size · at the detector", "screen not calibrated")),
    (Calibration.MAGNIFICATION_CORRECTED,
     ("true size · corrected for magnification", "screen not calibrated")),
])  # fmt: skip
def test_true_size_says_how_it_is_known(grid, calibration, words):
    spacing = PixelSpacing(row_mm=0.5, column_mm=0.5, calibration=calibration)
    study = study_of(*(mammogram(name, spacing=spacing) for name in ("RCC", "LCC")))
    shown = grid(Reading(study=study))
    shown.true_size(SCREEN)
    assert magnification_words(shown.stage, 0, "en") == words
    shown.fit()
    assert magnification_words(shown.stage, 0, "en")[0].startswith("×")


def test_an_image_without_a_stated_pixel_size_stays_and_is_named(grid):
    study = study_of(mammogram("RCC", spacing=None), mammogram("LCC"))
    shown = grid(Reading(study=study))
    before = [shown.stage.view(index) for index in range(2)]
    assert shown.true_size(SCREEN) == ("R CC",)
    assert shown.stage.view(0) == before[0]
    assert shown.stage.view(1) != before[1]


def test_where_true_size_is_not_possible_a_notice_says_why(in_room, press, monkeypatch, qtbot):
    room = in_room.room
    qtbot.waitUntil(lambda: not room.viewports.is_loading, timeout=20_000)
    monkeypatch.setattr(room.images, "screen_scale", lambda: None)
    press("T")
    assert room.desk.notices.notices[-1].message.startswith("True size is not possible")
    assert room.viewports.stage.shown_true(0) is None
    monkeypatch.setattr(room.images, "screen_scale", lambda: SCREEN)
    press("T")
    assert room.viewports.stage.shown_true(0) == SCREEN


def test_q_and_g_work_in_the_room(in_room, press, qtbot):
    room = in_room.room
    qtbot.waitUntil(lambda: not room.viewports.is_loading, timeout=20_000)
    press("Q")
    assert room.viewports.stage.tour_stop(0)[0] == 1
    press("Shift+Q", "G")
    assert room.viewports.stage.tour_stop(0) is None
    assert room.viewports._painter.lens is not None


# --- windows by name


def test_the_windows_are_offered_by_digit_and_name_and_the_active_one_stands_out(grid):
    vois = (Voi(name="NORMAL", center=2048.0, width=4096.0), Voi(name="HARD", center=1500.0, width=800.0), Voi())
    grey = grey_frame(breast(STUDY.image("1.RCC")).pixels, vois=vois).grey
    look = Look().chosen(1, grey)
    assert window_choices(look, grey, "en") == (
        ("1 NORMAL", False), ("2 HARD", True), ("3 of the file", False), ("4 full range", False),
    )  # fmt: skip
    assert window_words(look, grey, "en") == "HARD  W 800  L 1500"
    own = look.windowed(grey, shift=0.1, stretch=1.0)
    assert not any(active for _, active in window_choices(own, grey, "en"))
    assert window_words(own, grey, "ru").startswith("своё")


def test_a_window_name_from_the_file_stays_on_one_short_line():
    grey = GreyScale(
        bits_stored=12, signed=False, stored_range=(0, 9), vois=(Voi(name="A\nB" * 40, center=1, width=2),)
    )
    assert "\n" not in window_words(Look(), grey, "en")
    assert len(window_words(Look(), grey, "en")) < 50


def test_hounsfield_units_bring_the_customary_windows_after_the_files_own():
    grey = GreyScale(bits_stored=12, signed=True, stored_range=(-1000, 900), units="HU", vois=(Voi(center=1, width=2),))
    names = [words for words, _ in window_choices(Look(), grey, "en")]
    assert names[:4] == ["1 of the file", "2 full range", "3 lung", "4 soft tissue"]
    assert Look().chosen(2, grey).voi(grey).center == -600
    assert offered(replace(grey, units="")) == offered(grey)[:2]


def test_a_colour_picture_offers_no_windows(grid):
    def load(sop_uid, _frame):
        future: Future = Future()
        frame = breast(STUDY.image(sop_uid))
        future.set_result(replace(frame, pixels=np.zeros((*frame.pixels.shape, 3), np.uint8), grey=None))
        return future

    shown = grid(loader=load)
    shown.toggle_magnifier()
    assert isinstance(shown.stage.pyramid(0), Pyramid)
    assert grabbed(shown).shape == (300, 420)


# --- how much the panes say


def words_of(shown) -> list[str]:
    return [line.text for line in shown.stage.panes[0].lines]


def test_annotations_have_three_levels_and_the_view_is_named_at_each(grid):
    technique = Technique(kvp=29, manufacturer="Maker", model="M1", institution="Clinic 7", angle_deg=45)
    study = study_of(mammogram("RCC", technique=technique, lossy=True), mammogram("LCC"))
    shown = grid(Reading(study=study))
    assert words_of(shown) == ["R CC", "18.11.2026 10:42:08", "29 kV", "45°"], "quiet at first"
    assert len(status_lines(shown.stage, 0, "en")) == 1
    shown.next_detail()
    assert words_of(shown) == ["R CC"]
    assert status_lines(shown.stage, 0, "en") == ()
    assert shown.stage.panes[0].edges == ("A", "R", "P", "L")
    assert [line.text for line in shown.stage.panes[0].warnings] == ["Lossy compression"]
    shown.next_detail()
    assert words_of(shown) == ["R CC", "18.11.2026 10:42:08", "29 kV", "45°", "Maker M1", "Clinic 7"]
    assert len(status_lines(shown.stage, 0, "en")) == 2
    shown.next_detail()
    assert len(words_of(shown)) == 4


def test_the_level_stays_with_the_reader_and_the_patient_is_always_named(in_room, press):
    press("H", "Space")
    assert in_room.room.viewports.scene.detail is Detail.NONE
    assert in_room.room.banner.isVisible()
