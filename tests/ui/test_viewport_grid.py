"""The viewports as the reader uses them: linked, late frames dropped, decoding errors shown, marks drawn by hand."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent

from tests.ui.pictures import (
    DAY,
    Reading,
    breast,
    ellipse,
    finding,
    grey_frame,
    loader_of,
    mammogram,
    result_with,
    screening,
    study_of,
)
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.overlay_painter import paint_overlay, transparent
from ui.scene.scene_state import NothingDecided
from ui.scene.status import status_lines
from workstation.base.errors import BadInputError, StoreError
from workstation.dicom.grey import Voi
from workstation.model.geometry import Shape
from workstation.model.identity import FindingID
from workstation.reading.hanging import steps_for

STUDY = screening()
LCC = STUDY.image("1.LCC")
WITH_AI = Reading(study=STUDY, results=(result_with(finding(1, ellipse(LCC))),))


def step_of(material: Reading, name: str):
    return next(step for step in steps_for(material) if step.name == name)


@pytest.fixture
def grid(qtbot):
    def make(material=WITH_AI, step="ai-cc", loader=None, wait=True):
        made = ViewportGrid(loader or loader_of(material.study))
        qtbot.addWidget(made)
        made.resize(900, 600)
        made.show()
        made.show_step(material, step_of(material, step), NothingDecided())
        if wait:
            qtbot.waitUntil(lambda: not made.is_loading)
        return made

    return make


def grabbed(widget) -> np.ndarray:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return rows[:, : picture.width() * 3].reshape(picture.height(), picture.width(), 3).copy()


def drag(viewport, begin, end, button=Qt.MouseButton.LeftButton, between=()):
    for kind, at, pressed in [
        (QEvent.Type.MouseButtonPress, begin, button), *((QEvent.Type.MouseMove, at, button) for at in (*between, end)),
        (QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton),
    ]:  # fmt: skip
        which = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else button
        event = QMouseEvent(kind, QPointF(*at), QPointF(*at), which, pressed, Qt.KeyboardModifier.NoModifier)
        {QEvent.Type.MouseButtonPress: viewport.mousePressEvent, QEvent.Type.MouseMove: viewport.mouseMoveEvent,
         QEvent.Type.MouseButtonRelease: viewport.mouseReleaseEvent}[kind](event)  # fmt: skip


def wheel(viewport, at, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    delta = QPoint(0, 120 * notches)
    viewport.wheelEvent(QWheelEvent(QPointF(*at), QPointF(*at), QPoint(), delta, Qt.MouseButton.NoButton, modifiers,
                                    Qt.ScrollPhase.NoScrollPhase, False))  # fmt: skip


def test_the_pair_stands_back_to_back(grid):
    shown = grid(step="cc")
    middle = grabbed(shown)[300]
    assert middle[440:460].min() > 40
    assert middle[:20].max() < 200


def test_original_and_ai_halves_show_the_same_pixels_where_there_are_no_marks(grid):
    shown = grid()
    shown.show_overlays(False)
    pictures = [grabbed(viewport) for viewport in shown._viewports[:4]]
    width = min(picture.shape[1] for picture in pictures)
    assert np.array_equal(pictures[0][:, :width], pictures[2][:, :width])


def test_zooming_one_pane_zooms_the_linked_ones_alike(grid):
    shown = grid()
    before = [shown.stage.view(index) for index in range(4)]
    wheel(shown._viewports[3], (150, 250), 2)
    after = [shown.stage.view(index) for index in range(4)]
    assert after[1] == after[3]
    assert after[0] == after[2]
    assert all(new.zoom == pytest.approx(old.zoom * 1.44) for new, old in zip(after, before, strict=True))


def test_panning_one_breast_moves_the_other_as_its_mirror_image(grid):
    shown = grid(step="cc")
    before = [shown.stage.view(index).center for index in range(2)]
    drag(shown._viewports[0], (200, 200), (170, 220))
    after = [shown.stage.view(index).center for index in range(2)]
    moved = [(new[0] - old[0], new[1] - old[1]) for new, old in zip(after, before, strict=True)]
    assert moved[0][0] == pytest.approx(-moved[1][0])
    assert moved[0][1] == pytest.approx(moved[1][1])
    assert moved[0][0] > 0 > moved[0][1]


def test_an_unlinked_pair_stays_where_it_is(grid):
    shown = grid(step="four-views")
    before = shown.stage.view(2)
    wheel(shown._viewports[0], (100, 100), 1)
    assert shown.stage.view(2) == before


def test_the_window_is_shared_by_original_and_ai(grid):
    shown = grid()
    drag(shown._viewports[2], (100, 100), (160, 140), Qt.MouseButton.RightButton)
    looks = [shown.stage.look(index) for index in range(4)]
    assert looks[0] == looks[2]
    assert looks[0].own is not None
    assert looks[0].own.width > 4096
    assert looks[0].own.center > 2048


def test_double_click_and_f_fit_again(grid):
    shown = grid()
    fitted = shown.stage.view(0)
    wheel(shown._viewports[0], (10, 10), 5)
    shown.fit()
    assert shown.stage.view(0) == fitted


def test_one_to_one_is_one_to_one(grid):
    shown = grid()
    shown.one_to_one()
    assert all(shown.stage.view(index).exact for index in range(4))


def test_invert_and_the_files_windows(grid):
    vois = (Voi(name="NORMAL", center=2048.0, width=4096.0), Voi(name="HARD", center=1500.0, width=800.0))

    def load(sop_uid, _frame):
        future: Future = Future()
        frame = breast(STUDY.image(sop_uid))
        future.set_result(grey_frame(frame.pixels, vois=vois))
        return future

    shown = grid(loader=load)
    shown.set_voi(1)
    assert shown.stage.look(0).voi(shown.stage.grey(0)).name == "HARD"
    shown.next_voi()
    shown.next_voi()
    assert shown.stage.look(0).voi(shown.stage.grey(0)).name == "NORMAL"
    before = grabbed(shown._viewports[1])[300, 20]
    shown.invert()
    assert (before < 128).all() != (grabbed(shown._viewports[1])[300, 20] < 128).all()


def inverted(shown) -> list[bool]:
    return [shown.stage.look(index).inverted for index in range(len(shown.stage.panes))]


@pytest.mark.parametrize(("language", "words"), [("en", "inverted"), ("ru", "инвертировано")])
def test_an_inverted_image_says_so_whatever_the_detail(grid, language, words):
    shown = grid()
    shown.invert()
    for _ in range(3):
        told = [word for line in status_lines(shown.stage, 1, language) for word, _ in line]
        assert words in told
        shown.next_detail()
    shown.invert()
    assert words not in str(status_lines(shown.stage, 1, language))


def test_fitting_takes_the_inversion_back_and_keeps_the_window(grid):
    shown = grid()
    drag(shown._viewports[2], (100, 100), (160, 140), Qt.MouseButton.RightButton)
    shown.invert()
    assert all(inverted(shown))
    shown.fit()
    assert not any(inverted(shown))
    assert shown.stage.look(0).own is not None


def test_another_step_begins_without_inversion(qtbot, grid):
    shown = grid(step="cc")
    shown.invert()
    shown.show_step(WITH_AI, step_of(WITH_AI, "ai-cc"), NothingDecided())
    qtbot.waitUntil(lambda: not shown.is_loading)
    assert not any(inverted(shown))


def test_a_finding_comes_to_the_middle_in_both_halves(grid):
    shown = grid()
    assert shown.zoom_to_mark(FindingID("9#1"))
    assert shown.stage.view(1).center == shown.stage.view(3).center == pytest.approx((200.0, 250.0))
    assert shown.scene.panes[3].marks[0].selected
    assert shown.stage.view(0).zoom == pytest.approx(shown.stage.view(1).zoom)


def test_a_finding_of_another_step_is_not_here(grid):
    shown = grid(step="mlo")
    assert not shown.zoom_to_mark(FindingID("9#1"))


def test_a_finding_asked_for_before_its_image_is_there_comes_to_the_middle_later(qtbot, grid):
    waiting: list[tuple[Future, str]] = []

    def load(sop_uid, _frame):
        future: Future = Future()
        waiting.append((future, sop_uid))
        return future

    shown = grid(loader=load, wait=False)
    assert shown.zoom_to_mark(FindingID("9#1"))
    for future, sop_uid in waiting:
        future.set_result(breast(STUDY.image(sop_uid)))
    qtbot.waitUntil(lambda: not shown.is_loading)
    assert shown.stage.view(3).center == pytest.approx((200.0, 250.0))


@pytest.mark.parametrize("step", ["cc", "ai-cc"])
def test_both_breasts_have_one_scale_though_one_was_still_loading_when_the_finding_was_asked_for(qtbot, grid, step):
    waiting: dict[str, Future] = {}

    def load(sop_uid, _frame):
        return waiting.setdefault(sop_uid, Future())

    shown = grid(step=step, loader=load, wait=False)
    waiting["1.LCC"].set_result(breast(LCC))
    qtbot.waitUntil(lambda: shown.stage.view(1) is not None)
    assert shown.zoom_to_mark(FindingID("9#1"))
    waiting["1.RCC"].set_result(breast(STUDY.image("1.RCC")))
    qtbot.waitUntil(lambda: not shown.is_loading)
    right, left = shown.stage.view(0), shown.stage.view(1)
    assert right.zoom == pytest.approx(left.zoom)
    assert right.center[1] == pytest.approx(left.center[1])


def test_a_finding_seen_in_two_linked_images_is_shown_in_one_scale(grid):
    right = STUDY.image("1.RCC")
    marks = (ellipse(LCC), replace(ellipse(right), points=tuple((c * 0.9, r * 0.9) for c, r in ellipse(right).points)))
    shown = grid(Reading(study=STUDY, results=(result_with(finding(1, *marks)),)))
    assert shown.zoom_to_mark(FindingID("9#1"))
    assert shown.stage.view(0).zoom == pytest.approx(shown.stage.view(1).zoom)


def test_a_frame_that_arrives_for_another_study_is_dropped(qtbot, grid):
    """R1: the first study's frame comes late, under a UID that the second study also uses."""
    late: list[Future] = []

    def load(sop_uid, _frame):
        future: Future = Future()
        future.set_running_or_notify_cancel()
        late.append(future)
        return future

    shown = grid(loader=load, wait=False)
    first = list(late)
    other = Reading(study=replace(screening(day=DAY), study_uid="2"))
    shown.show_step(other, step_of(other, "four-views"), NothingDecided())
    for future in first:
        future.set_result(grey_frame(np.full((512, 416), 4000, np.uint16)))
    qtbot.wait(20)
    assert shown.is_loading
    assert all(shown.stage.pyramid(index) is None for index in range(4))


