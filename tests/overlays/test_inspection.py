"""The command line's form of a result fits its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.overlays.conftest import ReadResult
from tests.overlays.made import finding_with, result_with
from workstation.base import resources
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import FindingID, SOPInstanceUID
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.overlays.inspection import result_json

REPORTS = (
    "sr_cad_standard_examples/E.3.1/sr.dcm",
    "sr_cad_standard_examples/E.4/sr.dcm",
    "sr_cad_standard_examples/E.5/sr.dcm",
    "sr_mammo_cad/jodogne__orthanc-mammography/dev_RCC.dcm",
    "sr_tid1500/ImagingDataCommons__highdicom/sr_document_with_multiple_groups.dcm",
)


@pytest.mark.parametrize("path", REPORTS)
def test_real_results_fit_the_schema(path: str, real_data: Path, read_result: ReadResult) -> None:
    document = result_json(read_result(real_data / path))
    jsonschema.validate(json.loads(json.dumps(document, allow_nan=False)), resources.load("schemas", "result.json"))


def test_parts_follow_their_finding_and_name_it() -> None:
    mark = Mark(sop_uid=SOPInstanceUID("2.25.1"), shape=Shape.CIRCLE, points=((5.0, 5.5), (7.0, 5.5)))
    part = replace(finding_with(mark), finding_id=FindingID("2.25.900#1.2.1.6"))
    document = result_json(
        replace(
            result_with(),
            findings=(replace(finding_with(), parts=(part,)),),
            density=((Laterality.RIGHT, Density.C),),
        )
    )
    assert [(row["id"], row["parent"]) for row in document["findings"]] == [
        ("2.25.900#1.2.1", None),
        ("2.25.900#1.2.1.6", "2.25.900#1.2.1"),
    ]
    assert document["findings"][1]["marks"] == [
        {"sop_uid": "2.25.1", "frame": None, "shape": "circle", "points": [[5.0, 5.5], [7.0, 5.5]]}
    ]
    assert document["density"] == {"R": "C"}
    assert document["service"] == "MammoMind"
