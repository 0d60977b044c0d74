"""What a command is: a summary, arguments, a function from options to an outcome."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.cli.ports import Ports
from workstation.model.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command leaves: a JSON document for standard output, lines for standard error.

    Attributes
    ----------
    problems : listed after the messages.
    has_problems : whether there are problems that `problems` does not hold.
    status : exit status of the window, where the command opened one.
    """

    document: Any = None
    messages: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    has_problems: bool = False
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of the command line."""

    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Ports], Outcome]


def add_paths(parser: argparse.ArgumentParser) -> None:
    """PATH… and --json, as `inspect` and `import` take them."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file, folder, ZIP or DICOMDIR")
    add_json(parser)


def add_json(parser: argparse.ArgumentParser) -> None:
    """The --json flag."""
    parser.add_argument("--json", action="store_true", help="print the JSON document on standard output")


def add_study(parser: argparse.ArgumentParser) -> None:
    """STUDY: a Study Instance UID of the home, or a path that is imported first."""
    parser.add_argument("study", metavar="STUDY", help="Study Instance UID, or a path that is imported first")


def problem_json(problem: Problem) -> dict[str, str]:
    """A problem as the command line prints it."""
    return {"path": problem.where, "kind": problem.kind.value, "message": problem.message}


def document_if(options: argparse.Namespace, document: Any) -> Any:
    """The document when --json asks for it."""
    return document if options.json else None
