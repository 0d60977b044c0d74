"""`diptych render`: one hanging step as a PNG, with the painters of the window."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from workstation.base.errors import UsageError
from workstation.cli.commands import Command, Outcome, add_study
from workstation.cli.home import open_workstation, study_named
from workstation.cli.ports import Ports
from workstation.reading.hanging import steps_for

LARGEST = 16384


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    if match is None or not all(64 <= int(side) <= LARGEST for side in match.groups()):
        raise argparse.ArgumentTypeError(f"a size is WIDTHxHEIGHT, each 64 to {LARGEST}, e.g. 1920x1080")
    return int(match[1]), int(match[2])


def _add(parser: argparse.ArgumentParser) -> None:
    add_study(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--step", metavar="NAME", help="name of the hanging step")
    what.add_argument("--list-steps", action="store_true", help="print the names of the study's hanging steps")
    parser.add_argument("--size", type=_size, default=(1920, 1080), metavar="WxH")
    parser.add_argument("--out", type=Path, metavar="FILE.png")
    parser.add_argument("--no-overlays", action="store_true", help="leave the AI's marks out")


def _run(options: argparse.Namespace, ports: Ports) -> Outcome:
    with open_workstation(options, ports) as workstation:
        named, problems = study_named(workstation, options.study)
        study = workstation.look_at(named)
        names = [step.name for step in steps_for(study)]
        if options.list_steps:
            return Outcome(document={"steps": names}, problems=problems)
        if options.step not in names:
            raise UsageError(f"no step {options.step!r}; this study has: {', '.join(names)}")
        if options.out is None:
            raise UsageError("--out FILE.png is needed")
        ports.render_step(workstation, study, options.step, size=options.size, out=options.out,
                          overlays=not options.no_overlays)  # fmt: skip
    return Outcome(messages=(f"wrote {options.out}",), problems=problems)


COMMAND = Command(summary="draw one hanging step of a study into a PNG", add_arguments=_add, run=_run)
