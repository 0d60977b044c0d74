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
from workstation.base.errors import UsageError
from workstation.base.jobs import Job
from workstation.cli.ports import Ports
from workstation.model.identity import StudyUID
from workstation.model.problem import Problem


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
                     reader: str | None = None) -> Iterator[Workstation]:  # fmt: skip
    """The workstation on the chosen home, closed at the end."""
    workstation = Workstation.open(
        home or home_of(options),
        reader=reader or os.environ.get("DIPTYCH_READER") or getpass.getuser(),
        language=language_of(options),
        write_pdf=ports.write_pdf,
    )
    try:
        yield workstation
    finally:
        workstation.close()


def study_named(workstation: Workstation, name: str) -> tuple[StudyUID, tuple[Problem, ...]]:
    """The study that STUDY on the command line means, and what could not be used where it is a path (S10).

    Raises
    ------
    UsageError
        When it is neither the UID of a study here nor a path with exactly one study.
    """
    if Path(name).exists():
        report = workstation.import_paths([Path(name)], Job())
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
