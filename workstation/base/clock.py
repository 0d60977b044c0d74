"""Time, UIDs and names of the machine enter by parameter; these are the real ones."""

from __future__ import annotations

import platform
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

Clock = Callable[[], datetime]
UIDSource = Callable[[], str]


def utc_now() -> datetime:
    """Now, UTC, aware."""
    return datetime.now(UTC)


def new_uid() -> str:
    """A fresh DICOM UID below 2.25 (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid4().int}"


def derived_uid(name: str) -> str:
    """The same UID for the same `name` always: for things that were sent to us without a UID."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, name).int}"


def software_version() -> str:
    """Name and version as the journal and the documents carry them."""
    try:
        return f"Diptych {version('diptych')}"
    except PackageNotFoundError:
        return "Diptych (not installed)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Sources of time, UIDs and the station's name, passed to whoever needs them."""

    now: Clock = utc_now
    uid: UIDSource = new_uid
    station: str = platform.node() or "unnamed-station"
    software: str = software_version()
