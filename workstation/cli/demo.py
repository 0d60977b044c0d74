"""`diptych demo`: the workstation on phantom studies; without a window, the same reading off screen."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from workstation.app import Workstation
from workstation.base.errors import UsageError
from workstation.base.jobs import Job
from workstation.cli.commands import Command, Outcome
from workstation.cli.home import home_of, open_workstation
from workstation.cli.ports import Ports
from workstation.cli.progress import terminal_job
from workstation.demo.worklist import build_demo

SEED = 20261118


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--headless", action="store_true", help="read off screen; leave pictures, SR and PDF in --out")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("out"))
    parser.add_argument("--scale", type=float, default=1.0, help="size of the phantoms, 1 = full (3328 x 4096)")


def _run(options: argparse.Namespace, ports: Ports) -> Outcome:
    if not 0.05 <= options.scale <= 1:
        raise UsageError("--scale lies between 0.05 and 1")
    if options.headless:
        return _headless(options, ports)
    home = Path(options.home) if getattr(options, "home", None) else home_of(options) / "demo"
    with open_workstation(options, ports, home=home, for_window=True) as workstation:
        status = ports.open_window(workstation, lambda job: prepare(workstation, home / "phantoms", job, options.scale))
    return Outcome(status=status)


def _headless(options: argparse.Namespace, ports: Ports) -> Outcome:
    out: Path = options.out
    home = Path(options.home) if getattr(options, "home", None) else out / f"home-{time.strftime('%Y%m%d-%H%M%S')}"
    with open_workstation(options, ports, home=home, reader="Demo Reader") as workstation:
        with terminal_job() as job:
            prepare(workstation, out / "phantoms", job, options.scale)
        files = ports.tour(workstation, out)
        problems = workstation.problems()
    lines = ["no window: the demo reading was performed off screen", *(f"left {file}" for file in files)]
    return Outcome(messages=tuple(lines), has_problems=bool(problems))


def prepare(workstation: Workstation, folder: Path, job: Job, scale: float) -> None:
    """Make the phantom studies, have the reference service read them, import all; nothing where it is done already."""
    if workstation.worklist():
        return
    complete = folder / "complete"
    if not complete.is_file():
        build_demo(folder, job, seed=SEED, scale=scale)
        complete.touch()
    studies = [path for name in ("images", "results") for path in sorted(folder.glob(f"*/{name}"))]
    workstation.import_paths(studies, job)


COMMAND = Command(summary="open the workstation on phantom studies", add_arguments=_add, run=_run)
