"""Mammography CAD reports of writers who do it otherwise: flattened, by reference, contradictory, damaged."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom.dataset import Dataset

from tests.overlays.conftest import ReadResult
from tests.overlays.sr_builder import (
    NO_UNITS,
    PERCENT,
    by_reference,
    code,
    container,
    dcm,
    image,
    num,
    report,
    scoord,
    sct,
    text,
)
from workstation.model.codes import Code
from workstation.model.result import AIResult, Density, RenderingIntent, RunStatus, Triage
from workstation.model.study import Laterality

REPORT = dcm("111036", "Mammography CAD Report")
CLUSTER = sct("129769006", "Calcification Cluster")
MASS = sct("129788004", "Mammographic breast mass")
REQUIRED, OPTIONAL, HIDDEN = (dcm(value) for value in ("111150", "111151", "111152"))
NO_FINDINGS, WITH_FINDINGS, NONE_SUCCEEDED = (dcm(value) for value in ("111241", "111242", "111245"))
SUCCEEDED, PARTIALLY, FAILED = (dcm(value) for value in ("111222", "111223", "111224"))


def intent(value: Code) -> Dataset:
    return code(dcm("111056"), value)


def center(*point: float, on: Dataset | None = None) -> Dataset:
    return scoord(dcm("111010", "Center"), "POINT", list(point), on or image("2.25.1"))


def single(*properties: Dataset, kind: Code = CLUSTER) -> Dataset:
    return code(dcm("111059"), kind, *properties)


def composite(*properties: Dataset, kind: Code = MASS) -> Dataset:
    return code(dcm("111015"), kind, *properties)


def impression(*items: Dataset) -> Dataset:
    return container(dcm("111034"), *items)


def cad(*impressions: Dataset, summary: Code = WITH_FINDINGS, detections: Code = SUCCEEDED, **header: Any) -> Dataset:
    library = container(dcm("111028"), image("2.25.1"), image("2.25.2"))
    return report(
        REPORT,
        library,
        code(dcm("111017"), summary, *impressions),
        code(dcm("111064"), detections),
        code(dcm("111065"), dcm("111225")),
        **header,
    )


def codes_of(result: AIResult) -> set[str]:
    return {defect.code for defect in result.defects}


@pytest.mark.parametrize(
    ("above", "own", "effective"),
    [
        (HIDDEN, REQUIRED, RenderingIntent.NOT_FOR_PRESENTATION),
        (OPTIONAL, REQUIRED, RenderingIntent.OPTIONAL),
        (REQUIRED, OPTIONAL, RenderingIntent.OPTIONAL),
        (REQUIRED, HIDDEN, RenderingIntent.NOT_FOR_PRESENTATION),
        (REQUIRED, REQUIRED, RenderingIntent.REQUIRED),
    ],
)
def test_nothing_is_presented_beyond_what_stands_above_it(
    above: Code, own: Code, effective: RenderingIntent, read_result: ReadResult
) -> None:
    result = read_result(cad(impression(intent(above), single(intent(own), center(5, 6)))))
    assert result.findings[0].rendering_intent is effective


def test_a_finding_without_any_intent_must_be_shown(read_result: ReadResult) -> None:
    (finding,) = read_result(cad(impression(single(center(5, 6))))).findings
    assert finding.rendering_intent is None
    assert finding.must_be_decided


def test_properties_after_their_finding_are_still_its_own(read_result: ReadResult) -> None:
    flat = impression(
        intent(REQUIRED),
        single(), intent(OPTIONAL), num(dcm("111047"), "80", PERCENT), scoord(dcm("111010"), "POINT", [5, 6]),
        image("2.25.1"),
        single(), scoord(dcm("111010"), "POINT", [7, 8]), by_reference(1, 1, 2),
    )  # fmt: skip
    first, second = read_result(cad(flat)).findings
    assert (first.rendering_intent, second.rendering_intent) == (RenderingIntent.OPTIONAL, RenderingIntent.REQUIRED)
    assert first.probability == pytest.approx(0.8)
    assert [(mark.sop_uid, mark.points) for mark in first.marks] == [("2.25.1", ((5.0, 6.0),))]
    assert second.probability is None
    assert [(mark.sop_uid, mark.points) for mark in second.marks] == [("2.25.2", ((7.0, 8.0),))]


def test_a_part_by_reference_hangs_below_its_composite_feature_once(read_result: ReadResult) -> None:
    result = read_result(
        cad(
            impression(intent(REQUIRED), single(intent(REQUIRED), center(5, 6))),
            impression(
                intent(REQUIRED), composite(intent(REQUIRED), by_reference(1, 2, 1, 2, relationship="INFERRED FROM"))
            ),
        )
    )
    (mass,) = result.findings
    assert mass.kind == MASS
    assert [part.node for part in mass.parts] == ["1.2.1.2"]
    assert len({finding.finding_id for finding in result.all_findings()}) == 2


def test_a_hidden_composite_feature_hides_no_finding_that_stands_elsewhere(read_result: ReadResult) -> None:
    result = read_result(
        cad(
            impression(intent(REQUIRED), single(intent(REQUIRED), center(5, 6))),
            impression(
                intent(HIDDEN), composite(intent(HIDDEN), by_reference(1, 2, 1, 2, relationship="INFERRED FROM"))
            ),
        )
    )
    assert [(f.node, f.rendering_intent) for f in result.findings] == [
        ("1.2.1.2", RenderingIntent.REQUIRED),
        ("1.2.2.2", RenderingIntent.NOT_FOR_PRESENTATION),
    ]


def test_composite_features_that_refer_to_each_other_are_all_listed(read_result: ReadResult) -> None:
    result = read_result(
        cad(
            impression(composite(by_reference(1, 2, 2, 1, relationship="INFERRED FROM"))),
            impression(composite(by_reference(1, 2, 1, 1, relationship="INFERRED FROM"))),
        )
    )
    assert {finding.node for finding in result.all_findings()} == {"1.2.1.1", "1.2.2.1"}


@pytest.mark.parametrize(
    ("value", "unit", "probability"),
    [("71.5", PERCENT, 0.715), ("0.42", NO_UNITS, 0.42), ("100", PERCENT, 1.0), ("0", NO_UNITS, 0.0)],
)
def test_a_probability_is_normalised_by_its_unit(
    value: str, unit: Code, probability: float, read_result: ReadResult
) -> None:
    (finding,) = read_result(cad(impression(single(num(dcm("111047"), value, unit))))).findings
    assert finding.probability == pytest.approx(probability)
    assert finding.problems == ()


@pytest.mark.parametrize(
    ("value", "unit"),
    [("71.5", NO_UNITS), ("140", PERCENT), ("7", Code(value="mm", scheme="UCUM", meaning="mm")), ("0.5", None)],
)
def test_what_cannot_be_a_probability_is_shown_as_a_number_with_a_warning(
    value: str, unit: Code | None, read_result: ReadResult
) -> None:
    concept = dcm("111047", "Probability of cancer")
    (finding,) = read_result(cad(impression(single(num(concept, value, unit))))).findings
    assert finding.probability is None
    assert finding.score is not None
    assert finding.score.value == float(value)
    assert "no probability" in finding.problems[0].message


def test_a_certainty_of_finding_is_no_probability(read_result: ReadResult) -> None:
    (finding,) = read_result(
        cad(impression(single(num(dcm("111012", "Certainty of Finding"), "93", PERCENT))))
    ).findings
    assert finding.probability is None
    assert finding.score is not None
    assert (finding.score.name, finding.score.value, finding.score.unit) == ("Certainty of Finding", 93.0, "%")


def test_the_category_of_an_impression_is_that_of_its_finding(read_result: ReadResult) -> None:
    category = sct("397144001", "BI-RADS 4")
    (finding,) = read_result(cad(impression(code(dcm("111005"), category), single(center(5, 6))))).findings
    assert finding.assessment == category


def test_normal_is_read_only_from_the_explicit_statement(read_result: ReadResult) -> None:
    assert read_result(cad(summary=NO_FINDINGS)).triage is Triage.NORMAL
    assert read_result(cad(summary=dcm("111243"), detections=PARTIALLY)).triage is Triage.UNDETERMINED
    assert read_result(cad(summary=NONE_SUCCEEDED, detections=FAILED)).triage is Triage.UNDETERMINED
    assert read_result(report(REPORT)).triage is Triage.UNDETERMINED


def test_a_normal_summary_over_listed_findings_is_a_contradiction_and_not_normal(read_result: ReadResult) -> None:
    result = read_result(cad(impression(single(center(5, 6))), summary=NO_FINDINGS))
    assert result.triage is Triage.UNDETERMINED
    assert "findings-contradict-summary" in codes_of(result)


@pytest.mark.parametrize("detections", [FAILED, PARTIALLY])
def test_a_normal_summary_over_failed_detections_is_a_contradiction_and_not_normal(
    detections: Code, read_result: ReadResult
) -> None:
    result = read_result(cad(summary=NO_FINDINGS, detections=detections))
    assert result.triage is Triage.UNDETERMINED
    assert result.run_status is RunStatus.UNKNOWN
    assert "run-status-contradiction" in codes_of(result)


def test_a_damaged_report_is_never_normal(read_result: ReadResult) -> None:
    damaged = cad(summary=NO_FINDINGS)
    del damaged.ContentSequence[0].ContentSequence[0].ReferencedSOPSequence
    result = read_result(damaged)
    assert result.problems
    assert result.triage is Triage.UNDETERMINED


def test_density_is_stated_per_breast(read_result: ReadResult) -> None:
    def composition(value: str, side: str) -> Dataset:
        return impression(
            single(code(sct("129715009"), sct(value), code(sct("272741003"), sct(side))), kind=sct("129715009"))
        )

    result = read_result(cad(composition("129717001", "73056007"), composition("129718006", "80248007")))
    assert dict(result.density) == {Laterality.RIGHT: Density.B, Laterality.LEFT: Density.C}
    assert result.findings == ()


def test_two_densities_of_one_breast_are_listed_and_neither_is_taken(read_result: ReadResult) -> None:
    result = read_result(
        cad(code(dcm("111006"), sct("129716005")), code(dcm("111006"), sct("129719003")), summary=NO_FINDINGS)
    )
    assert result.density == ()
    assert "A and D" in result.problems[0].message


@pytest.mark.parametrize(
    ("shape", "data", "reason"),
    [
        ("POINT", [float("nan"), 5.0], "not a number"),
        ("POINT", [float("inf"), 5.0], "not a number"),
        ("CIRCLE", [5.0, 5.0], "needs 2 points"),
        ("ELLIPSE", [1.0, 1.0, 2.0, 2.0, 3.0, 3.0], "needs 4 points"),
        ("POLYLINE", [1.0, 1.0, 2.0], "no whole points"),
        ("SPIRAL", [1.0, 1.0], "SPIRAL cannot be drawn"),
        ("CIRCLE", [1.0, 1.0, 2.0, 2.0, 3.0, 3.0], "not 3"),
    ],
)
def test_a_mark_that_cannot_be_drawn_is_listed_on_its_finding(
    shape: str, data: list[float], reason: str, read_result: ReadResult
) -> None:
    outline = scoord(dcm("111041"), shape, data, image("2.25.1"))
    (finding,) = read_result(cad(impression(single(center(5, 6), outline)))).findings
    assert len(finding.marks) == 1
    assert [problem.kind.value for problem in finding.problems] == ["not-drawable"]
    assert reason in finding.problems[0].message


def test_a_mark_without_an_image_is_listed_on_its_finding(read_result: ReadResult) -> None:
    (finding,) = read_result(cad(impression(single(scoord(dcm("111010"), "POINT", [5, 6]))))).findings
    assert finding.marks == ()
    assert "on which image" in finding.problems[0].message


def test_a_mark_on_several_frames_lies_on_each_of_them(read_result: ReadResult) -> None:
    (finding,) = read_result(cad(impression(single(center(5, 6, on=image("2.25.1", frames=[3, 4])))))).findings
    assert [mark.frame for mark in finding.marks] == [3, 4]


def test_a_finding_whose_kind_is_unreadable_is_still_listed(read_result: ReadResult) -> None:
    nameless = single(center(5, 6))
    del nameless.ConceptCodeSequence
    (finding,) = read_result(cad(impression(nameless))).findings
    assert finding.kind.meaning == "not stated"
    assert "kind" in finding.problems[0].message


def test_the_warning_is_found_in_texts_and_series_description_in_both_languages(read_result: ReadResult) -> None:
    by_text = read_result(cad(text(dcm("111033"), "FOR RESEARCH  PURPOSES only. Looks fine."), summary=NO_FINDINGS))
    by_series = read_result(cad(summary=NO_FINDINGS, SeriesDescription="Acme. В исследовательских целях"))
    neither = read_result(cad(summary=NO_FINDINGS))
    assert by_text.warning == "FOR RESEARCH  PURPOSES only."
    assert by_series.warning == "В исследовательских целях"
    assert neither.warning is None


def test_impressions_become_the_texts_of_the_result(read_result: ReadResult) -> None:
    result = read_result(
        cad(
            text(dcm("111033"), "Suspicious mass on the right."),
            impression(text(dcm("111033"), "A cluster."), single(center(5, 6))),
        )
    )
    assert result.texts.conclusion == "Suspicious mass on the right."
    assert result.texts.description == "A cluster."


def test_a_finding_without_an_algorithm_names_the_one_that_was_run_for_its_kind(read_result: ReadResult) -> None:
    document = cad(impression(single(center(5, 6))))
    performed = code(dcm("111022"), CLUSTER, text(dcm("111001"), "Clusterer"), text(dcm("111003"), "4.1"))
    document.ContentSequence[2].ContentSequence = [container(dcm("111063"), performed)]
    (finding,) = read_result(document).findings
    assert (finding.service.name, finding.service.version, finding.service.vendor) == ("Clusterer", "4.1", "Acme")
