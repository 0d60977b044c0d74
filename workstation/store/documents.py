"""Final documents, keyed by digest: written once, never over one another (S6)."""

from __future__ import annotations

from pathlib import Path

from workstation.base.errors import StoreError
from workstation.model.identity import Digest
from workstation.store import disk

EXTENSIONS = (".dcm", ".pdf", ".json")


class Documents:
    """Files below one folder, `ab/<digest>.pdf` and the like."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self._read_only = read_only

    def add(self, path: Path) -> Digest:
        """Keep a copy of a finished document; it is on disk when this returns.

        Parameters
        ----------
        path : a file named .dcm, .pdf or .json.

        Raises
        ------
        BadInputError
            When `path` cannot be read.
        StoreError
            "not saved: ...", opened read-only, or not a kind of document that is kept.
        """
        if self._read_only:
            raise StoreError("not saved: the data folder was opened read-only. Close it and open it for work.")
        if path.suffix not in EXTENSIONS:
            raise StoreError(f"not saved: {path.name} is not a document of a known kind ({', '.join(EXTENSIONS)}).")
        return disk.copy_by_digest(path, self.folder, path.suffix)

    def write(self, data: bytes, extension: str) -> Path:
        """Keep the bytes of a document under their digest, and say where; raises as `add`."""
        if self._read_only:
            raise StoreError("not saved: the data folder was opened read-only. Close it and open it for work.")
        if extension not in EXTENSIONS:
            raise StoreError(
                f"not saved: {extension} is not a kind of document that is kept ({', '.join(EXTENSIONS)})."
            )
        return disk.write_by_digest(data, self.folder, extension)

    def path(self, digest: Digest) -> Path | None:
        """Where the document with this digest lies, or None."""
        paths = (disk.keyed_path(self.folder, digest, extension) for extension in EXTENSIONS)
        return next((path for path in paths if path.is_file()), None)

    def verify(self, digest: Digest) -> bool:
        """Whether the document is there and its bytes are those that were written."""
        path = self.path(digest)
        try:
            return path is not None and disk.digest_of_file(path) == digest
        except OSError:
            return False
