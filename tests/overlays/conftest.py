"""Results and studies for the tests of this room."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from tests.overlays import sr_builder
from workstation.dicom.assemble import assemble
from workstation.dicom.objects import ObjectRole, read_object
from workstation.model.result import AIResult
from workstation.model.study import Study
from workstation.overlays.plugins import load_plugins
from workstation.overlays.worker import read_with

ReadResult = Callable[[Path | Dataset], AIResult]


@pytest.fixture
def read_result(tmp_path: Path) -> ReadResult:
    """Read a report (a file, or a data set that is saved first) with the built-in readers."""

    def read(source: Path | Dataset) -> AIResult:
        path = sr_builder.save(source, tmp_path / "report.dcm") if isinstance(source, Dataset) else source
        result, problems = read_with(load_plugins(()), str(path))
        assert result is not None, problems
        return result

    return read


@pytest.fixture
def study_in() -> Callable[..., Study]:
    """The one study that the images in a folder (those that match a pattern) make."""

    def study(folder: Path, pattern: str = "*.dcm") -> Study:
        objects = [read_object(path) for path in sorted(folder.glob(pattern))]
        (made,) = assemble(found for found in objects if found.role is ObjectRole.IMAGE)
        return made

    return study


@pytest.fixture(scope="session")
def expected(real_data: Path) -> dict[str, Any]:
    """What the worked examples of PS3.17 Annex E and F must read as, by path."""
    document = json.loads((real_data / "sr_cad_standard_examples" / "expected.json").read_text())
    return {case["path"]: case for case in document["cases"]}
