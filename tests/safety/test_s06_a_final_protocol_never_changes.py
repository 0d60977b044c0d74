"""S6: a final protocol never changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.protocol.finished import ACCEPTED, Shelf, complete, finish
from tests.reading.builders import REASON, MemoryJournal, circle, session
from workstation.base.errors import RefusedError, StoreError
from workstation.model import lexicon
from workstation.model.protocol import SectionName
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Description, Opinion
from workstation.protocol.draft import draft
from workstation.protocol.finalise import read_final
from workstation.reading.session import ReadingSession

ACTS: dict[str, Callable[[ReadingSession], object]] = {
    "accept": lambda reading: reading.accept(ACCEPTED.finding_id),
    "modify": lambda reading: reading.modify(ACCEPTED.finding_id, Description()),
    "reject": lambda reading: reading.reject(ACCEPTED.finding_id, REASON),
    "add": lambda reading: reading.add_finding(lexicon.MASS, (circle("LCC"),)),
    "remove": lambda reading: reading.remove_finding(next(iter(reading.state.added))),
    "birads": lambda reading: reading.assess_birads(Laterality.RIGHT, BiRads.B1),
    "density": lambda reading: reading.assess_density(Laterality.RIGHT, Density.D),
    "opinion": lambda reading: reading.assess_opinion(Opinion.NORMAL),
    "edit": lambda reading: reading.edit_sentence("comparison", drafted="a", text="b"),
    "insert": lambda reading: reading.insert_sentence(SectionName.FINDINGS, "More."),
    "keep": lambda reading: reading.keep_sentence("comparison", drafted="a"),
    "language": lambda reading: reading.choose_language("ru"),
    "undo": lambda reading: reading.undo(),
    "release": lambda reading: reading.release(),
}


@pytest.mark.parametrize("name", ACTS)
def test_nothing_can_be_done_after_finalising(tmp_path: Path, name: str) -> None:
    journal = MemoryJournal()
    reading = complete(journal)
    finish(reading, Shelf(tmp_path))
    frozen, entries = reading.state, len(journal.kept)
    with pytest.raises(RefusedError) as refused:
        ACTS[name](reading)
    assert refused.value.rule == "final-is-final"
    assert (reading.state, len(journal.kept)) == (frozen, entries)


def test_finalising_again_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    reading = complete()
    finish(reading, Shelf(tmp_path))
    shelf = Shelf(tmp_path)
    with pytest.raises(RefusedError) as refused:
        finish(reading, shelf)
    assert refused.value.rule == "final-is-final"
    assert shelf.kept == []


def test_the_journal_holds_the_exact_text(tmp_path: Path) -> None:
    reading = complete()
    finalised = finish(reading, Shelf(tmp_path))
    assert reading.state.final is not None
    assert reading.state.final.text == f"{finalised.protocol.draft.plain_text()}\n\n{finalised.protocol.ai_statement}"


def test_opening_a_final_reading_again_shows_the_same_protocol(tmp_path: Path) -> None:
    journal = MemoryJournal()
    reading = complete(journal)
    finalised = finish(reading, Shelf(tmp_path))
    again = session(*reading.context.findings, journal=journal, reader=reading.reader)
    assert draft(again.context, again.state) == finalised.protocol.draft
    with pytest.raises(RefusedError):
        again.accept(ACCEPTED.finding_id)


def test_the_frozen_protocol_is_read_back_as_it_was_and_damage_is_told(tmp_path: Path) -> None:
    reading, shelf = complete(), Shelf(tmp_path)
    finalised = finish(reading, shelf)
    assert reading.state.final is not None
    assert read_final(reading.state.final, shelf) == finalised.protocol
    (tmp_path / "protocol.json").write_bytes(b"{}")
    with pytest.raises(StoreError):
        read_final(reading.state.final, shelf)
