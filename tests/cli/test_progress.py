"""Long commands on a terminal: they say how far they are, and Ctrl+C stops them in order."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.images import image_file
from workstation.app import Workstation
from workstation.base.errors import CancelledError
from workstation.base.jobs import Job
from workstation.cli.progress import terminal_job


class Terminal:
    """A command whose standard error is a terminal."""

    def __init__(self, *arguments: object) -> None:
        self._ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "ui", *map(str, arguments)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True)
        os.close(theirs)
        self.seen = ""

    def read(self) -> bool:
        """Read on; False when the command has ended."""
        try:
            found = os.read(self._ours, 4096)
        except OSError:  # EIO: nobody holds the other end any more
            return False
        self.seen += found.decode()
        return bool(found)

    def wait_for(self, words: str) -> None:
        while words not in self.seen:
            assert self.read(), self.seen

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        os.close(self._ours)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for number in range(24):
        image_file(tmp_path / "in" / f"{number}.dcm", SOPInstanceUID=f"2.25.{number + 100}", InstanceNumber=number)
    return tmp_path / "in"


@pytest.fixture
def importing(images: Path, tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal("--home", tmp_path / "home", "import", images, "--json")
    yield terminal
    terminal.close()


def test_ctrl_c_stops_an_import_with_a_sentence_and_its_own_exit_code(importing: Terminal) -> None:
    importing.wait_for(".dcm")
    os.killpg(importing.process.pid, signal.SIGINT)
    while importing.read():
        pass
    assert importing.process.wait() == 130
    assert "diptych: stopped;" in importing.seen
    assert "Traceback" not in importing.seen


def test_an_import_on_a_terminal_says_how_far_it_is(importing: Terminal) -> None:
    while importing.read():
        pass
    assert importing.process.wait() == 0
    assert " of 24 " in importing.seen
    assert "\r\x1b[Kdiptych: " in importing.seen, "the line of progress is gone before the message"


def test_the_repair_at_the_start_reports_and_can_be_stopped(images: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Workstation.open(home, reader="Dr Test", write_pdf=lambda _final, _path: None) as opened:
        opened.import_paths([images], Job())
    (home / "catalogue.sqlite").unlink()
    stopped = Job()
    stopped.cancel()
    with pytest.raises(CancelledError):
        Workstation.open(home, reader="Dr Test", write_pdf=lambda _final, _path: None, job=stopped)
    heard = []
    with Workstation.open(
        home, reader="Dr Test", write_pdf=lambda _final, _path: None, job=Job(on_progress=heard.append)
    ) as again:
        assert len(again.look_at(again.worklist()[0].study_uid).study.images) == 24
    assert {progress.total for progress in heard} >= {24}


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl+C as in a terminal, also where the tests run in the background and inherit it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_second_ctrl_c_interrupts_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), terminal_job() as job:  # noqa: PT012
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(CancelledError):
            job.report(1, 2, "")
        os.kill(os.getpid(), signal.SIGINT)
