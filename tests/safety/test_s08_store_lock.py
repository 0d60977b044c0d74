"""S8, the store's share: one reader at a time holds a reading, and taking over is recorded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.builders import STUDY, final, opened, opinion, released
from workstation.base.errors import RefusedError
from workstation.model.facts import Fact, LockTakenOver
from workstation.model.identity import ReadingID
from workstation.store.home import Home
from workstation.store.locks import Stage

ANNA, BORIS = "dr.anna", "dr.boris"
TAKE_OVER = LockTakenOver(reading_id=ReadingID("reading-1"), study_uid=STUDY, from_reader=ANNA, reason="Anna is ill")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home in which Anna reads the study."""
    with Home.open(tmp_path / "home") as home:
        home.journal.append(opened(), reader=ANNA)
        yield home


@pytest.mark.parametrize("fact", [opened(reading_id="reading-2"), opinion(), released(), final()])
def test_nobody_else_can_act_on_a_study_that_is_being_read(home: Home, fact: Fact) -> None:
    with pytest.raises(RefusedError, match=f"{ANNA} has been reading") as refused:
        home.journal.append(fact, reader=BORIS)
    assert refused.value.rule == "locked-by-other"
    assert len(home.journal.entries()) == 1
    lock = home.journal.reading(STUDY).lock
    assert lock is not None
    assert lock.reader == ANNA


def test_the_holder_goes_on_after_a_restart_and_nobody_else_does(home: Home) -> None:
    home.close()
    with Home.open(home.path) as again:
        again.journal.append(opinion(), reader=ANNA)
        with pytest.raises(RefusedError):
            again.journal.append(opened(reading_id="reading-2"), reader=BORIS)


@pytest.mark.parametrize("reader", [ANNA, BORIS])
@pytest.mark.parametrize("fact", [opened(reading_id="reading-2"), TAKE_OVER, opinion(), final()])
def test_a_study_has_one_final_protocol_and_takes_no_act_after_it(home: Home, reader: str, fact: Fact) -> None:
    home.journal.append(final(), reader=ANNA)
    with pytest.raises(RefusedError, match="has its final protocol") as refused:
        home.journal.append(fact, reader=reader)
    assert refused.value.rule == "already-final"
    state = home.journal.reading(STUDY)
    assert (state.stage, state.finals, state.reader, state.lock) == (Stage.FINAL, 1, ANNA, None)


def test_two_protocols_in_one_breath_are_refused_together(home: Home) -> None:
    with pytest.raises(RefusedError):
        home.journal.append_many((final(), final(reading_id="reading-2")), reader=ANNA)
    assert home.journal.reading(STUDY).finals == 0


def test_the_study_is_free_when_its_reader_has_left(home: Home) -> None:
    home.journal.append(released(), reader=ANNA)
    home.journal.append(opened(reading_id="reading-2"), reader=BORIS)
    lock = home.journal.reading(STUDY).lock
    assert lock is not None
    assert lock.reader == BORIS


def test_a_take_over_is_on_record_and_shuts_the_first_reader_out(home: Home) -> None:
    home.journal.append_many((TAKE_OVER, opened(reading_id="reading-2")), reader=BORIS)
    for fact in (opinion(), released(), final()):
        with pytest.raises(RefusedError, match=BORIS):
            home.journal.append(fact, reader=ANNA)
    (entry,) = home.journal.entries(STUDY, kinds=("lock_taken_over",))
    assert (entry.reader, entry.fact) == (BORIS, TAKE_OVER)


def test_a_refused_batch_leaves_nothing(home: Home) -> None:
    with pytest.raises(RefusedError):
        home.journal.append_many((opened("9.9", "other"), opinion()), reader=BORIS)
    assert len(home.journal.entries()) == 1
    assert home.journal.reading(STUDY).reader == ANNA
    home.journal.append(opened("9.9", "reading-3"), reader=ANNA)


def test_other_studies_stay_free(home: Home) -> None:
    home.journal.append(opened("9.9", "reading-2"), reader=BORIS)
    assert home.journal.reading(STUDY).reader == ANNA


def test_of_many_readers_at_the_same_moment_one_gets_the_study(home: Home) -> None:
    home.journal.append(released(), reader=ANNA)
    start, winners, refused = threading.Barrier(6), [], []

    def read(reader: str) -> None:
        start.wait()
        try:
            home.journal.append(opened(reading_id=f"reading of {reader}"), reader=reader)
            winners.append(reader)
        except RefusedError as error:
            refused.append(error.rule)

    threads = [threading.Thread(target=read, args=(f"reader-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["locked-by-other"] * 5
    assert [home.journal.reading(STUDY).reader] == winners
