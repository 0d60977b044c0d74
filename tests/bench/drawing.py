"""Rows of the picture itself: dragging, zooming and panning against a bare blit, and whether the picture is true."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.bench import scenes
from tests.bench.measure import SIZE, Act, Blit, Row, compared, frame_ms, round_trip
from ui.panes.viewport_grid import ViewportGrid
from workstation.dicom.grey import choices, display_lut

MIDDLE = (0.2, 0.42)
"""The part of a pane's height that carries no words."""


def rows() -> Iterator[Row]:
    """Every row of this module, each on windows of its own."""
    yield from _plain()
    yield from _with_overlays()
    yield _fit_noise()
    yield _pixel_truth()


def _plain() -> Iterator[Row]:
    grid = scenes.shown_grid()
    blit = Blit(scenes.viewports(grid))
    yield compared("window_drag", 4, _window_drag(grid), blit.again)
    yield compared("zoom_pan", 5, _zoom(grid), blit.again)
    grid.one_to_one()
    yield compared("pan_one_to_one", 2, _pan(grid), blit.again)
    grid.close()
    blit.close()


def _with_overlays() -> Iterator[Row]:
    """The overlay row has no heat map yet: nothing in the product draws one."""
    bare, marked = scenes.shown_grid(), scenes.shown_grid(overlays=True)
    bare.move(SIZE[0], 0)
    yield compared("window_drag_overlays", 1.5, _window_drag(marked), _window_drag(bare))
    yield compared("zoom_pan_overlays", 2.5, _zoom(marked), _zoom(bare))
    bare.close()
    marked.close()


def _window_drag(grid: ViewportGrid) -> Act:
    turn = _to_and_fro()

    def act() -> None:
        grid.stage.window(0, shift=0.004 * next(turn), stretch=1.004 ** next(turn))
        scenes.again(grid)

    return act


def _zoom(grid: ViewportGrid) -> Act:
    """From fit to beyond 1:1 and back, about a point of the breast."""
    turn = _to_and_fro(every=30)

    def act() -> None:
        grid.stage.zoom_about(1, (150.0, 540.0), 1.06 ** next(turn))
        scenes.again(grid)

    return act


def _pan(grid: ViewportGrid) -> Act:
    turn = _to_and_fro(every=30)

    def act() -> None:
        by = next(turn)
        grid.stage.pan(1, 7.0 * by, 11.0 * by)
        scenes.again(grid)

    return act


def _to_and_fro(every: int = 20) -> Iterator[int]:
    """+1 for `every` steps, then -1 for as many, without end."""
    while True:
        yield from [1] * every
        yield from [-1] * every


def _fit_noise() -> Row:
    """SD of white noise as shown at fit over the SD of its box mean, which is zoom times its own."""
    grid = scenes.shown_grid(scenes.noise_pixels)
    took = frame_ms(lambda: scenes.again(grid))
    ratios = []
    for at, picture in enumerate(_shown(grid)):
        view, loaded = grid.stage.view(at), grid.stage.pyramid(at)
        assert view is not None
        assert loaded is not None
        size = (round(scenes.COLUMNS * view.zoom), round(scenes.ROWS * view.zoom))
        grey = display_lut(loaded.frame.grey, choices(loaded.frame.grey)[0])[loaded.frame.pixels]
        box_mean = cv2.resize(grey.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        band = picture[picture.shape[0] // 2 - size[1] // 4 : picture.shape[0] // 2 - 20, 20:-20]
        ratios.append(float(band.std() / box_mean.std()))
    grid.close()
    return Row("fit_noise", max(ratios), 1.2, took, len(ratios))


def _pixel_truth() -> Row:
    """Pixels on the screen at 1:1 that are not the grey scale pipeline's value of the stored pixel there."""
    grid = scenes.shown_grid(scenes.noise_pixels)
    grid.one_to_one()
    times, wrong = [], 0
    for _ in range(5):
        grid.stage.pan(1, 31.0, 57.0)
        times.append(frame_ms(lambda: scenes.again(grid)))
        wrong += sum(_wrong(grid, at, picture) for at, picture in enumerate(_shown(grid)))
    grid.close()
    return Row("pixel_truth", wrong, 0, statistics.median(times), len(times))


def _wrong(grid: ViewportGrid, at: int, picture: NDArray[np.uint8]) -> int:
    view, loaded = grid.stage.view(at), grid.stage.pyramid(at)
    assert view is not None
    assert loaded is not None
    height, width = picture.shape
    top, bottom = (round(height * share) for share in MIDDLE)
    y, x = np.mgrid[top:bottom, 0:width] + 0.5
    (a, b, c), (d, e, f) = view.matrix((width, height))
    columns, rows = np.linalg.inv([[a, b], [d, e]]) @ np.stack([(x - c).ravel(), (y - f).ravel()])
    inside = (columns >= 0) & (rows >= 0) & (columns < scenes.COLUMNS) & (rows < scenes.ROWS)
    lut = display_lut(loaded.frame.grey, choices(loaded.frame.grey)[0])
    stored = loaded.frame.pixels[rows[inside].astype(int), columns[inside].astype(int)]
    shown = picture[top:bottom].ravel()[inside]
    return int(np.count_nonzero(shown != lut[stored])) + int(np.count_nonzero(picture[top:bottom].ravel()[~inside]))


def _shown(grid: ViewportGrid) -> list[NDArray[np.uint8]]:
    """What the screen shows of each pane, as grey."""
    round_trip()
    pictures = []
    for pane in scenes.viewports(grid):
        grabbed = pane.screen().grabWindow(grid.winId(), pane.x(), pane.y(), pane.width(), pane.height()).toImage()
        grabbed = grabbed.convertToFormat(grabbed.Format.Format_RGB32)
        pixels = np.frombuffer(grabbed.constBits(), np.uint8).reshape(grabbed.height(), grabbed.bytesPerLine() // 4, 4)
        pictures.append(pixels[:, : grabbed.width(), 1].copy())
    return pictures
