"""S5: what the doctor decided is told or asked about again; a newer result of the service does not wash it away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.reading.builders import REASON, STUDY, MemoryJournal, finding, origins, result, study
from workstation.app import Workstation
from workstation.base.codec import digest_of
from workstation.model.facts import ReadingOpened
from workstation.model.identity import Digest, FindingID, SOPInstanceUID
from workstation.model.result import AIResult, Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads
from workstation.protocol.checks import missing
from workstation.protocol.draft import draft
from workstation.protocol.finalise import given_verdicts
from workstation.reading.opening import Material, open_reading
from workstation.reading.session import ReadingSession

MASS = finding(1, "RCC")
OLDER = result(MASS)
AGAIN = replace(MASS, finding_id=FindingID("2.25.5002#1.1"))
NEWER = replace(result(), sr_uid=SOPInstanceUID("2.25.5002"), digest=Digest("c" * 64))


def opened(journal: MemoryJournal, *results: AIResult) -> ReadingSession:
    return open_reading(journal, Material(study=study(), results=results), reader="Petrova", origins=origins())


def accepted_on_the_older(journal: MemoryJournal) -> ReadingSession:
    reading = opened(journal, OLDER)
    for side in (Laterality.RIGHT, Laterality.LEFT):
        reading.assess_birads(side, BiRads.B4A)
        reading.assess_density(side, Density.B)
    reading.accept(MASS.finding_id)
    return reading


def rules(reading: ReadingSession) -> list[str]:
    return [one.rule for one in missing(reading.context, reading.state, draft(reading.context, reading.state))]


def tells_the_mass(reading: ReadingSession) -> bool:
    return any(s.finding_id == MASS.finding_id for s in draft(reading.context, reading.state).sentences)


def test_a_verdict_whose_result_was_replaced_blocks_until_it_is_given_again() -> None:
    journal = MemoryJournal()
    accepted_on_the_older(journal).release()
    reading = opened(journal, NEWER, OLDER)
    assert tells_the_mass(reading)
    assert rules(reading) == ["verdict-superseded"]
    reading.accept(MASS.finding_id)
    assert rules(reading) == []
    assert [given.result.sr_uid for given in given_verdicts(reading.context, reading.state)] == [OLDER.sr_uid]
    reading.undo()
    assert rules(reading) == ["verdict-superseded"]


def test_a_verdict_on_an_older_result_may_be_taken_back_and_then_nothing_waits_for_one() -> None:
    journal = MemoryJournal()
    accepted_on_the_older(journal).release()
    reading = opened(journal, NEWER, OLDER)
    reading.undo()
    assert rules(reading) == []
    assert not tells_the_mass(reading)


def test_the_verdict_is_carried_over_by_rejecting_the_older_and_deciding_the_newer() -> None:
    journal = MemoryJournal()
    accepted_on_the_older(journal).release()
    reading = opened(journal, replace(NEWER, findings=(AGAIN,)), OLDER)
    assert rules(reading) == ["finding-undecided", "verdict-superseded"]
    reading.accept(AGAIN.finding_id)
    reading.reject(MASS.finding_id, REASON)
    assert rules(reading) == []
    assert not tells_the_mass(reading)


def test_a_verdict_whose_result_is_not_here_at_all_blocks_too() -> None:
    journal = MemoryJournal()
    accepted_on_the_older(journal).release()
    assert rules(opened(journal, NEWER)) == ["verdict-superseded"]


def test_results_of_other_services_do_not_touch_a_verdict() -> None:
    journal = MemoryJournal()
    accepted_on_the_older(journal).release()
    other = replace(NEWER, service=replace(NEWER.service, name="Another"))
    assert rules(opened(journal, OLDER, other)) == []


def test_what_was_decided_stays_in_the_study_when_a_newer_result_is_imported(tmp_path: Path) -> None:
    undecided = finding(2, "LCC")
    with Workstation.open(tmp_path / "home", reader="Petrova", write_pdf=lambda _protocol, _path: None) as station:
        catalogue = station.home.catalogue
        catalogue.put_study(study(), {i.sop_uid: Digest(digest_of(i.sop_uid.encode())) for i in study().images})
        catalogue.put_result(result(MASS, undecided), OLDER.digest)
        first = station.open_reading(STUDY)
        first.session.accept(MASS.finding_id)
        first.session.release()
        catalogue.put_result(NEWER, NEWER.digest)
        again = station.open_reading(STUDY)
        assert [one.sr_uid for one in again.context.results] == [NEWER.sr_uid, OLDER.sr_uid]
        assert [one.finding_id for one in again.context.findings] == [MASS.finding_id]
        assert "verdict-superseded" in [one.rule for one in again.missing()]
        assert any(sentence.finding_id == MASS.finding_id for sentence in again.draft().sentences)


def test_a_held_reading_that_goes_on_with_other_results_records_what_is_seen_now() -> None:
    journal = MemoryJournal()
    first = accepted_on_the_older(journal)
    before = len(journal.kept)
    same = opened(journal, OLDER)
    assert len(journal.kept) == before
    reading = opened(journal, NEWER, OLDER)
    (entry,) = journal.kept[before:]
    assert isinstance(entry.fact, ReadingOpened)
    assert [uid for uid, _digest in entry.fact.results] == [NEWER.sr_uid, OLDER.sr_uid]
    assert reading.context.reading_id == same.context.reading_id == first.context.reading_id
    assert rules(reading) == ["verdict-superseded"]
