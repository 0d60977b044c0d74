"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "real"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real DICOM files; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("DIPTYCH_REAL_DATA", REAL_DATA))
    if not folder.is_dir():
        pytest.skip("the real DICOM files are not on this machine (shared/data/real)")
    return folder
