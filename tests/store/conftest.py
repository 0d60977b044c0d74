"""A fresh home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.store.home import Home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the home of a test is."""
    return tmp_path / "home"


@pytest.fixture
def home(folder: Path) -> Iterator[Home]:
    """An open, empty home."""
    with Home.open(folder) as opened:
        yield opened
