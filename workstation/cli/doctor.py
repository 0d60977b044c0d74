"""`diptych doctor`: whether this machine is fit to read on."""

from __future__ import annotations

import importlib
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from workstation.base import resources
from workstation.base.errors import StoreError
from workstation.store.home import CATALOGUE, HEAD, JOURNAL, Home

NEEDED = ("numpy", "cv2", "pydicom", "highdicom", "imagecodecs", "sqlalchemy", "alembic", "pluggy", "pydantic")
FREE_BYTES = 5 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    message: str


def examine(home: Path) -> tuple[Check, ...]:
    """Look at interpreter, libraries, codecs, resources, database, space and the home itself."""
    return (_python(), *map(_library, NEEDED), _codecs(), _resources(), _database(), _space(home), _home(home))


def _python() -> Check:
    return Check(name="python", ok=sys.version_info >= (3, 11), message=sys.version.split()[0])


def _library(name: str) -> Check:
    try:
        importlib.import_module(name)
    except ImportError as error:
        return Check(name=name, ok=False, message=f"{error}; run `make run` again or reinstall diptych")
    return Check(name=name, ok=True, message=version("opencv-python-headless" if name == "cv2" else name))


def _codecs() -> Check:
    """Check by name: a codec missing from the build shows here, not in front of a patient's image."""
    import imagecodecs

    wanted = {"JPEG": "JPEG8", "JPEG lossless": "LJPEG", "JPEG-LS": "JPEGLS", "JPEG 2000": "JPEG2K", "HTJ2K": "HTJ2K"}
    missing = [name for name, attribute in wanted.items() if not getattr(imagecodecs, attribute).available]
    message = f"missing: {', '.join(missing)}; reinstall imagecodecs" if missing else "all still-image codecs"
    return Check(name="codecs", ok=not missing, message=message)


def _resources() -> Check:
    present = resources.path("translations", "en.json").is_file()
    return Check(name="resources", ok=present, message="found" if present else "missing: reinstall diptych")


def _database() -> Check:
    return Check(name="sqlite", ok=True, message=f"{sqlite3.sqlite_version}, journal mode TRUNCATE, synchronous FULL")


def _space(home: Path) -> Check:
    existing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    advice = "" if free >= FREE_BYTES else "; free some before importing studies"
    return Check(name="space", ok=free >= FREE_BYTES, message=f"{free / 2**30:.1f} GiB free for the home{advice}")


def _home(home: Path) -> Check:
    """A quick look at the home, which may be in use meanwhile; `diptych verify` reads all of it."""
    if not any((home / name).exists() for name in (HEAD, JOURNAL, CATALOGUE)):
        return Check(name="home", ok=True, message=f"{home} is not in use yet")
    try:
        with Home.open(home, read_only=True) as opened:
            damage = opened.damage
    except StoreError as error:
        damage = (str(error),)
    return Check(name="home", ok=not damage, message=" ".join(damage) or f"{home} opens")
