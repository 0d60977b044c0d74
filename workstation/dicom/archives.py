"""ZIP archives: members go to files that are named by us, within bounds; names inside the archive are only shown."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workstation.base.jobs import Job
from workstation.dicom.files import HEAD_BYTES, UnreadableError, looks_like_dicom
from workstation.model.problem import Problem, ProblemKind

MAX_MEMBERS = 100_000
MAX_TOTAL_BYTES = 64 * 1024**3
MAX_RATIO = 200
SMALL_BYTES = 16 * 1024**2
"""Up to here a member may compress as well as it likes: an empty image does."""
_CHUNK = 1024**2
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A member that was written to `path`; `name` is what the archive calls it, for people."""

    path: Path
    name: str


def is_archive(head: bytes) -> bool:
    """Whether a file that begins with `head` is a ZIP archive."""
    return head.startswith(_SIGNATURES)


def extract(archive: Path, folder: Path, job: Job) -> Iterator[Extracted | Problem]:
    """Each DICOM member written into `folder`; for everything else its problem.

    Raises
    ------
    UnreadableError
        When the archive as a whole cannot be used.
    CancelledError
        When `job` was cancelled.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            _check_size(archive, members, folder)
            for number, member in enumerate(members):
                job.report(number, len(members), Path(member.filename).name)
                yield _member(opened, archive, member, folder)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        message = f"The archive cannot be read ({type(error).__name__}). It may be incomplete; copy it again."
        raise UnreadableError(ProblemKind.UNREADABLE, archive, message) from error


def _check_size(archive: Path, members: list[zipfile.ZipInfo], folder: Path) -> None:
    total = sum(member.file_size for member in members)
    free = shutil.disk_usage(folder).free
    if len(members) > MAX_MEMBERS or total > MAX_TOTAL_BYTES:
        message = f"The archive holds {len(members)} files and {total // 1024**2} MB: too much. It was left out."
        raise UnreadableError(ProblemKind.TOO_LARGE, archive, message)
    if total > free // 2:
        message = f"Unpacking needs {total // 1024**2} MB and {free // 1024**2} MB are free. Make room and try again."
        raise UnreadableError(ProblemKind.TOO_LARGE, archive, message)


def _member(opened: zipfile.ZipFile, archive: Path, member: zipfile.ZipInfo, folder: Path) -> Extracted | Problem:
    where = f"{archive}!{member.filename}"
    if stat.S_ISLNK(member.external_attr >> 16):
        return Problem(kind=ProblemKind.UNSAFE_PATH, where=where, message="A link inside the archive; not followed.")
    if member.flag_bits & 1:
        message = "The archive is protected by a password. Unpack it and open the folder."
        return Problem(kind=ProblemKind.UNREADABLE, where=where, message=message)
    if member.file_size > SMALL_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        message = "It unpacks to far more than any image does; it was left out."
        return Problem(kind=ProblemKind.TOO_LARGE, where=where, message=message)
    target = folder / f"{hashlib.sha256(where.encode('utf-8', 'replace')).hexdigest()}-{member.header_offset}.dcm"
    try:
        return _written(opened, member, target, where)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        target.unlink(missing_ok=True)
        message = f"This member of the archive is damaged ({type(error).__name__}). Copy the archive again."
        return Problem(kind=ProblemKind.UNREADABLE, where=where, message=message)


def _written(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, where: str) -> Extracted | Problem:
    with opened.open(member) as source:
        head = source.read(HEAD_BYTES)
        if not looks_like_dicom(head):
            message = "This is not a DICOM file; it was left out."
            if is_archive(head):
                message = "An archive inside an archive is not opened. Unpack it and open the folder."
            return Problem(kind=ProblemKind.NOT_DICOM, where=where, message=message)
        with target.open("xb") as file:
            file.write(head)
            written = len(head)
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > member.file_size:
                    raise zipfile.BadZipFile("longer than stated")
                file.write(chunk)
    return Extracted(path=target, name=where)
