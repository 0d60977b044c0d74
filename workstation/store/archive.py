"""The archive: every file that came in, byte for byte, keyed by its digest.

The bytes are kept as received, the preamble too, so that the digest in the journal is the digest of what the sender
sent; nothing in the archive can be executed (mode 0400, folder 0700).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workstation.base.errors import StoreError
from workstation.model.identity import Digest
from workstation.store import disk

EXTENSION = ".dcm"


class Archive:
    """Files below one folder, `ab/<digest>.dcm`."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self._read_only = read_only

    def add(self, path: Path) -> Digest:
        """Copy the file in; it is on disk when this returns. Adding the same bytes again changes nothing.

        Raises
        ------
        BadInputError
            When `path` cannot be read.
        StoreError
            "not saved: ...", or opened read-only.
        """
        if self._read_only:
            raise StoreError("not saved: the data folder was opened read-only. Close it and open it for work.")
        return disk.copy_by_digest(path, self.folder, EXTENSION)

    def path(self, digest: Digest) -> Path:
        """Where the file with this digest is.

        Raises
        ------
        StoreError
            When the archive has no such file.
        """
        path = disk.keyed_path(self.folder, digest, EXTENSION)
        if not path.is_file():
            raise StoreError(f"the file {digest} is missing from the archive; restore a backup or import it again.")
        return path

    def verify(self, digest: Digest) -> bool:
        """Whether the file is there and its bytes are those that came in."""
        try:
            return disk.digest_of_file(disk.keyed_path(self.folder, digest, EXTENSION)) == digest
        except OSError:
            return False

    def digests(self) -> Iterator[Digest]:
        """Yield the digest of every file, sorted; files that are not the archive's own are passed over."""
        for path in sorted(self.folder.glob(f"??/*{EXTENSION}")):
            if disk.is_digest(path.stem):
                yield Digest(path.stem)
