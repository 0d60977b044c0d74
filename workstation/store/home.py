"""The home: one folder with everything that is kept, used by one program at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from workstation.base.clock import Origins
from workstation.store import disk
from workstation.store.archive import Archive
from workstation.store.documents import Documents
from workstation.store.exclusive import HomeLock
from workstation.store.filesystem import refuse_network_folder
from workstation.store.quarantine import Quarantine

if TYPE_CHECKING:
    from workstation.store.catalogue import Catalogue, ReadFiles
    from workstation.store.journal import Journal

FOLDERS = ("archive", "quarantine", "documents", "prepared", "scratch")
JOURNAL, CATALOGUE, HEAD, LOCK = "journal.sqlite", "catalogue.sqlite", "journal.head", "home.lock"


@dataclass(slots=True, kw_only=True)
class Home:
    """An open data folder.

    Attributes
    ----------
    scratch : for files in the making; emptied at every start.
    damage : sentences on what is damaged; only a home opened read-only can have any.
    """

    path: Path
    origins: Origins
    read_only: bool
    journal: Journal
    archive: Archive
    catalogue: Catalogue
    quarantine: Quarantine
    documents: Documents
    damage: tuple[str, ...] = ()
    _lock: HomeLock | None = field(default=None, repr=False)

    @property
    def scratch(self) -> Path:
        """Folder for files in the making, on the same disk as the archive."""
        return self.path / "scratch"

    @classmethod
    def open(cls, path: Path, *, origins: Origins | None = None, read_only: bool = False,
             read_files: ReadFiles | None = None) -> Home:  # fmt: skip
        """Open the folder, or make one where there is none yet.

        Parameters
        ----------
        read_only : look only: takes no lock, changes nothing, and opens a damaged home as far as it can be read.
        read_files : how archived files are read again, where the catalogue has to be repaired from them.

        Raises
        ------
        RefusedError
            "home-in-use": another program works with it; "network-file-system": it lies on a network drive.
        StoreError
            The journal is damaged or missing (everything is left as it is, R14), or the disk does not take it.
        """
        from workstation.store import opening

        if read_only:
            return opening.open_read_only(path, origins or Origins())
        refuse_network_folder(path)
        disk.private_folder(path)
        lock = HomeLock(path / LOCK)
        try:
            return opening.open_for_work(path, origins or Origins(), lock, read_files)
        except OSError as error:
            lock.release()
            raise disk.not_saved(error) from error
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Finish what is being written, close the files and let the next program in."""
        self.journal.close()
        self.catalogue.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Home:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()
