"""Arrays between processes: raw bytes in files of a private folder, in memory where the system has such a place.

The host owns one folder per process (mode 0700); a worker writes where the host told it; the host reads and deletes.
Names are hex digits made by the host, so that nothing from outside ever becomes a path.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import uuid
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.base.errors import WorkerError

if TYPE_CHECKING:
    import numpy as np

MAX_ARRAY_BYTES = 2 * 1024**3
_NAME = re.compile(r"[0-9a-f]{32}-[0-9]{1,6}")
_DTYPE = re.compile(r"[<|][uif][1248]")
_FOLDER = re.compile(r"diptych-([0-9]+)-\w+")


class _Target:
    """Where `put_array` writes now: set once per call in a worker, absent in the host."""

    folder: Path | None = None
    prefix = ""
    count = 0


@cache
def folder() -> Path:
    """The scratch folder of this process, made on first use and removed at exit."""
    parent = _parent()
    remove_orphans(parent)
    made = Path(tempfile.mkdtemp(prefix=f"diptych-{os.getpid()}-", dir=parent))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def new_prefix() -> str:
    """A fresh name for the files of one call."""
    return uuid.uuid4().hex


def write_to(target: Path, prefix: str) -> None:
    """In a worker: arrays of the coming call go to `target` under names that start with `prefix`."""
    _Target.folder, _Target.prefix, _Target.count = target, prefix, 0


def put_array(array: np.ndarray) -> dict[str, Any]:
    """Hand an array of plain numbers to the host.

    Returns
    -------
    JSON that `take_array` understands, to be part of the worker's reply.
    """
    import numpy as np

    target = _Target.folder or folder()
    name = f"{_Target.prefix or new_prefix()}-{_Target.count}"
    _Target.count += 1
    little_endian = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    descriptor = os.open(target / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(little_endian.data)
    return {"name": name, "dtype": little_endian.dtype.str, "shape": list(little_endian.shape)}


def take_array(reply: Any) -> np.ndarray:
    """The array that a worker put; its file is deleted.

    Raises
    ------
    WorkerError
        When `reply` does not describe an array of plain numbers whose file is there with exactly its size.
    """
    import numpy as np

    name, dtype, shape = _checked(reply)
    path = folder() / name
    try:
        if path.stat().st_size != prod(shape) * np.dtype(dtype).itemsize:
            raise WorkerError("a worker's array has not the size that it states")
        return np.fromfile(path, dtype=dtype).reshape(shape)
    except OSError as error:
        raise WorkerError("a worker's array is not there") from error
    finally:
        path.unlink(missing_ok=True)


def forget(prefix: str) -> None:
    """Delete what a failed call left behind."""
    for path in folder().glob(f"{prefix}-*"):
        path.unlink(missing_ok=True)


def remove_orphans(parent: Path) -> None:
    """Delete the folders of processes that were killed, which would fill the memory; a live process's stays."""
    for path in parent.glob("diptych-*"):
        owner = _FOLDER.fullmatch(path.name)
        if owner and path.is_dir() and not path.is_symlink() and not _is_alive(int(owner[1])):
            shutil.rmtree(path, ignore_errors=True)


def _checked(reply: Any) -> tuple[str, str, tuple[int, ...]]:
    match reply:
        case {"name": str(name), "dtype": str(dtype), "shape": [*shape]}:
            sizes = tuple(size for size in shape if isinstance(size, int) and size >= 0)
            named_well = _NAME.fullmatch(name) and _DTYPE.fullmatch(dtype)
            if named_well and len(sizes) == len(shape) <= 4 and prod(sizes) * int(dtype[-1]) <= MAX_ARRAY_BYTES:
                return name, dtype, sizes
    raise WorkerError("a worker's reply does not describe an array")


def _parent() -> Path:
    shared_memory = Path("/dev/shm")
    if shared_memory.is_dir() and os.access(shared_memory, os.W_OK):
        return shared_memory
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())


def _is_alive(process_id: int) -> bool:
    if os.name != "posix":
        return True  # os.kill would end the process there
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
