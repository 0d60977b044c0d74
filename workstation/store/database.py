"""A SQLite file that keeps what it acknowledged: pragmas, transactions, errors in words, migrations.

Measured in 1,000 simulated power cuts each (reliability.md): journal_mode TRUNCATE with synchronous FULL loses no
acknowledged commit; SQLite's defaults lose the last one in a quarter of them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from workstation.base.errors import StoreError
from workstation.store import disk

BUSY_MS = 10_000
PRAGMAS = ("synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON")
MIGRATIONS = Path(__file__).parent / "migrations"

HEADS = {"journal": "j0001", "catalogue": "c0001"}
"""Newest revision per database; alembic is imported only when a file is not at it."""


class Database:
    """One SQLite file: many short reads on any thread, writes one at a time.

    Parameters
    ----------
    path : an existing file; it is never created here, so that a missing database cannot pass for an empty one (R14).

    Attributes
    ----------
    commits : how many transactions were written through this object.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.commits = 0
        self._reading = _engine(path, query_only=True)
        self._writing = None if read_only else _engine(path, query_only=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A short look at one consistent state. Keep it short: a commit waits for it.

        Raises
        ------
        StoreError
            When the file is damaged or cannot be read.
        """
        try:
            with self._reading.connect() as connection:
                yield connection
        except (DBAPIError, UnicodeDecodeError) as error:
            why, words = _words(error)
            raise StoreError(f"{self.path.name} cannot be read: {words}", why=why) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, on disk when the block has ended without an error.

        Raises
        ------
        StoreError
            "not saved: ...": nothing of the block is kept.
        """
        if self._writing is None:
            raise StoreError("not saved: the data folder was opened read-only. Close it and open it for work.")
        try:
            with self._writing.connect() as connection:
                try:
                    with connection.begin():
                        yield connection
                except DBAPIError:
                    connection.invalidate()
                    raise
            self.commits += 1
        except (DBAPIError, UnicodeDecodeError) as error:
            why, words = _words(error)
            raise StoreError(f"not saved: {words}", why=why) from error

    def problems(self, *, largest_bytes: int | None = None) -> tuple[str, ...]:
        """What SQLite itself finds wrong with the file; a file above `largest_bytes` is only opened."""
        try:
            quick = largest_bytes is not None and self.path.stat().st_size > largest_bytes
        except OSError as error:
            why, words = _WORDS["unable to open"]
            raise StoreError(f"{self.path.name} cannot be read: {words}", why=why) from error
        with self.read() as connection:
            if quick:
                connection.execute(text("SELECT count(*) FROM sqlite_master")).all()
                return ()
            lines = connection.execute(text("PRAGMA quick_check(20)")).scalars().all()
        return tuple(line for line in lines if line != "ok")

    def close(self) -> None:
        """Close every connection."""
        self._reading.dispose()
        if self._writing is not None:
            self._writing.dispose()


def _engine(path: Path, *, query_only: bool) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, query_only=query_only),
        poolclass=QueuePool,
        pool_size=1 if not query_only else 4,
        max_overflow=0 if not query_only else 12,
    )
    begin = "BEGIN" if query_only else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect(path: Path, *, query_only: bool) -> sqlite3.Connection:
    uri = f"file:{quote(path.absolute().as_posix())}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.text_factory = _forgiving_text
    try:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if query_only:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute("PRAGMA journal_mode=TRUNCATE")
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _forgiving_text(raw: bytes) -> str:
    # damaged bytes must reach the check that names the damaged entry, not stop it
    return raw.decode("utf-8", "backslashreplace")


_WORDS = {
    "full": ("disk-full", "the disk is full. Free some space and try again; nothing that was saved before is lost."),
    "readonly": ("no-access", "the file is write-protected. Ask for write access to the data folder and try again."),
    "locked": ("busy", "another program keeps the file busy. Close it and try again."),
    "malformed": ("damaged", "the file is damaged. It was left as it is: restore it from a backup."),
    "not a database": ("damaged", "the file is damaged. It was left as it is: restore it from a backup."),
    "unable to open": ("missing", "the file is missing or may not be opened. Restore it from a backup."),
    "I/O error": ("disk-error", "the disk reported an error. Check the disk and its free space, then try again."),
}


def _words(error: DBAPIError | UnicodeDecodeError) -> tuple[str, str]:
    """Why, as `StoreError` names it, and in words."""
    # sqlite3 stumbles over its own message when that quotes damaged bytes
    said = str(error.orig) if isinstance(error, DBAPIError) else "malformed"
    return next((words for sign, words in _WORDS.items() if sign in said), ("unknown", f"the database said: {said}."))


def create_file(path: Path) -> None:
    """An empty private file for a database to come; raises StoreError."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise disk.not_saved(error) from error


def revision(database: Database) -> str | None:
    """The revision that the file is at; None for one without tables."""
    with database.read() as connection:
        if not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name='alembic_version'")).first():
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(database: Database, *, folder: Path, head: str) -> None:
    """Bring the file to `head` in one transaction; the file as it was is kept beside it (R18).

    Parameters
    ----------
    folder : the versions, alembic scripts.

    Raises
    ------
    StoreError
        When the file comes from a newer Diptych or the upgrade failed; the file is as it was.
    """
    current = revision(database)
    if current == head:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    if current is not None:
        keep_copy(database.path, database.path.with_name(f"{database.path.name}.before-{head}"))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(folder).replace("%", "%%"))
    try:
        with database.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, head)
    except CommandError as error:
        raise StoreError(
            f"{database.path.name} was written by another version of Diptych (schema {current}). "
            "Nothing was changed: start the newest version."
        ) from error


def keep_copy(source: Path, target: Path) -> None:
    """A consistent copy of a database, whole or not at all, even while it is written to (SQLite backup API).

    Raises
    ------
    StoreError
        When it could not be copied.
    """
    incoming = target.with_name(f"{target.name}{disk.TEMPORARY}")
    try:
        incoming.unlink(missing_ok=True)
        create_file(incoming)
        with closing(_connect(source, query_only=True)) as here, closing(sqlite3.connect(incoming)) as there:
            here.backup(there)
        with incoming.open("rb") as file:
            os.fsync(file.fileno())
        incoming.replace(target)
        disk.sync_folder(target.parent)
    except sqlite3.Error as error:
        raise StoreError(f"{source.name} could not be copied: {error}. Check the disk and its free space.") from error
    except OSError as error:
        raise disk.not_saved(error) from error
    finally:
        incoming.unlink(missing_ok=True)
