"""S4: an act shows as made only when the journal has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.reading.builders import REASON, MemoryJournal, circle, finding, session
from workstation.base.errors import StoreError
from workstation.model import lexicon
from workstation.model.protocol import SectionName
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Description, Opinion
from workstation.reading.session import ReadingSession

MASS = finding(1, "RCC")
ACTS: dict[str, Callable[[ReadingSession], object]] = {
    "accept": lambda reading: reading.accept(MASS.finding_id),
    "modify": lambda reading: reading.modify(MASS.finding_id, Description(size_mm=4.0)),
    "reject": lambda reading: reading.reject(MASS.finding_id, REASON),
    "add": lambda reading: reading.add_finding(lexicon.MASS, (circle("LCC"),)),
    "birads": lambda reading: reading.assess_birads(Laterality.RIGHT, BiRads.B4A),
    "density": lambda reading: reading.assess_density(Laterality.RIGHT, Density.C),
    "opinion": lambda reading: reading.assess_opinion(Opinion.NORMAL),
    "edit": lambda reading: reading.edit_sentence("comparison", drafted="a", text="b"),
    "insert": lambda reading: reading.insert_sentence(SectionName.FINDINGS, "Skin is normal."),
    "keep": lambda reading: reading.keep_sentence("indication", drafted="x"),
    "language": lambda reading: reading.choose_language("ru"),
    "undo": lambda reading: reading.undo(),
    "release": lambda reading: reading.release(),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_cannot_be_kept_changes_nothing(name: str) -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    reading.edit_sentence("indication", drafted="Screening.", text="Recall.")
    before = reading.state
    journal.broken = True
    with pytest.raises(StoreError):
        ACTS[name](reading)
    assert reading.state == before
    journal.broken = False
    assert session(MASS, journal=journal).state == before


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_returns_is_there_after_a_restart(name: str) -> None:
    journal = MemoryJournal()
    reading = session(MASS, journal=journal)
    reading.edit_sentence("indication", drafted="Screening.", text="Recall.")
    before = len(journal.kept)
    ACTS[name](reading)
    assert len(journal.kept) == before + 1
    again = ReadingSession(journal, reading.context, reader=reading.reader, origins=reading._origins)
    assert again.state == reading.state
