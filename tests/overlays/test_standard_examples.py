"""The worked trees of PS3.17 Annex E read as the standard's tables say, to the pixel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.overlays.conftest import ReadResult
from workstation.model.geometry import Mark, MarkRole
from workstation.model.result import AIResult, Finding, RenderingIntent, RunStatus, Triage
from workstation.model.study import Study
from workstation.overlays.matching import match
from workstation.overlays.plugins import load_plugins
from workstation.overlays.worker import read_with

CASES = ("E.3.1/sr.dcm", "E.3.2/sr.dcm", "E.3.2/sr_srt_codes.dcm", "E.4/sr.dcm", "E.5/sr.dcm")
CHEST = ("F.3.1/sr.dcm", "F.3.2/sr.dcm", "F.3.3/sr.dcm")
STATUS = {
    "Succeeded": RunStatus.SUCCEEDED, "Not Attempted": RunStatus.NOT_ATTEMPTED, "successful": RunStatus.SUCCEEDED,
}  # fmt: skip
TRIAGE = {"111241": Triage.NORMAL, "111242": Triage.PATHOLOGY}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, expected: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = expected[request.param]
    return found


@pytest.fixture
def result(case: dict[str, Any], real_data: Path, read_result: ReadResult) -> AIResult:
    return read_result(real_data / "sr_cad_standard_examples" / case["path"])


@pytest.fixture
def study(case: dict[str, Any], real_data: Path, study_in: Callable[..., Study]) -> Study:
    folder = real_data / "sr_cad_standard_examples" / Path(case["path"]).parent
    if folder.name == "E.4":
        return study_in(folder.parent / "E.3.2", "RCC_*.dcm")
    return study_in(folder, "[LR]*.dcm")


def by_node(result: AIResult) -> dict[str, Finding]:
    return {finding.node: finding for finding in result.all_findings()}


def mark_of(finding: Finding, role: MarkRole) -> Mark:
    (mark,) = [mark for mark in finding.marks if mark.role is role]
    return mark


def test_the_run_is_what_the_summary_says(case: dict[str, Any], result: AIResult) -> None:
    assert result.run_status is RunStatus.SUCCEEDED
    assert result.triage is TRIAGE[case["summary"]["code"]]
    assert result.complete is (case["completion_flag"] == "COMPLETE")
    assert result.probability is None


def test_every_detection_and_analysis_is_listed_with_its_algorithm(case: dict[str, Any], result: AIResult) -> None:
    stated = [
        (run["what"], STATUS[run["status"]], run["algorithm"]["name"], run["algorithm"]["version"])
        for run in case["detections"] + case["analyses"]
    ]
    read = [(run.what.meaning, run.status, run.algorithm.name, run.algorithm.version) for run in result.runs]
    assert read == stated


def test_findings_come_in_document_order_with_their_parts(case: dict[str, Any], result: AIResult) -> None:
    assert [finding.node for finding in result.all_findings()] == [row["node"] for row in case["findings"]]
    for finding in result.all_findings():
        assert finding.finding_id == f"{result.sr_uid}#{finding.node}"
        assert all(part.node.startswith(f"{finding.node}.") for part in finding.parts)


def test_each_finding_says_what_the_table_says(case: dict[str, Any], result: AIResult) -> None:
    read = by_node(result)
    for row in case["findings"]:
        finding = read[row["node"]]
        assert finding.kind.meaning == row["type"]["meaning"]
        assert finding.kind.scheme == "SCT"
        assert finding.rendering_intent == row["rendering_intent"]
        assert finding.operating_point == row.get("cad_operating_point")
        assert (finding.service.name, finding.service.version) == tuple(row["algorithm"].values())
        assert finding.tracking_identifier == row["tracking_identifier"]
        assert finding.from_prior_report is row["from_prior_report"]
        assert [(m.name.meaning, m.value, m.unit) for m in finding.measurements] == [
            (m["name"], m["value"], m["unit"]) for m in row["measurements"]
        ]


def test_a_probability_is_one_only_where_it_is_stated_and_a_certainty_keeps_its_name(
    case: dict[str, Any], result: AIResult
) -> None:
    read = by_node(result)
    for row in case["findings"]:
        finding, percent = read[row["node"]], row["probability_of_cancer_percent"]
        assert finding.probability == (None if percent is None else pytest.approx(percent / 100))
        score = (finding.score.name, finding.score.value, finding.score.unit) if finding.score else None
        certainty = row["certainty_percent"]
        assert score == (None if certainty is None else ("Certainty of Finding", certainty, "%"))


def test_marks_lie_on_the_stated_image_to_the_pixel(case: dict[str, Any], result: AIResult) -> None:
    read = by_node(result)
    for row in case["findings"]:
        if row["level"] != "single image finding":
            assert read[row["node"]].marks == ()
            continue
        center, outline = (mark_of(read[row["node"]], role) for role in (MarkRole.CENTER, MarkRole.OUTLINE))
        assert {center.sop_uid, outline.sop_uid} == {row["image"]["sop_instance_uid"]}
        assert (center.frame, outline.frame) == (row["image"]["frame"], row["image"]["frame"])
        assert center.points == (tuple(row["center"]),)
        assert outline.shape == row["outline"]["graphic_type"].lower()
        assert [list(point) for point in outline.points] == row["outline"]["points"]


def test_only_what_is_to_be_presented_is_drawn(case: dict[str, Any], result: AIResult, study: Study) -> None:
    matched = match(result, study)
    assert matched.match.ok, matched.match.problems
    drawn = {
        node
        for top in matched.findings
        for node, finding in ((f.node, f) for f in top.walk())
        if finding.marks and set(finding.marks) <= set(top.shown_marks())
    }
    display = case.get("display", {})
    assert set(display.get("must_show", ())) <= drawn
    assert not set(display.get("must_not_show", ())) & drawn
    for threshold, shown in display.get("by_operating_point", {}).items():
        required = {
            finding.node
            for finding in matched.all_findings()
            if finding.rendering_intent is RenderingIntent.REQUIRED
            or (
                finding.rendering_intent is RenderingIntent.OPTIONAL
                and finding.operating_point is not None
                and finding.operating_point <= float(threshold)
            )
        }
        assert required == set(shown)


def test_marks_on_for_processing_images_move_to_their_for_presentation_sisters(
    expected: dict[str, Any], real_data: Path, read_result: ReadResult, study_in: Callable[..., Study]
) -> None:
    folder = real_data / "sr_cad_standard_examples" / "E.5"
    matched = match(read_result(folder / "sr.dcm"), study_in(folder, "[LR]*.dcm"))
    read = by_node(matched)
    for row in expected["E.5/sr.dcm"]["findings"]:
        if "display" not in row:
            continue
        finding = read[row["node"]]
        moved = row["display"]["spatial_locations_preserved"] == "NO"
        assert bool(finding.marks) is not moved
        for mark in finding.marks:
            assert mark.sop_uid == row["display"]["on"]["sop_instance_uid"]
        if moved:
            assert any("places are not those" in problem.message for problem in finding.problems)
        else:
            assert mark_of(finding, MarkRole.CENTER).points == (tuple(row["display"]["center"]),)


def test_side_and_view_come_from_the_image_library(real_data: Path, read_result: ReadResult) -> None:
    read = by_node(read_result(real_data / "sr_cad_standard_examples/E.3.2/sr.dcm"))
    assert (read["1.2.1.2"].laterality, read["1.2.1.2"].view) == ("L", "CC+MLO")
    assert (read["1.2.3.2"].laterality, read["1.2.3.2"].view) == ("R", "MLO")


def test_old_snomed_codes_read_as_the_modern_ones(real_data: Path, read_result: ReadResult) -> None:
    folder = real_data / "sr_cad_standard_examples/E.3.2"
    modern, old = (by_node(read_result(folder / name)) for name in ("sr.dcm", "sr_srt_codes.dcm"))
    assert [(f.kind, f.laterality, f.view) for f in modern.values()] == [
        (f.kind, f.laterality, f.view) for f in old.values()
    ]


@pytest.mark.parametrize("path", CHEST)
def test_a_chest_cad_report_is_listed_as_having_no_reader_yet(path: str, real_data: Path) -> None:
    result, problems = read_with(load_plugins(()), str(real_data / "sr_cad_standard_examples" / path))
    assert result is None
    assert [problem.kind.value for problem in problems] == ["no-reader"]
    assert "Chest CAD Report" in problems[0].message
