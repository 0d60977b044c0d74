"""A copy of the records while they are in use, checked (R17).

The files of the archive and the final documents never change: any program can copy those folders at any time. The
databases cannot be copied like that; this does it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from workstation.base.errors import RefusedError, StoreError
from workstation.store import database, disk
from workstation.store.home import CATALOGUE, HEAD, JOURNAL, Home
from workstation.store.journal import Journal


def back_up_records(home: Home, folder: Path) -> None:
    """Copy journal and catalogue into `folder` (made when missing), and read the copy back.

    Raises
    ------
    RefusedError
        "backup-exists": the folder holds a backup already.
    StoreError
        The disk did not take it, or the copy is not sound; then `folder` must not be relied on.
    """
    disk.private_folder(folder)
    if (folder / JOURNAL).exists():
        raise RefusedError("backup-exists", f"{folder} holds a backup already. Choose an empty folder.")
    try:
        shutil.copyfile(home.path / HEAD, folder / HEAD)  # first: the journal copied after it holds at least as much
    except OSError as error:
        raise disk.not_saved(error) from error
    database.keep_copy(home.path / CATALOGUE, folder / CATALOGUE)
    database.keep_copy(home.path / JOURNAL, folder / JOURNAL)
    copy = Journal(database.Database(folder / JOURNAL, read_only=True), home.origins)
    try:
        problems = [problem.message for problem in copy.verify() if not problem.is_notice]
    finally:
        copy.close()
    if problems:
        raise StoreError(f"The backup in {folder} is not sound: {problems[0]} Check the data folder and that disk.")
