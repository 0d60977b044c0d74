"""How a home is opened: nothing damaged is touched, nothing missing is silently made anew (R14)."""

from __future__ import annotations

import shutil
from pathlib import Path

from workstation.base.clock import Origins
from workstation.base.errors import StoreError
from workstation.store import database, disk
from workstation.store.archive import Archive
from workstation.store.catalogue import Catalogue, ReadFiles
from workstation.store.database import HEADS, MIGRATIONS, Database
from workstation.store.documents import Documents
from workstation.store.exclusive import HomeLock
from workstation.store.home import CATALOGUE, FOLDERS, HEAD, JOURNAL, Home
from workstation.store.journal import Journal, create_head
from workstation.store.quarantine import Quarantine


def open_for_work(path: Path, origins: Origins, lock: HomeLock, read_files: ReadFiles | None) -> Home:
    """Open under `lock`; raises as `Home.open`."""
    for name in FOLDERS:
        disk.private_folder(path / name)
    _tidy(path)
    journal = _journal(path, origins)
    catalogue: Catalogue | None = None
    try:
        catalogue, is_new = _catalogue(path, Archive(path / "archive"), journal)
        home = _home(path, origins, journal, catalogue, lock=lock)
        _repair(home, read_files, is_new=is_new)
    except BaseException:
        journal.close()
        if catalogue is not None:
            catalogue.close()
        raise
    return home


def open_read_only(path: Path, origins: Origins) -> Home:
    """Open to look at, damaged or not; raises StoreError when there is nothing to open."""
    if not (path / JOURNAL).is_file() and not (path / CATALOGUE).is_file():
        raise StoreError(f"{path} is no data folder of Diptych. Check the folder's name (--home).")
    journal = Journal(Database(path / JOURNAL, read_only=True), origins)
    catalogue = Catalogue(
        Database(path / CATALOGUE, read_only=True), Archive(path / "archive", read_only=True), journal
    )
    home = _home(path, origins, journal, catalogue, lock=None)
    home.damage = tuple(problem.message for problem in journal.damage_at_start())
    return home


def _home(path: Path, origins: Origins, journal: Journal, catalogue: Catalogue, *, lock: HomeLock | None) -> Home:
    read_only = lock is None
    return Home(
        path=path,
        origins=origins,
        read_only=read_only,
        journal=journal,
        archive=Archive(path / "archive", read_only=read_only),
        catalogue=catalogue,
        quarantine=Quarantine(path / "quarantine", origins, read_only=read_only),
        documents=Documents(path / "documents", read_only=read_only),
        _lock=lock,
    )


def _tidy(path: Path) -> None:
    for name in ("", "archive", "quarantine", "documents"):
        disk.remove_leftovers(path / name)
    for shard in (path / "prepared").glob("??"):
        disk.remove_leftovers(shard)
    for left in (path / "scratch").iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _journal(path: Path, origins: Origins) -> Journal:
    file, head = path / JOURNAL, path / HEAD
    is_new = not head.exists() and not _holds_files(path)
    if not is_new and (not file.is_file() or file.stat().st_size == 0):
        raise StoreError(
            f"The journal {file} is missing or empty, although this folder was used before. Nothing was changed: "
            "restore it from a backup. The folder can still be looked at read-only."
        )
    database.create_file(file)
    base = Database(file)
    journal = Journal(base, origins)
    try:
        database.migrate(base, folder=MIGRATIONS / "journal", head=HEADS["journal"])
        if is_new and journal.last == 0:
            create_head(path)
        _refuse_damaged(journal)
    except BaseException:
        journal.close()
        raise
    return journal


def _refuse_damaged(journal: Journal) -> None:
    damage = journal.damage_at_start()
    if damage:
        what = " ".join(problem.message for problem in damage[:3])
        raise StoreError(f"{what} Nothing was changed: restore the folder from a backup, or look at it read-only.")


def _holds_files(path: Path) -> bool:
    return any(next((path / name).iterdir(), None) is not None for name in ("archive", "documents"))


def _catalogue(path: Path, archive: Archive, journal: Journal) -> tuple[Catalogue, bool]:
    """The catalogue, and whether it is made anew; a damaged one is moved aside: the archive holds all that it held."""
    file = path / CATALOGUE
    if file.exists() and _is_damaged(file):
        file.replace(path / f"catalogue.damaged-{disk.digest_of_file(file)[:16]}.sqlite")
    database.create_file(file)
    base = Database(file)
    try:
        is_new = database.revision(base) is None
        database.migrate(base, folder=MIGRATIONS / "catalogue", head=HEADS["catalogue"])
    except BaseException:
        base.close()
        raise
    return Catalogue(base, archive, journal), is_new


def _is_damaged(file: Path) -> bool:
    base = Database(file)
    try:
        return bool(base.problems())
    except StoreError:
        return True
    finally:
        base.close()


def _repair(home: Home, read_files: ReadFiles | None, *, is_new: bool) -> None:
    missing = home.catalogue.unlisted()
    if missing and read_files is not None:
        home.quarantine.add_problems(home.catalogue.list_unlisted(read_files))
    elif missing and is_new:
        raise StoreError(
            f"The catalogue of {home.path} is missing or damaged. Nothing is lost: it is made anew from the archive "
            "when Diptych is started normally."
        )
