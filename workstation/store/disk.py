"""Bytes onto the disk so that they are there after a power cut: temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workstation.base.errors import BadInputError, StoreError
from workstation.model.identity import Digest

CHUNK = 1 << 20
TEMPORARY = ".incoming"
"""Suffix of files that are not whole yet; left over only by a killed program, removed at the next start."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Whether `text` is 64 lower-case hex digits."""
    return _DIGEST.fullmatch(text) is not None


def checked_digest(digest: str) -> Digest:
    """`digest` when it is one: only such a text becomes part of a path (R35).

    Raises
    ------
    StoreError
        When it is not 64 lower-case hex digits.
    """
    if not is_digest(digest):
        raise StoreError(f"{digest[:80]!r} is not the digest of a file; the record that holds it is damaged")
    return Digest(digest)


def digest_of_file(path: Path) -> Digest:
    """SHA-256 of a file's bytes; raises OSError when it cannot be read."""
    with path.open("rb") as file:
        return Digest(hashlib.file_digest(file, "sha256").hexdigest())


def not_saved(error: OSError) -> StoreError:
    """The error for the doctor when writing failed: what happened and what to do (R13)."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            kind = "disk-full"
            why = "the disk is full. Free some space and try again; nothing that was saved before is lost"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            kind = "no-access"
            why = f"{error.filename or 'the data folder'} may not be written to. Ask for write access and try again"
        case _:
            kind = "disk-error"
            why = f"the disk reported {error.strerror or error}. Check the disk and try again"
    return StoreError(f"not saved: {why}.", why=kind)


def private_folder(path: Path) -> Path:
    """`path` as a folder that only this user can enter, made when missing."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise not_saved(error) from error
    return path


def sync_folder(folder: Path) -> None:
    """Make renames and new names in `folder` durable. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _incoming(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A fresh file in `folder`, removed again unless it was renamed away."""
    path = folder / f"{secrets.token_hex(16)}{TEMPORARY}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def _settle(file: BinaryIO, incoming: Path, target: Path, mode: int) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    incoming.chmod(mode)
    incoming.replace(target)
    sync_folder(target.parent)


def write_durably(target: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put `data` under `target`, whole or not at all, replacing what was there.

    Raises
    ------
    StoreError
        When the disk did not take it; `target` is as it was.
    """
    try:
        with _incoming(target.parent) as (file, incoming):
            file.write(data)
            _settle(file, incoming, target, mode)
    except OSError as error:
        raise not_saved(error) from error


def copy_by_digest(source: Path, folder: Path, extension: str) -> Digest:
    """Copy `source` as it is to `folder`/ab/<digest><extension>, read-only, and return the digest of what was copied.

    A whole copy that is already there stays; a damaged one is replaced.

    Raises
    ------
    BadInputError
        When `source` cannot be read.
    StoreError
        When the disk did not take it; nothing is left behind.
    """
    try:
        stream = source.open("rb")
    except OSError as error:
        raise BadInputError(f"{source} cannot be read: {error.strerror}") from error
    with stream:
        try:
            with _incoming(folder) as (file, incoming):
                digest = _pour(stream, file, source)
                target = keyed_path(folder, digest, extension)
                if not (target.is_file() and digest_of_file(target) == digest):
                    make_shard(target.parent)
                    _settle(file, incoming, target, 0o400)
        except OSError as error:
            raise not_saved(error) from error
    return digest


def write_by_digest(data: bytes, folder: Path, extension: str) -> Path:
    """Put `data` into `folder`/ab/<digest><extension>, read-only; raises StoreError as `write_durably`."""
    digest = Digest(hashlib.sha256(data).hexdigest())
    target = keyed_path(folder, digest, extension)
    try:
        if not (target.is_file() and digest_of_file(target) == digest):
            make_shard(target.parent)
            write_durably(target, data, mode=0o400)
    except OSError as error:
        raise not_saved(error) from error
    return target


def _pour(stream: BinaryIO, file: BinaryIO, source: Path) -> Digest:
    sha = hashlib.sha256()
    while True:
        try:
            chunk = stream.read(CHUNK)
        except OSError as error:
            raise BadInputError(f"{source} cannot be read to its end: {error.strerror}") from error
        if not chunk:
            return Digest(sha.hexdigest())
        sha.update(chunk)
        file.write(chunk)


def keyed_path(folder: Path, digest: str, extension: str) -> Path:
    """Where a file with this digest lies below `folder`; raises StoreError when `digest` is none."""
    return folder / checked_digest(digest)[:2] / f"{digest}{extension}"


def make_shard(folder: Path) -> None:
    """The folder of one digest's first two digits, durable in its parent; raises OSError."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed program left half written in `folder`."""
    for path in folder.glob(f"*{TEMPORARY}"):
        path.unlink(missing_ok=True)
