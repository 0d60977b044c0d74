"""The demo reading through the real window, off screen: keys go in, screenshots and documents come out."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui.application import application
from ui.main_window import MainWindow
from ui.panes.assessment import rows_for
from workstation.app import Workstation
from workstation.base.errors import DiptychError
from workstation.model.facts import ProtocolFinalised
from workstation.model.identity import StudyUID
from workstation.model.verdict import Decision
from workstation.reading.worklist import ChipState, ReadingProgress

PATIENCE_S = 60.0
LIKELY = 0.5
"""The demo reader accepts what the service calls likelier than this: a stand-in for looking, good for a demo only."""
SUMMATION = Qt.Key.Key_2
"""Second reason of the rejection list."""


def tour(workstation: Workstation, out: Path, *, size: tuple[int, int] = (1920, 1080)) -> tuple[Path, ...]:
    """Read one study with AI findings by keyboard and finalise it.

    Parameters
    ----------
    size : of the window, (width, height) in pixels.

    Returns
    -------
    The screenshots, the SRs and the PDF that were left in `out`.

    Raises
    ------
    DiptychError
        When the demo list has no study that the service finds something in, or the protocol could not be finalised.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    out.mkdir(parents=True, exist_ok=True)
    return _Tour(workstation, out, size).perform()


class _Tour:
    def __init__(self, workstation: Workstation, out: Path, size: tuple[int, int]) -> None:
        self._workstation = workstation
        self._out = out
        self._left: list[Path] = []
        self._window = MainWindow(workstation)
        self._window.resize(*size)
        self._window.show()

    def perform(self) -> tuple[Path, ...]:
        study = self._study()
        self._window.worklist.select(study)
        self._picture("1-worklist")
        self._key(Qt.Key.Key_Return)
        self._wait(lambda: self._window.room.is_open)
        self._picture("2-four-views")
        self._decide()
        self._assess()
        self._picture("4-assessed")
        self._finalise(study)
        self._window.close()
        return tuple(self._left)

    def _study(self) -> StudyUID:
        for row in self._workstation.worklist():
            marked = any(chip.state is ChipState.PATHOLOGY for chip in row.chips)
            if row.modality == "MG" and marked and row.to_read and row.progress is ReadingProgress.NEW:
                return row.study_uid
        raise DiptychError("the demo list has no unread mammography in which the service found something")

    def _decide(self) -> None:
        findings = [finding for finding in self._window.room.reading.context.findings if finding.must_be_decided]
        for number, finding in enumerate(findings, 1):
            self._key(Qt.Key.Key_Tab)
            self._picture(f"3-finding-{number}")
            if (finding.probability or 0) >= LIKELY:
                self._key(Qt.Key.Key_A)
            else:
                self._key(Qt.Key.Key_R)
                self._key(SUMMATION)

    def _assess(self) -> None:
        """By keys: BI-RADS 4B for breasts with an accepted finding, 1 for the others; density B."""
        context, state = self._window.room.reading.context, self._window.room.reading.session.state
        accepted = (verdict.finding_id for verdict in state.verdicts.values() if verdict.decision is Decision.ACCEPT)
        suspicious = {finding.laterality for id_ in accepted if (finding := context.finding(id_)) is not None}
        self._key(Qt.Key.Key_B)
        for row in rows_for(context):
            value = {"density": "B"}.get(row.what, "4B" if row.laterality in suspicious else "1")
            for character in value:
                self._key(Qt.Key(ord(character)))

    def _finalise(self, study: StudyUID) -> None:
        self._key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self._wait(lambda: self._final(study) is not None)
        final = self._final(study)
        assert final is not None
        for reference, source in self._workstation.documents_of(final.documents):
            target = self._out / f"{reference.role}{source.suffix}"
            shutil.copyfile(source, target)
            self._left.append(target)
        self._wait(lambda: not self._window.jobs.busy)
        self._picture("5-next-study")

    def _final(self, study: StudyUID) -> ProtocolFinalised | None:
        entries = self._workstation.home.journal.entries(study_uid=study)
        return next((entry.fact for entry in entries if isinstance(entry.fact, ProtocolFinalised)), None)

    def _key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._window, key, modifier)

    def _picture(self, name: str) -> None:
        self._wait(lambda: not self._window.room.is_open or not self._window.room.viewports.is_loading)
        for _settling in range(3):  # deferred layouts and deletions of the last key
            QTest.qWait(20)
        path = self._out / f"{name}.png"
        self._window.grab().save(str(path))
        self._left.append(path)

    def _wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not until():
            if time.monotonic() > deadline:
                raise DiptychError("the demo reading waited too long; run `diptych doctor`")
            QTest.qWait(10)
