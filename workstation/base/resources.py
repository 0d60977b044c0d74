"""Where the data files are: inside the wheel, or beside the packages in a checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import workstation

_PACKAGE = Path(workstation.__file__).parent


@cache
def root() -> Path:
    """The folder of resources: `workstation/resources` in a wheel, `resources` in a checkout."""
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def path(*parts: str) -> Path:
    """Path of one resource, e.g. `path("hanging", "mammography_screening.json")`."""
    return root().joinpath(*parts)


@cache
def load(*parts: str) -> Any:
    """A JSON resource, read once."""
    return json.loads(path(*parts).read_text(encoding="utf-8"))
