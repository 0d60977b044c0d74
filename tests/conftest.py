"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    # `make test` brings a screen; a single test run by hand needs none
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# a failing example must be one that anybody can repeat: at home hypothesis explores, in CI it does the same every time
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "real"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's offscreen platform has no window manager to tell sizes to, and says so as a warning."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        for item in items:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real DICOM files; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("DIPTYCH_REAL_DATA", REAL_DATA))
    if not folder.is_dir():
        pytest.skip("the real DICOM files are not on this machine (shared/data/real)")
    return folder
