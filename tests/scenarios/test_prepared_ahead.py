"""A study that arrived is opened from pixels that were decoded while nobody waited."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.ui import material
from workstation.base.jobs import Job


@pytest.mark.parametrize("deleted", [False, True])
def test_studies_are_prepared_after_they_arrive_and_shown_the_same_without(tmp_path: Path, deleted: bool) -> None:
    material.write_study(tmp_path / "source", 0, performed=datetime(2026, 11, 18, 10), with_result=False)
    with material.open_home(tmp_path / "home") as workstation:
        preparing = workstation.prepare_ahead()
        report = workstation.import_paths([tmp_path / "source"], Job())
        assert preparing.wait(60)
        images = workstation.look_at(report.studies[0]).study.images
        prepared = sorted((tmp_path / "home" / "prepared").glob("??/*.pixels"))
        assert len(prepared) == len(images) > 0
        for file in prepared if deleted else ():
            file.unlink()
        for image in images:
            frame = workstation.frame(image.sop_uid).result(30)
            assert frame.pixels.shape == (image.rows, image.columns)
            assert frame.pixels.flags.writeable is deleted
            assert np.ptp(frame.pixels) > 0
        assert workstation.verify().ok
