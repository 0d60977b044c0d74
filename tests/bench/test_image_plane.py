"""Speed of the image plane as ratios to a bare blit of the same panes in the same run (spike.md, "Bars as ratios").

Run by hand, on a screen: `xvfb-run -s "-screen 0 3840x1080x24" .venv/bin/python -m pytest tests/bench -q -s`.
Each frame ends with a round trip to the X server. Ratios hold on any machine; milliseconds do not.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QWidget

from tests.ui.pictures import Reading, ellipse, finding, grey_frame, mammogram, result_with, study_of
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.scene_state import NothingDecided
from workstation.reading.hanging import steps_for

pytestmark = pytest.mark.bench

ROWS, COLUMNS = 4096, 3328
SIZE = (3840, 1080)
ROUNDS = 25
PIXELS = np.random.default_rng(3).integers(0, 4096, (ROWS, COLUMNS)).astype(np.uint16)


class Blit(QWidget):
    """Copies a picture to the screen and does nothing else."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture = QImage(1, 1, QImage.Format.Format_RGB32)

    def resizeEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        self.picture = QImage(self.size(), QImage.Format.Format_RGB32)
        self.picture.fill(0x808080)

    def paintEvent(self, _event: object) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawImage(0, 0, self.picture)
        painter.end()


@pytest.fixture(scope="module", autouse=True)
def screen(qapp):
    if qapp.platformName() != "xcb":
        pytest.skip("a bare blit costs nothing without a screen: run under Xvfb")


def load(_sop_uid: str, _frame: int) -> Future:
    future: Future = Future()
    future.set_result(grey_frame(PIXELS.copy()))
    return future


@pytest.fixture
def grid(qtbot):
    def make(findings: int = 0) -> ViewportGrid:
        images = [mammogram(name, rows=ROWS, columns=COLUMNS) for name in ("RCC", "LCC", "RMLO", "LMLO")]
        images = [replace(image, spacing=replace(image.spacing, row_mm=0.05, column_mm=0.05)) for image in images]
        places = np.random.default_rng(5).uniform((300, 300), (COLUMNS - 300, ROWS - 300), (findings, 2))
        marks = [finding(number, ellipse(images[1], center=tuple(place))) for number, place in enumerate(places)]
        material = Reading(study=study_of(*images), results=(result_with(*marks),))
        name = "ai-cc" if findings else "four-views"
        made = ViewportGrid(load)
        qtbot.addWidget(made)
        made.resize(*SIZE)
        made.show()
        step = next(step for step in steps_for(material) if step.name == name)
        made.show_step(material, step, NothingDecided())
        qtbot.waitUntil(lambda: not made.is_loading, timeout=20_000)
        return made

    return make


@pytest.fixture
def bare(qtbot):
    kept = []

    def make(like: ViewportGrid) -> list[Blit]:
        host = QWidget()
        kept.append(host)
        qtbot.addWidget(host)
        host.resize(like.size())
        blits = [Blit(host) for viewport in like._viewports if viewport.isVisible()]
        for blit, viewport in zip(blits, like._viewports, strict=False):
            blit.setGeometry(viewport.geometry())
        host.show()
        qtbot.waitExposed(host)
        return blits

    return make


def round_trip() -> None:
    QGuiApplication.processEvents()
    QGuiApplication.primaryScreen().grabWindow(0, 0, 0, 1, 1)


def milliseconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        round_trip()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def ratio(what: str, act: Callable[[], object], blits: list[Blit], bar: float) -> None:
    """Interleaved with the bare blit, best of three, since the machine has other work to do."""
    found = []
    for _ in range(3):
        bare_ms = milliseconds(lambda: [blit.update() for blit in blits])
        found.append((milliseconds(act) / bare_ms, bare_ms))
    best, bare_ms = min(found)
    print(f"\n{what}: {best:.1f} bare blits of {bare_ms:.1f} ms (bar {bar})")  # noqa: T201
    assert best <= bar


def test_windowing_all_four(grid, bare):
    shown = grid()

    def act() -> None:
        shown.stage.window(0, shift=0.01, stretch=1.01)
        shown.stage.window(2, shift=0.01, stretch=1.01)
        shown._changed()

    ratio("4-up window", act, bare(shown), 5)


def test_windowing_one(grid, bare):
    shown = grid()

    def act() -> None:
        shown.stage.window(0, shift=0.01, stretch=1.01)
        shown._viewports[0].update()

    ratio("one-viewport window", act, bare(shown)[:1], 5)


def test_zooming_and_panning_all_four(grid, bare):
    shown, count = grid(), [0]

    def act() -> None:
        count[0] += 1
        factor = 1.05 if count[0] % 20 < 10 else 1 / 1.05
        for index in (0, 2):
            shown.stage.zoom_about(index, (500.0, 300.0), factor)
            shown.stage.pan(index, 3.0, 2.0)
        shown._changed()

    ratio("4-up zoom and pan", act, bare(shown), 7)


def test_windowing_with_200_findings_costs_no_more_than_twice_without(grid):
    few, many = grid(1), grid(200)

    def window(shown: ViewportGrid) -> None:
        shown.stage.window(0, shift=0.01, stretch=1.01)
        shown._changed()

    window(many)
    round_trip()
    ratios = [milliseconds(lambda: window(many)) / milliseconds(lambda: window(few)) for _ in range(3)]
    print(f"\nwindow with 200 findings: {min(ratios):.2f} times one with a single finding (bar 2)")  # noqa: T201
    assert min(ratios) <= 2