def test_a_frame_that_cannot_be_decoded_says_so_in_its_own_pane(qtbot, grid):
    def load(sop_uid, frame):
        future: Future = Future()
        if sop_uid == "1.RCC":
            future.set_exception(BadInputError("the image is cut off"))
            return future
        if sop_uid == "1.LMLO":
            raise StoreError("the image is not here")
        return loader_of(STUDY)(sop_uid, frame)

    shown = grid(step="four-views", loader=load)
    assert shown.stage.loaded(0) == "the image is cut off"
    assert shown.stage.loaded(3) == "the image is not here"
    assert shown.stage.pyramid(1) is not None
    assert grabbed(shown._viewports[0]).max() > 100


def test_verdicts_do_not_move_the_images(grid):
    shown = grid()
    wheel(shown._viewports[0], (100, 100), 3)
    before = [shown.stage.view(index) for index in range(4)]
    shown.show_decisions(NothingDecided())
    assert [shown.stage.view(index) for index in range(4)] == before


def test_all_panes_of_a_step_have_one_scale_in_millimetres(grid):
    small = mammogram("LCC", spacing=replace(LCC.spacing, row_mm=0.25, column_mm=0.25))
    shown = grid(Reading(study=study_of(mammogram("RCC"), small)), "cc")
    right, left = shown.stage.view(0), shown.stage.view(1)
    assert right.zoom / 0.5 == pytest.approx(left.zoom / 0.25)


