"""Builds the demo worklist: draws the phantoms, writes them as DICOM, lets the reference service read them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import workstation
from workstation.base import codec, resources
from workstation.base.clock import Origins
from workstation.base.jobs import Job
from workstation.demo.cases import Case, demo_cases
from workstation.demo.study import write_case
from workstation.model.identity import StudyUID

SERVICE_TIME_LIMIT_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCase:
    """Where one study of the demo lies.

    Attributes
    ----------
    images : folder of its DICOM images.
    results : folder of what the reference service wrote; None where it was not asked.
    truth : `truth.json` (workstation.demo.truth.Truth); not for import.
    """

    slug: str
    study_uid: StudyUID
    images: Path
    results: Path | None
    truth: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSet:
    """A demo worklist on disk.

    Attributes
    ----------
    problems : what the reference service could not do, a sentence each.
    """

    folder: Path
    cases: tuple[DemoCase, ...]
    problems: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Folders to import: images and results, without the truth."""
        found = [(case.images, case.results) for case in self.cases]
        return tuple(path for pair in found for path in pair if path is not None)


def build_demo(
    folder: Path,
    job: Job,
    *,
    seed: int,
    scale: float = 1.0,
    service_command: Sequence[str] | None = None,
    origins: Origins | None = None,
    today: date | None = None,
) -> DemoSet:
    """Build the demo worklist in `folder`: `<case>/images`, `<case>/results`, `<case>/truth.json`.

    Parameters
    ----------
    seed : the same seed, scale and day give the same pixels and UIDs.
    scale : size of the images; 1.0 is 3328 x 4096 pixels, 0.125 suits tests.
    service_command : runs the AI service; the study's folder, the results' folder and `--formats` are appended.
        None runs the reference detector that comes with Diptych, in a process of its own.
    today : the day the newest studies are of; None takes it from `origins`.

    Raises
    ------
    CancelledError
        When the job was cancelled; what is written so far stays.
    """
    origins = origins or Origins()
    day = today or origins.now().date()
    command = tuple(service_command or (sys.executable, "-m", "diptych_reference_detector"))
    cases = demo_cases(seed)
    steps = _Steps(job, total=len(cases) + sum(1 for case in cases if case.formats))
    built: list[DemoCase] = []
    runs: list[tuple[Case, Future[str | None]]] = []
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="demo-service") as service:
        try:
            for case in cases:
                steps.next(case.slug)
                performed = datetime.combine(day - timedelta(days=case.days_ago), case.at)
                target = folder / case.slug
                truth = write_case(target / "images", case, performed, seed=seed, scale=scale, origins=origins)
                (target / "truth.json").write_text(
                    json.dumps(codec.dump(truth), ensure_ascii=False, indent=1), encoding="utf-8"
                )
                demo = _demo_case(target, case, truth.study_uid)
                built.append(demo)
                if demo.results:
                    runs.append((case, service.submit(_run_service, command, demo.images, demo.results, case.formats)))
            problems = []
            for case, run in runs:
                steps.next(f"{case.slug}: AI")
                problems.append(_problem(case, run.result()))
        finally:
            service.shutdown(wait=False, cancel_futures=True)
    return DemoSet(folder=folder, cases=tuple(built), problems=tuple(text for text in problems if text))


class _Steps:
    def __init__(self, job: Job, total: int) -> None:
        self._job, self._total, self._done = job, total, 0

    def next(self, doing: str) -> None:
        self._job.report(self._done, self._total, doing)
        self._done += 1


def _demo_case(target: Path, case: Case, study_uid: StudyUID) -> DemoCase:
    return DemoCase(
        slug=case.slug,
        study_uid=study_uid,
        images=target / "images",
        results=target / "results" if case.formats else None,
        truth=target / "truth.json",
    )


def _problem(case: Case, said: str | None) -> str | None:
    return said and f"The reference AI service did not read the study {case.slug}: {said}"


def detector_folder() -> Path:
    """Where the reference detector's package lies: in the wheel's resources, or in the checkout's plugins."""
    installed = resources.path("reference_detector")
    return installed if installed.is_dir() else Path(workstation.__file__).parents[1] / "plugins" / "reference_detector"


def _run_service(command: Sequence[str], images: Path, results: Path, formats: Sequence[str]) -> str | None:
    """Run the service on one study; None when it succeeded, else the last words it said."""
    results.mkdir(parents=True, exist_ok=True)
    places = [str(detector_folder()), str(Path(workstation.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(place for place in places if place)}
    arguments = [*command, str(images), str(results), "--formats", ",".join(formats)]
    try:
        done = subprocess.run(
            arguments, env=environment, capture_output=True, text=True, timeout=SERVICE_TIME_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1]
