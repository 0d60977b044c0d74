"""Rows of opening studies in the real window: prepared, unprepared, the next one, and the loop while decoding."""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer

from tests.bench import studies
from tests.bench.measure import SIZE, Row, frame_ms, milliseconds, ratio_of, round_trip
from ui.main_window import MainWindow
from workstation.app import Workstation
from workstation.base.errors import StoreError
from workstation.dicom.pixels import decode_frame
from workstation.model.identity import StudyUID

STUDIES = 4
REPAINTS = 30
STARTS = 5
TICK_MS = 5


def rows() -> Iterator[Row]:
    """Every row of this module, on one home and one window."""
    with (
        tempfile.TemporaryDirectory(prefix="diptych-bench-") as name,
        studies.home_with(Path(name), STUDIES) as workstation,
    ):
        window = MainWindow(workstation)
        window.setGeometry(0, 0, *SIZE)
        window.show()
        round_trip()
        uids = [row.study_uid for row in workstation.worklist()]
        yield from _cold(window, workstation, uids)
        yield from _prepared(window, workstation, uids)
        window.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    yield _first_window()


def _cold(window: MainWindow, workstation: Workstation, uids: list[StudyUID]) -> Iterator[Row]:
    """Nothing prepared: the first pane against one decode, all four against the decodes shared by the cores."""
    firsts, alls, decodes, gaps = [], [], [], []
    _open(window, uids[0])  # starts the workers
    for uid in uids:
        paths = _paths(workstation, uid)
        decodes += [milliseconds(lambda path=path: decode_frame(path)) for path in paths]
        window.room.leave()
        first, everything, between = _open(window, uid)
        firsts.append(first)
        alls.append(everything)
        gaps += between
    best = min(decodes)
    yield ratio_of("open_cold_first", 1.3, firsts, [best])
    yield ratio_of("open_cold_all", 1.3, alls, [best * 4 / min(os.cpu_count() or 1, 4)])
    gap = float(np.percentile(gaps, 99))
    yield Row("loop_gap_ms", gap, 50, statistics.median(gaps), len(gaps))


def _prepared(window: MainWindow, workstation: Workstation, uids: list[StudyUID]) -> Iterator[Row]:
    """From the act to four painted panes, against one full repaint of the window with a study in it."""
    if not workstation.prepare_ahead().wait(120):
        raise TimeoutError("the bench's studies were not prepared")
    warm = [_open(window, uid)[1] for uid in uids * 3]
    repaints = [frame_ms(window.update) for _ in range(REPAINTS)]
    cold = []
    for uid in uids:
        window.room.leave()
        _drop_from_cache(workstation.prepared.folder)
        cold.append(_open(window, uid)[1])
    yield ratio_of("next_study", 4, warm, repaints)
    yield ratio_of("open_prepared", 10, cold, repaints)


def _open(window: MainWindow, uid: StudyUID) -> tuple[float, float, list[float]]:
    """Milliseconds to the first pane and to all panes on the screen, and between ticks of the event loop."""
    grid, first, ticks = window.room.viewports, 0.0, []
    clock = QTimer()
    clock.setTimerType(Qt.TimerType.PreciseTimer)
    clock.timeout.connect(lambda: ticks.append(time.perf_counter()))
    clock.start(TICK_MS)
    began = time.perf_counter()
    window.open_study(uid)
    while grid.is_loading:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if not first and any(grid.stage.pyramid(at) for at in range(len(grid.stage.panes))):
            round_trip()
            first = (time.perf_counter() - began) * 1000
    round_trip()
    everything = (time.perf_counter() - began) * 1000
    clock.stop()
    return first or everything, everything, [1000 * (later - earlier) for earlier, later in itertools.pairwise(ticks)]


def _paths(workstation: Workstation, uid: StudyUID) -> list[Path]:
    images = workstation.look_at(uid).study.images
    paths = [workstation.home.catalogue.path_of(image.sop_uid) for image in images]
    if None in paths:
        raise StoreError("the bench's home is not whole")
    return [path for path in paths if path]


def _drop_from_cache(folder: Path) -> None:
    """Let the system forget the files, so that they come from the disk."""
    os.sync()
    for file in folder.glob("??/*"):
        descriptor = os.open(file, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


_BARE = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.showMaximized()
application.processEvents()
window.screen().grabWindow(0, 0, 0, 1, 1)
"""
_WORKLIST = """
import sys
from pathlib import Path
from ui.application import application
from workstation.app import Workstation
running = application()
with Workstation.open(Path(sys.argv[1]), reader="Dr Bench", write_pdf=lambda _final, _path: None) as workstation:
    from ui.main_window import MainWindow
    window = MainWindow(workstation)
    window.showMaximized()
    running.processEvents()
    window.screen().grabWindow(0, 0, 0, 1, 1)
    window.close()
"""


def _first_window() -> Row:
    """Process start to painted worklist, against a process that paints a bare widget; both with their end."""
    with tempfile.TemporaryDirectory(prefix="diptych-bench-") as name:
        home = Path(name) / "home"
        _start(_WORKLIST, home)
        pairs = [(_start(_WORKLIST, home), _start(_BARE, home)) for _ in range(STARTS)]
    ours, bare = zip(*pairs, strict=True)
    return ratio_of("first_window", 3, ours, bare)


def _start(program: str, home: Path) -> float:
    command = [sys.executable, "-c", program, str(home)]
    return milliseconds(lambda: subprocess.run(command, check=True, capture_output=True))
