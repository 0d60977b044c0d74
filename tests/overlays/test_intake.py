"""Reports on their way in: read side by side, in the order in which they came."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.overlays.sr_builder import code, dcm, report, save
from workstation.base.errors import CancelledError
from workstation.base.jobs import Job, Progress
from workstation.base.workers import WorkerPool
from workstation.intake import taken_in
from workstation.model.problem import Problem
from workstation.model.result import AIResult
from workstation.overlays.host import OverlayHost


@dataclass(frozen=True, slots=True)
class MeetingHost(OverlayHost):
    """Answers only when two reports are being read at once."""

    both: threading.Barrier = field(default_factory=lambda: threading.Barrier(2, timeout=30))

    def read(self, path: Path | str) -> tuple[AIResult | None, tuple[Problem, ...]]:
        self.both.wait()
        return OverlayHost(self.pool).read(path)


@pytest.fixture
def reports(tmp_path: Path) -> list[Path]:
    made = []
    for number in (3, 1, 4, 2):
        document = report(
            dcm("111036", "Mammography CAD Report"),
            code(dcm("111017"), dcm("111241")),
            SOPInstanceUID=f"2.25.90{number}",
        )
        made.append(save(document, tmp_path / f"{len(made)}.dcm"))
    return made


def test_reports_are_read_side_by_side_and_stay_in_their_order(reports: list[Path]) -> None:
    with WorkerPool(size=2) as pool, taken_in(reports, pool, MeetingHost(pool), Job()) as intake:
        assert [result.sr_uid[-1] for result in intake.results] == ["3", "1", "4", "2"]


def test_reading_reports_can_be_cancelled(reports: list[Path]) -> None:
    job = Job()

    def stop_at_the_first_report(progress: Progress) -> None:
        seen.append(progress.doing)
        if seen.count(reports[0].name) == 3:  # found, its header read, now its content
            job.cancel()

    seen: list[str] = []
    job.on_progress = stop_at_the_first_report
    with (
        WorkerPool(size=2) as pool,
        pytest.raises(CancelledError),
        taken_in(reports, pool, OverlayHost(pool), job),
    ):
        pass
    assert seen.count(reports[1].name) == 2
