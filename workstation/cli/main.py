"""`diptych`: the command line. A stable contract: JSON on standard output alone, messages on standard error.

Exit codes: 0 done; 2 usage; 3 done, with problems listed; 4 refused by a rule, with the rule's name; 130 stopped by
Ctrl+C.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workstation.base.clock import software_version
from workstation.base.errors import CancelledError, DiptychError, RefusedError, UsageError
from workstation.cli import home as homes
from workstation.cli.commands import Outcome
from workstation.cli.ports import Ports
from workstation.cli.registry import COMMANDS

DONE, USAGE, PROBLEMS, REFUSED, FAILED, STOPPED = 0, 2, 3, 4, 1, 130


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command; also what the README's table is checked against."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", type=Path, metavar="DIR", help="where studies and the journal live (or DIPTYCH_HOME)")
    common.add_argument("--language", choices=("en", "ru"), help="language of texts and protocols")
    parser = argparse.ArgumentParser(
        prog="diptych",
        parents=[common],
        description="A workstation for radiologists who double-read with AI. Not certified for diagnosis.",
        epilog="exit codes: 0 done; 2 usage; 3 done, with problems listed; 4 refused by a rule; 130 stopped",
    )
    parser.add_argument("--version", action="version", version=software_version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        # `--home` may stand before or after the command; only the one given counts
        inherited = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
        inherited.add_argument("--home", type=Path, metavar="DIR")
        inherited.add_argument("--language", choices=("en", "ru"))
        sub = commands.add_parser(name, help=command.summary, description=command.summary, parents=[inherited])
        command.add_arguments(sub)
    return parser


def main(argv: Sequence[str] | None, ports: Ports) -> int:
    """Run one command; the window when none is named."""
    options = build_parser().parse_args(argv)
    try:
        if options.command is None:
            with homes.open_workstation(options, ports, for_window=True) as workstation:
                return ports.open_window(workstation)
        homes.refuse_missing(options)
        outcome = COMMANDS[options.command].run(options, ports)
    except RefusedError as error:
        _print_json({"refused": {"rule": error.rule, "message": str(error), "details": list(error.details)}})
        _say(f"refused by rule {error.rule}: {error}", *error.details)
        return REFUSED
    except UsageError as error:
        _say(str(error))
        return USAGE
    except (CancelledError, KeyboardInterrupt):
        _say("stopped; what was finished before is kept, and the command can be given again")
        return STOPPED
    except DiptychError as error:
        _say(str(error))
        return FAILED
    try:
        return _finish(outcome)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`: nothing more to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _finish(outcome: Outcome) -> int:
    if outcome.document is not None:
        _print_json(outcome.document)
    _say(*outcome.messages, *(f"{problem.where}: {problem.message}" for problem in outcome.problems))
    if outcome.status:
        return outcome.status
    return PROBLEMS if outcome.has_problems or outcome.problems else DONE


def _print_json(document: Any) -> None:
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(f"diptych: {line}\n")
