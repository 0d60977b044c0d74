"""What stands between the draft and finalising."""

from __future__ import annotations

import pytest

from tests.reading.builders import REASON, MemoryJournal, chest_study, circle, finding, origins, result, session, study
from workstation.model import lexicon
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SOPInstanceUID
from workstation.model.protocol import Missing
from workstation.model.result import Density, RenderingIntent
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Description, Opinion
from workstation.protocol.checks import missing
from workstation.protocol.draft import draft
from workstation.reading.opening import Material, open_reading
from workstation.reading.session import ReadingSession

MASS = finding(1, "RCC")


def open_points(reading: ReadingSession) -> tuple[Missing, ...]:
    return missing(reading.context, reading.state, draft(reading.context, reading.state))


def rules(reading: ReadingSession) -> list[str]:
    return [point.rule for point in open_points(reading)]


def assess(reading: ReadingSession, category: BiRads = BiRads.B2) -> None:
    for side in (Laterality.RIGHT, Laterality.LEFT):
        reading.assess_birads(side, category)
        reading.assess_density(side, Density.A)


def test_a_fresh_mammogram_lacks_verdicts_categories_and_densities() -> None:
    assert rules(session(MASS)) == [
        "finding-undecided", "birads-missing", "density-missing", "birads-missing", "density-missing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("intent", "waits"),
    [
        (RenderingIntent.REQUIRED, True),
        (None, True),
        (RenderingIntent.OPTIONAL, False),
        (RenderingIntent.NOT_FOR_PRESENTATION, False),
    ],
)
def test_every_finding_that_must_be_presented_waits_for_a_verdict(intent: RenderingIntent | None, waits: bool) -> None:
    reading = session(finding(1, "RCC", intent=intent))
    assess(reading)
    assert rules(reading) == (["finding-undecided"] if waits else [])


def test_a_finding_without_a_mark_waits_too() -> None:
    reading = session(finding(1))
    assess(reading)
    assert rules(reading) == ["finding-undecided"]


def test_findings_of_a_result_that_does_not_match_wait_for_nothing() -> None:
    material = Material(study=study(), results=(result(MASS, matched=False),))
    reading = open_reading(MemoryJournal(), material, reader="Petrova", origins=origins())
    assess(reading)
    assert rules(reading) == []


def test_an_undone_verdict_is_missing_again() -> None:
    reading = session(MASS)
    assess(reading)
    reading.accept(MASS.finding_id)
    assert rules(reading) == []
    reading.undo()
    assert rules(reading) == ["finding-undecided"]


def test_a_missing_verdict_names_the_finding_and_its_service() -> None:
    (point,) = [p for p in open_points(session(MASS, language="ru")) if p.finding_id]
    assert point.finding_id == MASS.finding_id
    assert point.message == "Примите решение о находке: объёмное образование (Mammolux)."


def test_what_is_missing_is_said_in_the_language_that_is_asked_for() -> None:
    reading = session(MASS, language="en")
    (point, *_) = missing(reading.context, reading.state, draft(reading.context, reading.state), "ru")
    assert point.message == "Примите решение о находке: объёмное образование (Mammolux)."


def test_a_chest_needs_an_opinion() -> None:
    reading = session(of=chest_study())
    assert rules(reading) == ["opinion-missing"]
    reading.assess_opinion(Opinion.PATHOLOGY)
    assert rules(reading) == []


def test_unsettled_sentences_wait() -> None:
    reading = session(MASS)
    assess(reading)
    reading.accept(MASS.finding_id)
    tells = f"finding:{MASS.finding_id}"
    drafted = next(s.drafted for s in draft(reading.context, reading.state).sentences if s.sentence_id == tells)
    reading.edit_sentence(tells, drafted=drafted, text="A mass.")
    reading.modify(MASS.finding_id, Description(size_mm=40.0))
    (diverged,) = open_points(reading)
    assert (diverged.rule, diverged.sentence_id) == ("sentence-diverged", tells)
    reading.reject(MASS.finding_id, REASON)
    (orphaned,) = open_points(reading)
    assert (orphaned.rule, orphaned.sentence_id) == ("sentence-orphaned", tells)
    assert "A mass." in orphaned.message
    reading.keep_sentence(tells, drafted="")
    assert rules(reading) == []


def test_a_negative_breast_with_a_finding_contradicts_itself() -> None:
    reading = session(MASS)
    assess(reading, BiRads.B1)
    reading.accept(MASS.finding_id)
    (point,) = open_points(reading)
    assert (point.rule, point.finding_id) == ("assessment-contradicts", MASS.finding_id)
    assert "right breast" in point.message
    assert "mass" in point.message
    reading.assess_birads(Laterality.RIGHT, BiRads.B2)
    assert rules(reading) == []


def test_an_own_finding_contradicts_a_negative_breast_too() -> None:
    reading = session()
    assess(reading, BiRads.B1)
    reading.add_finding(lexicon.MASS, (circle("LCC"),))
    assert rules(reading) == ["assessment-contradicts"]


def test_a_finding_without_a_side_contradicts_only_two_negative_breasts() -> None:
    nowhere = finding(1)
    reading = session(nowhere)
    assess(reading, BiRads.B1)
    reading.accept(nowhere.finding_id)
    assert set(rules(reading)) == {"assessment-contradicts"}
    reading.assess_birads(Laterality.LEFT, BiRads.B2)
    assert rules(reading) == []


def test_a_chest_with_a_finding_is_not_normal() -> None:
    mark = Mark(sop_uid=SOPInstanceUID("2.25.29"), shape=Shape.POINT, points=((5.0, 5.0),))
    reading = session(of=chest_study())
    reading.add_finding(lexicon.NODULE, (mark,))
    reading.assess_opinion(Opinion.NORMAL)
    assert rules(reading) == ["assessment-contradicts"]
    reading.assess_opinion(Opinion.PATHOLOGY)
    assert rules(reading) == []
