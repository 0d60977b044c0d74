"""Every real report is read or listed with a reason; none crashes the reader, and damage never makes a normal (R7)."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from workstation.model.result import Triage
from workstation.overlays.plugins import load_plugins
from workstation.overlays.worker import read_result, read_with

FOLDERS = ("sr_tid1500", "sr_mammo_cad", "sr_text", "sr_cad_standard_examples", "bad", "bad_fuzz")
READ = {"sr_tid1500": 11, "sr_mammo_cad": 3, "sr_cad_standard_examples": 5}
ORIGINALS = (
    "sr_cad_standard_examples/E.4/sr.dcm",
    "sr_mammo_cad/jodogne__orthanc-mammography/dev_RCC.dcm",
    "sr_tid1500/ImagingDataCommons__highdicom/sr_document_with_multiple_groups.dcm",
    "sr_cad_standard_examples/E.3.2/sr_srt_codes.dcm",
    "sr_mammo_cad/fedorov__pixelmed/mammocad_json_byref.dcm",
)
FUZZED = 300
SLOW = "1.2.276.0.7230010.3.1.4.0.13541.1541454323.848792.dcm"
"""4,600 content items; read once, by hand."""


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_read_or_listed_with_a_reason(folder: str, real_data: Path) -> None:
    read = 0
    for path in sorted(found for found in (real_data / folder).rglob("*") if found.is_file() and found.name != SLOW):
        answer = read_result({"path": str(path)})
        json.dumps(answer, allow_nan=False)
        assert answer["result"] is not None or answer["problems"], path
        assert all(problem["message"] for problem in answer["problems"])
        read += answer["result"] is not None
    assert read == READ.get(folder, 0)


def test_a_dose_report_is_no_ai_result(real_data: Path) -> None:
    for path in sorted((real_data / "sr_dose").rglob("*.dcm")):
        result, problems = read_with(load_plugins(()), str(path))
        assert result is None
        assert [problem.kind.value for problem in problems] == ["no-reader"], path


def test_no_damage_makes_a_report_with_findings_normal(real_data: Path, tmp_path: Path) -> None:
    source = random.Random(20260102)
    readers = load_plugins(())
    originals = [(real_data / name).read_bytes() for name in ORIGINALS]
    path = tmp_path / "damaged.dcm"
    survivors = 0
    for number in range(FUZZED):
        data = bytearray(originals[number % len(originals)])
        for _ in range(source.choice((1, 2, 5, 20, 100))):
            data[source.randrange(len(data))] = source.randrange(256)
        path.write_bytes(data[: source.randrange(len(data))] if number % 7 == 0 else data)
        result, problems = read_with(readers, str(path))
        assert result is not None or problems
        if result is not None:
            survivors += 1
            assert result.triage is not Triage.NORMAL
    assert survivors > FUZZED / 10


def test_a_report_cut_short_is_never_normal(real_data: Path, tmp_path: Path) -> None:
    whole = (real_data / "sr_cad_standard_examples/E.3.1/sr.dcm").read_bytes()
    readers = load_plugins(())
    path = tmp_path / "cut.dcm"
    for length in range(200, len(whole), 97):
        path.write_bytes(whole[:length])
        result, problems = read_with(readers, str(path))
        assert result is not None or problems
        assert result is None or result.triage is not Triage.NORMAL, length
