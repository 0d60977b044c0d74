"""What the draft says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.reading.builders import DETECTOR, REASON, chest_study, circle, finding, session, study
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.identity import StudyUID
from workstation.model.protocol import Origin, SectionName
from workstation.model.result import Density, RenderingIntent
from workstation.model.study import Calibration, Laterality, PixelSpacing
from workstation.model.verdict import BiRads, Description, Opinion
from workstation.protocol.draft import draft
from workstation.reading.session import ReadingSession

MASS = finding(1, "RCC", "RMLO")
CLUSTER = finding(2, "LCC", kind=lexicon.CALCIFICATION_CLUSTER)


def text_of(reading: ReadingSession) -> str:
    return draft(reading.context, reading.state).plain_text()


def section(reading: ReadingSession, name: SectionName) -> list[str]:
    return [s.text for s in draft(reading.context, reading.state).sentences if s.section is name]


def test_an_accepted_finding_is_told_with_side_size_and_views() -> None:
    reading = session(MASS)
    assert "mass" not in text_of(reading)
    reading.accept(MASS.finding_id)
    reading.assess_birads(Laterality.LEFT, BiRads.B1)
    assert section(reading, SectionName.FINDINGS) == [
        "Right: mass, 12 mm (measured at the detector), seen in the CC and MLO views.",
        "Left: no suspicious findings.",
    ]


def test_the_same_finding_in_russian_agrees_in_gender() -> None:
    reading = session(MASS, CLUSTER, language="ru")
    reading.accept(MASS.finding_id)
    reading.accept(CLUSTER.finding_id)
    assert section(reading, SectionName.FINDINGS) == [
        "Справа: объёмное образование, 12 мм (измерено в плоскости детектора), видно в проекциях CC и MLO.",
        "Слева: группа микрокальцинатов, 12 мм (измерено в плоскости детектора), видна только в проекции CC.",
    ]


def test_a_rejected_finding_leaves_the_draft() -> None:
    reading = session(MASS)
    reading.accept(MASS.finding_id)
    reading.reject(MASS.finding_id, REASON)
    assert section(reading, SectionName.FINDINGS) == []
    reading.assess_birads(Laterality.RIGHT, BiRads.B1)
    assert section(reading, SectionName.FINDINGS) == ["Right: no suspicious findings."]


def test_the_ai_s_probability_and_undecided_findings_are_never_told() -> None:
    reading = session(MASS, CLUSTER)
    reading.accept(MASS.finding_id)
    told = text_of(reading)
    assert "0.87" not in told
    assert "87" not in told
    assert "calcifications" not in told


def test_a_modified_finding_is_told_as_the_doctor_says() -> None:
    reading = session(MASS)
    changes = Description(kind=lexicon.DISTORTION, laterality=Laterality.LEFT, size_mm=7.6, assessment=BiRads.B4B)
    reading.modify(MASS.finding_id, changes, acknowledged=("laterality",))
    (told,) = [s for s in draft(reading.context, reading.state).sentences if s.finding_id]
    assert told.text == (
        "Left: architectural distortion, 8 mm (measured at the detector), seen in the CC and MLO views, BI-RADS 4B."
    )
    assert told.origin is Origin.AI_FINDING


def test_a_finding_of_the_reader_s_own_is_told_as_such() -> None:
    reading = session()
    reading.add_finding(lexicon.FOCAL_ASYMMETRY, (circle("LMLO"),), assessment=BiRads.B3)
    (told,) = [s for s in draft(reading.context, reading.state).sentences if s.finding_id]
    assert told.origin is Origin.READER_FINDING
    assert told.text == "Left: focal asymmetry, 12 mm (measured at the detector), seen in the MLO view only, BI-RADS 3."


def test_a_kind_that_the_lexicon_does_not_know_keeps_its_own_words() -> None:
    odd = finding(5, "RCC", kind=Code(value="X1", scheme="99VENDOR", meaning="Skin thickening"))
    reading = session(odd)
    reading.accept(odd.finding_id)
    assert section(reading, SectionName.FINDINGS)[0].startswith("Right: Skin thickening, ")


@pytest.mark.parametrize("intent", [RenderingIntent.REQUIRED, RenderingIntent.OPTIONAL, None])
def test_every_finding_that_was_accepted_is_told(intent: RenderingIntent | None) -> None:
    shown = finding(6, "RCC", intent=intent)
    reading = session(shown)
    reading.accept(shown.finding_id)
    assert section(reading, SectionName.FINDINGS)[0].startswith("Right: mass")


def test_sentences_stand_in_the_order_of_the_standard_and_keep_their_ids() -> None:
    reading = session(MASS)
    reading.assess_density(Laterality.LEFT, Density.C)
    reading.assess_birads(Laterality.RIGHT, BiRads.B4A)
    reading.assess_birads(Laterality.LEFT, BiRads.B2)
    reading.accept(MASS.finding_id)
    written = draft(reading.context, reading.state)
    assert [section.name for section in written.sections] == list(SectionName)
    assert [s.sentence_id for s in written.sentences] == [
        "indication", "technique", "density:L", f"finding:{MASS.finding_id}", "clear:L", "comparison", "birads:R",
        "birads:L", "recommendation",
    ]  # fmt: skip
    assert draft(reading.context, reading.state) == written


def test_the_technique_tells_what_the_header_knows_and_only_that() -> None:
    assert section(session(), SectionName.TECHNIQUE) == [
        "Mammography of 14 Mar 2026; views RCC, LCC, RMLO, LMLO; 28–31 kV; compressed thickness 52 mm; "
        "average glandular dose 1.2 mGy."
    ]
    assert section(session(language="ru"), SectionName.TECHNIQUE) == [
        "Маммография от 14.03.2026; проекции RCC, LCC, RMLO, LMLO; 28–31 кВ; толщина при компрессии 52 мм; "
        "средняя доза в железистой ткани 1,2 мГр."
    ]
    bare = replace(chest_study(), performed_at=None)
    assert section(session(of=bare), SectionName.TECHNIQUE) == ["Chest radiography; views: PA."]


def test_density_is_the_doctor_s_and_per_breast() -> None:
    reading = session(language="ru")
    reading.assess_density(Laterality.RIGHT, Density.B)
    assert section(reading, SectionName.COMPOSITION) == ["Справа: рассеянные участки фиброгландулярной ткани (ACR B)."]


def test_priors_are_named_with_their_dates_newest_first() -> None:
    older = replace(study(), study_uid=StudyUID("2.25.7"), performed_at=datetime(2022, 2, 1, tzinfo=UTC))
    newer = replace(study(), study_uid=StudyUID("2.25.8"), performed_at=datetime(2024, 2, 3, tzinfo=UTC))
    assert section(session(priors=(older, newer)), SectionName.COMPARISON) == [
        "Compared with the studies of 3 Feb 2024 and 1 Feb 2022."
    ]
    assert section(session(), SectionName.COMPARISON) == ["No earlier studies for comparison."]


@pytest.mark.parametrize(
    ("right", "left", "expected"),
    [
        (BiRads.B1, BiRads.B2, "Routine screening."),
        (BiRads.B2, BiRads.B0, "Left: additional imaging is recommended."),
        (BiRads.B4C, BiRads.B0, "Right: tissue diagnosis (biopsy) is recommended."),
        (BiRads.B5, BiRads.B5, "Both breasts: tissue diagnosis (biopsy) is recommended without delay."),
    ],
)
def test_the_recommendation_follows_the_most_urgent_category(right: BiRads, left: BiRads, expected: str) -> None:
    reading = session()
    reading.assess_birads(Laterality.RIGHT, right)
    assert section(reading, SectionName.RECOMMENDATION) == []
    reading.assess_birads(Laterality.LEFT, left)
    assert section(reading, SectionName.RECOMMENDATION) == [expected]


def test_no_breast_is_called_clear_whose_category_says_otherwise() -> None:
    reading = session()
    reading.assess_birads(Laterality.RIGHT, BiRads.B4A)
    reading.assess_birads(Laterality.LEFT, BiRads.B2)
    assert section(reading, SectionName.FINDINGS) == ["Left: no suspicious findings."]


def test_only_breasts_that_were_imaged_are_told() -> None:
    reading = session(of=study(("LCC", "LMLO")))
    reading.assess_birads(Laterality.LEFT, BiRads.B1)
    assert section(reading, SectionName.FINDINGS) == ["Left: no suspicious findings."]


def test_a_chest_is_told_without_breasts() -> None:
    reading = session(of=chest_study(), language="ru")
    reading.assess_opinion(Opinion.NORMAL)
    assert section(reading, SectionName.FINDINGS) == ["Патологических изменений не выявлено."]
    assert section(reading, SectionName.ASSESSMENT) == ["Норма."]
    reading.assess_opinion(Opinion.PATHOLOGY)
    assert section(reading, SectionName.FINDINGS) == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_draft_can_be_read_in_the_other_language(language: str) -> None:
    reading = session(MASS)
    reading.accept(MASS.finding_id)
    written = draft(reading.context, reading.state, language)
    assert written.language == language
    assert ("образование" in written.plain_text()) is (language == "ru")


def test_a_size_corrected_for_magnification_says_so() -> None:
    corrected = PixelSpacing(row_mm=0.09, column_mm=0.09, calibration=Calibration.MAGNIFICATION_CORRECTED)
    reading = session(MASS, of=study(spacing=corrected))
    reading.accept(MASS.finding_id)
    assert "11 mm (corrected for magnification)" in text_of(reading)
    assert DETECTOR.calibration is not corrected.calibration
