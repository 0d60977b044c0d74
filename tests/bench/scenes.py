"""What the bench shows: four full-size synthetic mammograms (14 bits) in four panes of a 1920 x 1080 grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.bench.measure import SIZE, round_trip, wait_until
from tests.ui.pictures import Reading, ellipse, finding, grey_frame, mammogram, result_with, study_of
from ui.panes.viewport import Viewport
from ui.panes.viewport_grid import ViewportGrid
from ui.scene.scene_state import NothingDecided
from workstation.dicom.grey import Voi
from workstation.dicom.pixels import Frame
from workstation.model.result import AIResult
from workstation.model.study import Calibration, Image, PixelSpacing, Technique
from workstation.reading.hanging import Justify, Pane, Step

ROWS, COLUMNS = 4096, 3328
NAMES = ("RCC", "LCC", "RMLO", "LMLO")
WHOLE = Voi(name="WHOLE", center=8192.0, width=16384.0)
FINDINGS, CONTOURS_EACH = 50, 4

Pixels = NDArray[np.uint16]


@cache
def breast_pixels(name: str) -> Pixels:
    """A breast with grain and strands at the chest wall, 14 bits, dark around."""
    noise = np.random.default_rng(NAMES.index(name) if name in NAMES else 9)
    across, down = np.meshgrid(np.linspace(0, 1.6, COLUMNS), np.linspace(-1.1, 1.1, ROWS))
    inside = across**2 + down**2 < 1
    strands = cv2.GaussianBlur(noise.normal(0, 60_000, (ROWS // 8, COLUMNS // 8)), (0, 0), 9)
    tissue = 7000 + cv2.resize(strands, (COLUMNS, ROWS)) + noise.normal(0, 250, (ROWS, COLUMNS))
    picture = np.where(inside, np.clip(tissue, 1200, 16383), noise.integers(0, 40, (ROWS, COLUMNS))).astype(np.uint16)
    return np.ascontiguousarray(picture[:, ::-1]) if name.startswith("R") else picture


@cache
def noise_pixels(name: str) -> Pixels:
    """White noise, 14 bits."""
    return np.random.default_rng(NAMES.index(name)).integers(0, 2**14, (ROWS, COLUMNS)).astype(np.uint16)


def images() -> list[Image]:
    """The four views as headers, 0.05 mm, without technique so that few words stand on them."""
    made = [mammogram(name, rows=ROWS, columns=COLUMNS) for name in NAMES]
    fine = PixelSpacing(row_mm=0.05, column_mm=0.05, calibration=Calibration.DETECTOR)
    return [replace(image, spacing=fine, technique=Technique()) for image in made]


def four_columns(shown: Sequence[Image], result: AIResult | None = None) -> Step:
    """Four panes side by side, all linked; with `result`, its marks in every pane."""
    panes = tuple(
        Pane(
            column=at, row=0, label=image.sop_uid, image=image, stack=(image,), link_group="all",
            justify=Justify.RIGHT if image.laterality == "R" else Justify.LEFT,
            results=(result.sr_uid,) if result else (),
        )
        for at, image in enumerate(shown)
    )  # fmt: skip
    return Step(name="bench", title_key="hanging.step.four-views", columns=4, rows=1, panes=panes)


def marked(shown: Sequence[Image]) -> AIResult:
    """200 contours over the four images, 50 of them with a label."""
    places = np.random.default_rng(5)
    findings = []
    for number in range(FINDINGS):
        image = shown[number % len(shown)]
        columns = places.uniform(200, 1700, CONTOURS_EACH)
        columns = COLUMNS - columns if image.laterality == "R" else columns
        rows = places.uniform(800, 3300, CONTOURS_EACH)
        marks = [ellipse(image, center=(c, r), radii=(60, 40)) for c, r in zip(columns, rows, strict=True)]
        findings.append(finding(number, *marks))
    return result_with(*findings)


def shown_grid(pixels: Callable[[str], Pixels] = breast_pixels, *, overlays: bool = False) -> ViewportGrid:
    """A grid on the screen with all four images loaded and painted."""
    shown = images()
    result = marked(shown) if overlays else None
    grid = ViewportGrid(lambda sop_uid, _frame: _loaded(pixels(sop_uid.rpartition(".")[2])))
    grid.setGeometry(0, 0, *SIZE)
    grid.show()
    material = Reading(study=study_of(*shown), results=(result,) if result else ())
    grid.show_step(material, four_columns(shown, result), NothingDecided())
    wait_until(lambda: not grid.is_loading)
    round_trip()
    return grid


def viewports(grid: ViewportGrid) -> list[Viewport]:
    """The panes that are to be seen."""
    return [pane for pane in grid.findChildren(Viewport) if pane.isVisible()]


def again(grid: ViewportGrid) -> None:
    """Ask for one more frame of every pane, as the grid does after a drag."""
    for pane in viewports(grid):
        pane.update()


def _loaded(pixels: Pixels) -> Future[Frame]:
    done: Future[Frame] = Future()
    done.set_result(grey_frame(pixels, bits_stored=14, vois=(WHOLE,)))
    return done
