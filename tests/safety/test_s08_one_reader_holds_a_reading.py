"""S8: one reader at a time holds a reading; taking over is recorded; nobody reads a study twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.protocol.finished import ACCEPTED, Shelf, complete, finish
from tests.reading.builders import MemoryJournal, finding, origins, session, study
from workstation.base.errors import RefusedError
from workstation.model.facts import Entry, Fact, LockTakenOver, VerdictRecorded
from workstation.model.verdict import Opinion
from workstation.reading.opening import Material, open_reading, readings_of
from workstation.reading.state import fold

MASS = finding(1, "RCC")


def test_a_study_that_another_reader_holds_is_refused_and_names_the_reader() -> None:
    journal = MemoryJournal()
    session(MASS, journal=journal, reader="Petrova")
    with pytest.raises(RefusedError, match="Petrova") as refused:
        session(MASS, journal=journal, reader="Sidorov")
    assert refused.value.rule == "locked-by-other"
    assert len(journal.kept) == 1


def test_taking_over_is_recorded_with_its_reason_and_stops_the_first_reader() -> None:
    journal = MemoryJournal()
    first = session(MASS, journal=journal, reader="Petrova")
    second = open_reading(
        journal, Material(study=study()), reader="Sidorov", origins=origins(), take_over="Petrova is on leave"
    )
    taken = next(entry for entry in journal.kept if isinstance(entry.fact, LockTakenOver))
    assert isinstance(taken.fact, LockTakenOver)
    assert (taken.reader, taken.fact.from_reader, taken.fact.reason) == ("Sidorov", "Petrova", "Petrova is on leave")
    with pytest.raises(RefusedError, match="Sidorov") as refused:
        first.accept(MASS.finding_id)
    assert refused.value.rule == "locked-by-other"
    assert second.state.held


def test_a_take_over_that_comes_while_an_act_is_being_kept_is_seen_at_once() -> None:
    class Slow(MemoryJournal):
        def append(self, fact: Fact, *, reader: str) -> Entry:
            if isinstance(fact, VerdictRecorded):
                taken = LockTakenOver(
                    reading_id=fact.reading_id, study_uid=study().study_uid, from_reader="Petrova", reason="urgent"
                )
                super().append(taken, reader="Sidorov")
            return super().append(fact, reader=reader)

    journal = Slow()
    first = session(MASS, journal=journal, reader="Petrova")
    first.accept(MASS.finding_id)
    assert first.state.taken_over_by == "Sidorov"
    assert first.state == fold(journal.kept)
    with pytest.raises(RefusedError, match="Sidorov"):
        first.undo()


def test_a_blank_reason_does_not_take_a_study_over() -> None:
    journal = MemoryJournal()
    session(journal=journal, reader="Petrova")
    with pytest.raises(RefusedError) as refused:
        open_reading(journal, Material(study=study()), reader="Sidorov", origins=origins(), take_over="  ")
    assert refused.value.rule == "locked-by-other"


def test_a_study_that_was_left_is_free_for_another_reader_who_sees_no_verdict_of_the_first() -> None:
    journal = MemoryJournal()
    first = session(MASS, journal=journal, reader="Petrova")
    first.accept(MASS.finding_id)
    first.release()
    second = session(MASS, journal=journal, reader="Sidorov")
    assert second.context.reading_id != first.context.reading_id
    assert second.state.verdicts == {}


def test_who_comes_back_goes_on_with_the_same_reading() -> None:
    journal = MemoryJournal()
    first = session(journal=journal, reader="Petrova")
    first.release()
    assert session(journal=journal, reader="Petrova").context.reading_id == first.context.reading_id
    assert len(readings_of(journal, study().study_uid)) == 1


@pytest.mark.parametrize("reader", ["Petrova", "Sidorov"])
def test_a_final_study_opens_to_be_looked_at_and_has_no_second_protocol(tmp_path: Path, reader: str) -> None:
    journal = MemoryJournal()
    first = complete(journal, reader="Petrova")
    finish(first, Shelf(tmp_path))
    entries = len(journal.kept)
    again = session(*first.context.findings, journal=journal, reader=reader)
    assert again.state == first.state
    for act in (lambda: finish(again, Shelf(tmp_path)), lambda: again.assess_opinion(Opinion.NORMAL), again.undo):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.rule == "final-is-final"
    assert len(journal.kept) == entries


def test_who_left_a_study_that_another_has_finalised_is_shown_the_final_protocol(tmp_path: Path) -> None:
    journal = MemoryJournal()
    session(ACCEPTED, journal=journal, reader="Sidorov").release()
    first = complete(journal, reader="Petrova")
    finish(first, Shelf(tmp_path))
    assert session(journal=journal, reader="Sidorov").context.reading_id == first.context.reading_id