def test_clicking_a_mark_names_its_finding(qtbot, grid):
    shown = grid()
    at = shown.stage.view(3).to_screen(shown.stage.layout.panes[3].size, (200.0, 250.0))
    with qtbot.waitSignal(shown.finding_clicked) as clicked:
        drag(shown._viewports[3], at, at)
    assert clicked.args == ["9#1"]


def test_a_missed_finding_is_drawn_with_the_mouse(qtbot, grid):
    shown = grid()
    assert shown.begin_drawing()
    size = shown.stage.layout.panes[1].size
    corners = [shown.stage.view(1).to_screen(size, point) for point in ((100.0, 200.0), (160.0, 240.0))]
    with qtbot.waitSignal(shown.mark_drawn) as drawn:
        drag(shown._viewports[1], *corners)
    (mark,) = drawn.args
    assert (mark.sop_uid, mark.shape, mark.frame) == ("1.LCC", Shape.ELLIPSE, None)
    assert mark.bounds() == pytest.approx((100, 200, 160, 240), abs=0.01)
    assert not shown.is_drawing


def test_a_missed_finding_is_drawn_with_the_keys_alone(qtbot, grid):
    shown = grid()
    shown.begin_drawing()
    start = shown._drawing.mark().center()
    for key in ("Right", "Shift+Up", "+"):
        assert shown.take_key(key)
    with qtbot.waitSignal(shown.mark_drawn) as drawn:
        shown.take_key("Return")
    center = drawn.args[0].center()
    assert (center[0] - start[0], center[1] - start[1]) == pytest.approx((10, -50))


