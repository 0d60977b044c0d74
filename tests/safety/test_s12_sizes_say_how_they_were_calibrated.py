"""S12: a size in millimetres says how it was calibrated, or is not given."""

from __future__ import annotations

import re
from pathlib import Path

import pydicom
import pytest

from tests.protocol.finished import CHANGES, Shelf, complete, finish
from tests.reading.builders import DETECTOR, circle, finding, session, study
from workstation.model import lexicon
from workstation.model.study import Calibration, PixelSpacing
from workstation.model.verdict import Description
from workstation.protocol.draft import draft
from workstation.reading.session import ReadingSession

MASS = finding(1, "RCC")
CORRECTED = PixelSpacing(row_mm=0.09, column_mm=0.09, calibration=Calibration.MAGNIFICATION_CORRECTED)
IN_PATIENT = PixelSpacing(row_mm=0.1, column_mm=0.1, calibration=Calibration.PATIENT)
SIZE = re.compile(r"\d+ (?:mm|мм) \(([^)]+)\)")


def told(reading: ReadingSession) -> str:
    return next(s.text for s in draft(reading.context, reading.state).sentences if s.finding_id)


@pytest.mark.parametrize(
    ("spacing", "language", "how"),
    [
        (DETECTOR, "en", "measured at the detector"),
        (DETECTOR, "ru", "измерено в плоскости детектора"),
        (CORRECTED, "en", "corrected for magnification"),
        (CORRECTED, "ru", "с поправкой на увеличение"),
        (IN_PATIENT, "en", "by the calibration of the image"),
    ],
)
def test_every_size_names_its_calibration(spacing: PixelSpacing, language: str, how: str) -> None:
    reading = session(MASS, of=study(spacing=spacing), language=language)
    reading.accept(MASS.finding_id)
    assert SIZE.findall(told(reading)) == [how]


def test_on_an_uncalibrated_image_nothing_is_measured() -> None:
    reading = session(MASS, of=study(spacing=None))
    reading.accept(MASS.finding_id)
    reading.add_finding(lexicon.MASS, (circle("LCC"),))
    assert all("mm" not in s.text for s in draft(reading.context, reading.state).sentences if s.finding_id)


def test_a_size_that_the_doctor_states_on_an_uncalibrated_image_says_so() -> None:
    reading = session(MASS, of=study(spacing=None))
    reading.modify(MASS.finding_id, Description(size_mm=9.0))
    assert SIZE.findall(told(reading)) == ["image not calibrated"]


def test_a_size_in_the_verdict_report_names_its_calibration(tmp_path: Path) -> None:
    finish(complete(), Shelf(tmp_path))
    report = pydicom.dcmread(tmp_path / "verdicts.dcm")
    numbers = [item for group in report.ContentSequence[-1].ContentSequence for item in group.ContentSequence
               if item.ValueType == "NUM"]  # fmt: skip
    (number,) = numbers
    assert float(number.MeasuredValueSequence[0].NumericValue) == CHANGES.size_mm
    assert number.ContentSequence[0].ConceptCodeSequence[0].CodeMeaning == "Measured at the detector"
