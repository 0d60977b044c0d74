"""The main job in the real window by keyboard alone: from the worklist to a final protocol, judged by other tools."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pydicom
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.dicom.test_writers_verdict_sr import read_verdicts
from tests.support.studies import small_demo_home
from ui import theme
from ui.__main__ import PORTS
from ui.main_window import MainWindow
from workstation.app import Workstation
from workstation.model.facts import ProtocolFinalised
from workstation.model.identity import StudyUID
from workstation.model.protocol import SectionName, Sentence
from workstation.reading.worklist import ReadingProgress

READER = "Петрова^Анна"
OWN_WORDS = "Skin marker at 3 o'clock."
Press = Callable[..., None]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StudyUID]:
    """A home with the small phantom studies as the reference detector read them."""
    home, study_uid, _script = small_demo_home(tmp_path_factory.mktemp("main-job"))
    return home, StudyUID(study_uid)


@pytest.fixture
def workstation(demo: tuple[Path, StudyUID]) -> Iterator[Workstation]:
    with Workstation.open(demo[0], reader=READER, language="en", write_pdf=PORTS.write_pdf) as opened:
        yield opened


@pytest.fixture
def window(workstation: Workstation, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    theme.apply(qapp)
    made = MainWindow(workstation)
    qtbot.addWidget(made)
    made.resize(1920, 1080)
    made.show()
    made.activateWindow()
    with qtbot.waitActive(made):
        pass
    yield made
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def press(qtbot: QtBot, qapp: QApplication) -> Press:
    """Keys go where the keyboard goes: to the widget that has the focus."""

    def keys(*names: str) -> None:
        for name in names:
            combination = QKeySequence(name)[0]
            target = qapp.focusWidget()
            assert target is not None, "the keyboard always has a place to go to"
            qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())

    return keys


def test_a_study_is_read_from_the_list_to_the_final_protocol_without_the_mouse(
    demo: tuple[Path, StudyUID],
    window: MainWindow,
    workstation: Workstation,
    press: Press,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    study_uid = demo[1]
    while window.worklist.selected != study_uid:
        before = window.worklist.selected
        press("Down")
        assert window.worklist.selected != before, "the study is in the list"
    press("Return")
    room = window.room
    qtbot.waitUntil(lambda: room.is_open and not room.viewports.is_loading, timeout=30_000)
    assert room.reading.context.study.study_uid == study_uid
    assert [pane.label for pane in room.step.panes] == ["R CC", "L CC", "R MLO", "L MLO"]

    press("Ctrl+Return")
    assert workstation.home.journal.reading(study_uid).stage == "in_reading", "an undecided study is not finalised"

    findings = [finding for finding in room.reading.context.findings if finding.must_be_decided]
    assert len(findings) >= 2, "the detector gave something to accept and something to reject"
    accepted = findings[0]
    for _turn in findings:
        press("Tab")
        press("A") if room.desk.current == accepted.finding_id else press("R", "2")
    press("D", "Right", "Right", "Return", "1")
    assert len(room.reading.session.state.added) == 1
    press("B", "2", "4", "B", "B", "C")
    press("E")
    for character in OWN_WORDS:
        qtbot.keyClick(QApplication.focusWidget(), character)
    press("Return", "Esc")
    expected = {finding.finding_id: finding for finding in findings}
    verdicts = room.reading.session.state.verdicts
    assert set(expected) == set(verdicts)
    press("Ctrl+Return")
    qtbot.waitUntil(lambda: _final(workstation, study_uid) is not None, timeout=60_000)
    qtbot.waitUntil(lambda: room.is_open and room.reading.context.study.study_uid != study_uid, timeout=30_000)

    final = _final(workstation, study_uid)
    assert final is not None
    files = {reference.role: path for reference, path in workstation.documents_of(final.documents)}
    _judge(files["protocol_sr"])
    _judge(files["verdict_sr"])
    paper = subprocess.run(["/usr/bin/pdftotext", str(files["pdf"]), "-"], capture_output=True, text=True, check=True)
    words = " ".join(paper.stdout.split())
    assert OWN_WORDS in words
    told_of = {sentence.finding_id for sentence in _on_findings(workstation, study_uid)}
    assert accepted.finding_id in told_of
    assert told_of.isdisjoint(finding.finding_id for finding in findings[1:])
    assert all(sentence.text in words for sentence in _on_findings(workstation, study_uid))

    read = {verdict.tracking_uid: verdict for verdict in read_verdicts(files["verdict_sr"])}
    told = {finding.tracking_uid: "ACCEPT" if finding is accepted else "REJECT" for finding in findings}
    for tracking_uid, decision in told.items():
        verdict = read[str(tracking_uid)]
        assert decision in verdict.decision.upper()
        assert verdict.reader == READER
        assert verdict.at.tzinfo is not None
        assert bool(verdict.reason) == (decision == "REJECT")
    assert len(read) == len(findings) + 1, "the reader's own finding is told too"


def test_closed_and_opened_again_everything_is_there(demo: tuple[Path, StudyUID], workstation: Workstation) -> None:
    unread = next(
        row.study_uid for row in workstation.worklist() if row.progress is ReadingProgress.NEW and row.to_read
    )
    reading = workstation.open_reading(unread)
    for finding in reading.context.findings:
        reading.session.accept(finding.finding_id)
    reading.session.insert_sentence(SectionName.COMPARISON, OWN_WORDS)
    before = (reading.session.state, reading.draft())
    workstation.close()
    with Workstation.open(demo[0], reader=READER, language="en", write_pdf=PORTS.write_pdf) as again:
        reopened = again.open_reading(unread)
        assert (reopened.session.state, reopened.draft()) == before


def _final(workstation: Workstation, study_uid: StudyUID) -> ProtocolFinalised | None:
    entries = workstation.home.journal.entries(study_uid=study_uid)
    return next((entry.fact for entry in entries if isinstance(entry.fact, ProtocolFinalised)), None)


def _on_findings(workstation: Workstation, study_uid: StudyUID) -> tuple[Sentence, ...]:
    """Sentences on findings in the final protocol."""
    draft = workstation.open_reading(study_uid).draft()
    return tuple(sentence for sentence in draft.sentences if sentence.finding_id is not None)


def _judge(path: Path) -> None:
    """Two validators that we did not write find no error, and pydicom reads the file."""
    validator = subprocess.run(["/usr/bin/dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False)
    assert "Error" not in validator.stdout + validator.stderr
    dump = subprocess.run(["/usr/bin/dsrdump", str(path)], capture_output=True, text=True, check=False)
    assert dump.returncode == 0
    assert pydicom.dcmread(path).VerificationFlag == "VERIFIED"