def test_tab_goes_to_the_next_pane_while_drawing(grid):
    shown = grid()
    shown.begin_drawing()
    first = shown._drawing.mark().sop_uid
    shown.take_key("Tab")
    assert {first, shown._drawing.mark().sop_uid} == {"1.RCC", "1.LCC"}


def test_escape_leaves_no_mark(qtbot, grid):
    shown = grid()
    shown.begin_drawing()
    with qtbot.assertNotEmitted(shown.mark_drawn), qtbot.waitSignal(shown.drawing_ended):
        shown.take_key("Esc")
    assert not shown.is_drawing
    assert not shown.take_key("Return")


def test_nothing_is_drawn_on_a_prior(grid):
    prior = screening("0", DAY.replace(year=2024))
    material = Reading(study=STUDY, priors=(prior,))
    shown = grid(
        material, "prior-cc", loader=lambda uid, frame: loader_of(STUDY if uid[0] == "1" else prior)(uid, frame)
    )
    shown.begin_drawing()
    reached = set()
    for _ in range(4):
        reached.add(shown._drawing.mark().sop_uid)
        shown.take_key("Tab")
    assert reached == {"1.RCC", "1.LCC"}


def test_frames_are_leafed_through_with_ctrl_and_wheel(grid):
    image = mammogram("LCC", frames=5)
    material = Reading(study=study_of(image, mammogram("RCC")))
    shown = grid(material, "cc", loader=loader_of(material.study))
    wheel(shown._viewports[1], (50, 50), -2, Qt.KeyboardModifier.ControlModifier)
    assert shown.scene.panes[1].frame == 3
    assert "3 / 5" in shown.scene.texts
    wheel(shown._viewports[1], (50, 50), 9, Qt.KeyboardModifier.ControlModifier)
    assert shown.scene.panes[1].frame == 1


def test_going_to_a_finding_turns_to_its_frame(grid):
    image = mammogram("LCC", frames=5)
    material = Reading(study=study_of(image, mammogram("RCC")),
                       results=(result_with(finding(1, replace(ellipse(image), frame=4))),))  # fmt: skip
    shown = grid(material, "ai-cc", loader=loader_of(material.study))
    assert shown.zoom_to_mark(FindingID("9#1"))
    assert shown.scene.panes[3].frame == 4
    assert shown.scene.panes[3].marks


def test_clearing_leaves_nothing_of_the_patient(grid):
    shown = grid()
    shown.clear()
    assert shown.scene is None
    assert grabbed(shown).max() == 0


def test_steps_are_prefetched_before_they_are_shown(qtbot):
    asked: list[str] = []

    def load(sop_uid, frame):
        asked.append(sop_uid)
        return loader_of(STUDY)(sop_uid, frame)

    shown = ViewportGrid(load)
    qtbot.addWidget(shown)
    shown.prefetch(steps_for(WITH_AI))
    shown.show_step(WITH_AI, step_of(WITH_AI, "cc"), NothingDecided())
    qtbot.waitUntil(lambda: not shown.is_loading)
    assert sorted(asked) == ["1.LCC", "1.LMLO", "1.RCC", "1.RMLO"]


def test_every_viewport_has_a_name_for_screen_readers(grid):
    shown = grid(step="cc")
    assert [viewport.accessibleName() for viewport in shown._viewports] == ["Image R CC", "Image L CC"]


def test_the_words_of_a_mark_that_is_out_of_sight_are_not_drawn(grid):
    shown = grid()
    shown.show_overlays(True)
    mark = shown.scene.panes[3].marks[0]
    size, view = shown.stage.layout.panes[3].size, shown.stage.view(3)
    away = replace(view, center=(view.center[0] + 5000, view.center[1]))
    seen, unseen = (paint_overlay(size, where, (mark,)) for where in (view, away))
    empty = transparent(size)
    assert seen != empty
    assert unseen == empty
