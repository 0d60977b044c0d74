"""Pixels decoded ahead, a file per frame, so that opening a study is a memory map. A cache: deleting it loses nothing.

A file is keyed by the digest of the archived file and the frame's number, and says so itself together with the format's
version; one that is not exactly what it should be is deleted, and the frame decoded from the archive again.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workstation.base import codec
from workstation.base.codec import canonical, digest_of
from workstation.base.errors import BadInputError, StoreError
from workstation.base.workers import Json
from workstation.dicom.grey import GreyScale
from workstation.dicom.pixels import Frame, decode_frame
from workstation.store import disk

VERSION = 2
EXTENSION = ".pixels"
PAGE = 4096
"""Pixels begin on a page, so that they can be mapped."""
LARGEST_HEADER = 4 << 20
DTYPES = ("<u2", "<i2", "|u1")
BUDGET_BYTES = 20_000_000_000
RESERVE_BYTES = 5_000_000_000
"""So much of the disk is left to the archive and the journal, which matter more."""
NICENESS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """What a file says of itself."""

    version: int
    digest: str
    frame: int
    dtype: str
    shape: tuple[int, ...]
    checksum: int
    """CRC-32 of the pixels: a bit that flips on the disk must not become a calcification."""
    grey: GreyScale | None


class PreparedFrames:
    """The folder of prepared frames. Safe to use from any thread.

    Parameters
    ----------
    budget_bytes : the files that were used longest ago are deleted beyond this.
    reserve_bytes : nothing is prepared when the disk has less free than this.
    """

    def __init__(self, folder: Path, *, budget_bytes: int = BUDGET_BYTES, reserve_bytes: int = RESERVE_BYTES) -> None:
        self.folder = folder
        self.budget_bytes = budget_bytes
        self._reserve_bytes = reserve_bytes

    def holds(self, path: Path, frame: int) -> bool:
        """Whether a frame of an archived file seems to be here; `read` may still find it damaged."""
        return self._file(path, frame).is_file()

    def read(self, path: Path, frame: int) -> Frame | None:
        """The frame of an archived file, its pixels mapped read-only; None when it has to be decoded."""
        file = self._file(path, frame)
        try:
            read = _mapped(file, path.stem, frame)
            os.utime(file)
        except (OSError, ValueError, TypeError, BadInputError):
            with suppress(OSError):  # the system may hold a file that is still mapped
                file.unlink(missing_ok=True)
            return None
        return read

    def argument(self, path: Path, frame: int) -> Json:
        """What `prepare_in_worker` has to be told to prepare this frame."""
        return {"path": str(path), "frame": frame, "file": str(self._file(path, frame))}

    def keep(self, path: Path, frame: int) -> int:
        """Count a frame as used just now; its bytes on disk, 0 when it is not here."""
        file = self._file(path, frame)
        try:
            os.utime(file)
            return file.stat().st_size
        except OSError:
            return 0

    def has_room(self) -> bool:
        """Make room within the budget by deleting what was used longest ago; whether the disk has room at all."""
        with suppress(OSError):
            files = [(found.stat(), found) for found in self.folder.glob(f"??/*{EXTENSION}")]
            used = sum(stat.st_size for stat, _ in files)
            for stat, file in sorted(files, key=lambda found: found[0].st_mtime):
                if used <= self.budget_bytes:
                    break
                file.unlink(missing_ok=True)
                used -= stat.st_size
        existing = next(folder for folder in (self.folder, *self.folder.parents) if folder.is_dir())
        return shutil.disk_usage(existing).free > self._reserve_bytes

    def _file(self, path: Path, frame: int) -> Path:
        return disk.keyed_path(self.folder, path.stem, f"-{frame:d}{EXTENSION}")


def prepare_in_worker(argument: Json) -> Json:
    """Entry point in a worker process, which stays behind everything else from then on: decode and write one frame."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    path, number, file = Path(argument["path"]), argument["frame"], Path(argument["file"])
    frame = decode_frame(path, number)
    pixels = np.ascontiguousarray(frame.pixels, dtype=frame.pixels.dtype.newbyteorder("<"))
    data = pixels.tobytes()
    header = _Header(version=VERSION, digest=path.stem, frame=number, dtype=pixels.dtype.str,
                     shape=pixels.shape, checksum=zlib.crc32(data), grey=frame.grey)  # fmt: skip
    try:
        disk.private_folder(file.parent)
        disk.write_durably(file, _head(header) + data)
    except StoreError as error:
        raise BadInputError(str(error)) from error
    return None


def _head(header: _Header) -> bytes:
    """One line with the length and digest of the header, the header as JSON, spaces up to a whole page."""
    body = canonical(codec.dump(header))
    first = json.dumps([len(body), digest_of(body)]).encode() + b"\n"
    return (first + body).ljust(-(-len(first + body) // PAGE) * PAGE)


def _mapped(file: Path, digest: str, frame: int) -> Frame:
    """The file's frame; raises one of `read`'s errors when it is not what it should be."""
    with file.open("rb") as stream:
        length, stated = json.loads(stream.readline(PAGE))
        body = stream.read(min(length, LARGEST_HEADER))
        if digest_of(body) != stated:
            raise BadInputError("the header is damaged")
        header = codec.load_json(_Header, body)
        offset = -(-stream.tell() // PAGE) * PAGE
        if (header.version, header.digest, header.frame) != (VERSION, digest, frame) or header.dtype not in DTYPES:
            raise BadInputError("it is not the frame that is wanted")
        count = int(np.prod(header.shape))
        if os.fstat(stream.fileno()).st_size != offset + count * np.dtype(header.dtype).itemsize:
            raise BadInputError("it is not whole")
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if zlib.crc32(memoryview(mapped)[offset:]) != header.checksum:
        raise BadInputError("its pixels are damaged")
    pixels: Any = np.frombuffer(mapped, header.dtype, count, offset).reshape(header.shape)
    return Frame(pixels, header.grey)
