"""Which home the command works on, and the workstation opened on it."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from workstation.app import Workstation
from workstation.base.errors import DiptychError, UsageError
from workstation.cli.ports import Ports
from workstation.cli.progress import terminal_job
from workstation.model.identity import StudyUID
from workstation.model.problem import Problem
from workstation.store.home import CATALOGUE, FOLDERS, HEAD, JOURNAL

LOOKING = ("verify", "worklist", "export", "render")
"""Commands that only look at what is there."""


def home_of(options: argparse.Namespace) -> Path:
    """`--home`, else DIPTYCH_HOME, else the platform's data folder."""
    if getattr(options, "home", None):
        return Path(options.home)
    if named := os.environ.get("DIPTYCH_HOME"):
        return Path(named)
    return Path(platformdirs.user_data_dir("diptych", appauthor=False))


def language_of(options: argparse.Namespace) -> str:
    """`--language`, else the language of the environment, else English."""
    if getattr(options, "language", None):
        return str(options.language)
    return "ru" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).lower().startswith("ru") else "en"


@contextmanager
def open_workstation(options: argparse.Namespace, ports: Ports, *, home: Path | None = None,
                     reader: str | None = None, for_window: bool = False) -> Iterator[Workstation]:  # fmt: skip
    """The workstation on the chosen home, closed at the end.

    Parameters
    ----------
    for_window : whether a home that cannot be opened is also told in the window's place.
    """
    try:
        with terminal_job() as job:
            workstation = Workstation.open(
                home or home_of(options),
                reader=reader or os.environ.get("DIPTYCH_READER") or getpass.getuser(),
                language=language_of(options),
                write_pdf=ports.write_pdf,
                job=job,
            )
    except DiptychError as error:
        if for_window:
            ports.show_failure(error, language_of(options))
        raise
    try:
        yield workstation
    finally:
        workstation.close()


def refuse_missing(options: argparse.Namespace) -> None:
    """Refuse a command that only looks into the home where there is none: a mistyped folder makes no new one.

    Raises
    ------
    UsageError
        When the folder holds nothing of Diptych. A STUDY that is a path is imported first, which makes a home.
    """
    study = getattr(options, "study", None)
    if options.command not in LOOKING or (study is not None and Path(study).exists()):
        return
    home = home_of(options)
    if not any((home / name).exists() for name in (JOURNAL, HEAD, CATALOGUE, *FOLDERS)):
        raise UsageError(f"{home} is no data folder of Diptych: check --home or DIPTYCH_HOME, or import studies first")


def study_named(workstation: Workstation, name: str) -> tuple[StudyUID, tuple[Problem, ...]]:
    """The study that STUDY on the command line means, and what could not be used where it is a path (S10).

    Raises
    ------
    UsageError
        When it is neither the UID of a study here nor a path with exactly one study.
    """
    if Path(name).exists():
        with terminal_job() as job:
            report = workstation.import_paths([Path(name)], job)
        if len(report.studies) != 1:
            listed = [
                ", ".join(report.studies),
                *(f"{problem.where}: {problem.message}" for problem in report.problems),
            ]
            raise UsageError(
                f"{name} holds {len(report.studies)} studies; name one by its Study Instance UID: {'; '.join(listed)}"
            )
        return report.studies[0], report.problems
    uid = StudyUID(name)
    if workstation.home.catalogue.study(uid) is None:
        raise UsageError(f"no study {name} here; `diptych worklist --json` lists those that are")
    return uid, ()
