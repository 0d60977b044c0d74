"""What could not be used, kept with the reason: nothing is lost and nothing is silently skipped (S10, R30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workstation.base.clock import Origins
from workstation.base.codec import canonical, digest_of, dump, load_json
from workstation.base.errors import BadInputError, StoreError
from workstation.model.identity import Digest
from workstation.model.problem import Problem, ProblemKind
from workstation.store import disk

EXTENSION = ".bin"
LARGEST_BYTES = 1 << 30
"""A larger file stays where it is; only the reason is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineItem:
    """One thing that could not be used.

    Attributes
    ----------
    source : where it came from, as text; the file may be gone by now.
    problems : why it is here.
    digest : of the copy kept here; None when none was kept, then a problem says why.
    """

    source: str | None
    problems: tuple[Problem, ...]
    at: datetime
    digest: Digest | None = None


class Quarantine:
    """One folder: a record per item (`<key>.json`), copies by digest (`ab/<digest>.bin`)."""

    def __init__(self, folder: Path, origins: Origins, *, read_only: bool = False,
                 largest_bytes: int = LARGEST_BYTES) -> None:  # fmt: skip
        self.folder = folder
        self._origins = origins
        self._read_only = read_only
        self._largest_bytes = largest_bytes

    def add(self, path: Path | None, problems: tuple[Problem, ...]) -> QuarantineItem:
        """Keep the file's bytes and why it could not be used. The same file with the same problems is kept once.

        Raises
        ------
        StoreError
            "not saved: ...", or opened read-only.
        """
        if self._read_only:
            raise StoreError("not saved: the data folder was opened read-only. Close it and open it for work.")
        digest, why_not = self._copy(path) if path is not None else (None, ())
        source = str(path) if path is not None else None
        item = QuarantineItem(source=source, problems=problems + why_not, at=self._origins.now(), digest=digest)
        record = dump(item)
        key = digest_of(canonical({**record, "at": None}))
        target = self.folder / f"{key}.json"
        if not target.exists():
            disk.write_durably(target, canonical(record))
        return item

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Keep what is said of files that lie in the archive, each once; raises as `add`."""
        for problem in problems:
            self.add(None, (problem,))

    def items(self) -> tuple[QuarantineItem, ...]:
        """Everything here, oldest first; a record that is damaged is an item that says so."""
        found = [_read(path) for path in self.folder.glob("*.json")]
        return tuple(sorted(found, key=lambda item: (item.at, item.source or "")))

    def path(self, digest: Digest) -> Path:
        """Where the copy with this digest lies."""
        return disk.keyed_path(self.folder, digest, EXTENSION)

    def _copy(self, path: Path) -> tuple[Digest | None, tuple[Problem, ...]]:
        try:
            size = path.stat().st_size if path.is_file() else None
            if size is None:
                return None, (
                    _problem(ProblemKind.MISSING_FILE, path, "There is no such file; nothing could be kept."),
                )
            if size > self._largest_bytes:
                limit = self._largest_bytes >> 20
                message = f"The file has {size >> 20} MiB; up to {limit} MiB are kept here. It stays where it is."
                return None, (_problem(ProblemKind.TOO_LARGE, path, message),)
            return disk.copy_by_digest(path, self.folder, EXTENSION), ()
        except (OSError, BadInputError) as error:
            return None, (_problem(ProblemKind.UNREADABLE, path, f"The file could not be copied: {error}."),)


def _problem(kind: ProblemKind, path: Path, message: str) -> Problem:
    return Problem(kind=kind, where=str(path), message=message)


def _read(path: Path) -> QuarantineItem:
    try:
        return load_json(QuarantineItem, path.read_bytes())
    except (OSError, BadInputError) as error:
        problem = _problem(ProblemKind.UNREADABLE, path, f"This record of the quarantine is damaged: {error}.")
        at = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        return QuarantineItem(source=None, problems=(problem,), at=at)
