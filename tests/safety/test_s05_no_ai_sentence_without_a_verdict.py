"""S5: no AI sentence reaches a final protocol unless its finding was accepted or the doctor took the sentence over."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest

from tests.protocol.finished import ACCEPTED, REJECTED, Shelf, assess, complete, finish
from tests.reading.builders import REASON, circle, finding, session
from workstation.base.errors import RefusedError
from workstation.model import lexicon
from workstation.model.identity import FindingID
from workstation.model.protocol import Origin
from workstation.model.result import RenderingIntent
from workstation.protocol.draft import draft
from workstation.reading.session import ReadingSession

OPTIONAL = finding(8, "LMLO", kind=lexicon.DISTORTION, intent=RenderingIntent.OPTIONAL)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_final_protocol_tells_accepted_findings_and_no_rejected_ones(tmp_path: Path, language: str) -> None:
    told = finish(complete(language=language), Shelf(tmp_path)).protocol.draft.plain_text()
    assert {"en": "mass", "ru": "объёмное образование"}[language] in told
    assert {"en": "calcifications", "ru": "микрокальцинат"}[language] not in told
    report = str(pydicom.dcmread(tmp_path / "protocol.dcm"))
    assert {"en": "calcifications", "ru": "микрокальцинат"}[language] not in report


def test_a_finding_that_must_be_presented_blocks_finalising_until_it_is_decided(tmp_path: Path) -> None:
    reading = assess(session(ACCEPTED, REJECTED))
    reading.accept(ACCEPTED.finding_id)
    with pytest.raises(RefusedError) as refused:
        finish(reading, Shelf(tmp_path))
    assert refused.value.rule == "finding-undecided"
    reading.reject(REJECTED.finding_id, REASON)
    assert finish(reading, Shelf(tmp_path)).documents


def test_an_optional_finding_that_nobody_decided_is_not_told(tmp_path: Path) -> None:
    reading = assess(session(OPTIONAL))
    assert "distortion" not in finish(reading, Shelf(tmp_path)).protocol.draft.plain_text()


def test_a_sentence_of_a_rejected_finding_stays_only_when_the_doctor_takes_it_over(tmp_path: Path) -> None:
    reading = assess(session(ACCEPTED))
    reading.accept(ACCEPTED.finding_id)
    tells = f"finding:{ACCEPTED.finding_id}"
    drafted = next(s.drafted for s in draft(reading.context, reading.state).sentences if s.sentence_id == tells)
    reading.edit_sentence(tells, drafted=drafted, text="A scar after surgery.")
    reading.reject(ACCEPTED.finding_id, REASON)
    with pytest.raises(RefusedError) as refused:
        finish(reading, Shelf(tmp_path))
    assert refused.value.rule == "sentence-orphaned"
    reading.keep_sentence(tells, drafted="")
    sentences = finish(reading, Shelf(tmp_path)).protocol.draft.sentences
    (kept,) = [sentence for sentence in sentences if sentence.sentence_id == tells]
    assert (kept.text, kept.origin) == ("A scar after surgery.", Origin.DOCTOR)


def _deleted(reading: ReadingSession, finding_id: FindingID, *, left: str = "") -> str:
    """The doctor takes the finding's sentence out of the text; its id."""
    tells = f"finding:{finding_id}"
    drafted = next(s.drafted for s in draft(reading.context, reading.state).sentences if s.sentence_id == tells)
    reading.edit_sentence(tells, drafted=drafted, text=left)
    return drafted


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("left", ["", "x", "…"])
def test_a_finding_that_counts_never_leaves_the_final_protocol_unnoticed(
    tmp_path: Path, language: str, left: str
) -> None:
    reading = assess(session(ACCEPTED, language=language))
    reading.accept(ACCEPTED.finding_id)
    sentence = _deleted(reading, ACCEPTED.finding_id, left=left)
    with pytest.raises(RefusedError) as refused:
        finish(reading, Shelf(tmp_path))
    assert refused.value.rule == "finding-sentence-missing"
    assert sentence in str(refused.value.details)
    reading.undo()
    assert sentence in finish(reading, Shelf(tmp_path)).protocol.draft.plain_text()


def test_a_finding_whose_sentence_is_deleted_may_be_withdrawn_instead(tmp_path: Path) -> None:
    reading = assess(session(ACCEPTED))
    reading.accept(ACCEPTED.finding_id)
    sentence = _deleted(reading, ACCEPTED.finding_id)
    reading.reject(ACCEPTED.finding_id, REASON)
    assert sentence not in finish(reading, Shelf(tmp_path)).protocol.draft.plain_text()


def test_the_readers_own_finding_is_told_too(tmp_path: Path) -> None:
    reading = assess(session())
    reading.add_finding(lexicon.MASS, (circle("LCC"),))
    (own,) = reading.state.added
    _deleted(reading, own)
    with pytest.raises(RefusedError) as refused:
        finish(reading, Shelf(tmp_path))
    assert refused.value.rule == "finding-sentence-missing"
    reading.remove_finding(own)
    assert finish(reading, Shelf(tmp_path)).documents
