"""S5: an AI sentence moved or copied is still the AI's: rejected, it waits for the doctor wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.protocol.finished import ACCEPTED, REJECTED, Shelf, assess, finish
from tests.reading.builders import REASON, session
from ui.panes.sentence_edits import Edited, changes
from workstation.base.errors import RefusedError
from workstation.model.protocol import Origin, SectionName, Sentence, SentenceState
from workstation.model.result import Finding
from workstation.protocol.checks import missing, untold
from workstation.protocol.draft import draft
from workstation.reading.session import ReadingSession


def shown(reading: ReadingSession, name: SectionName = SectionName.FINDINGS) -> tuple[Sentence, ...]:
    return next(s.sentences for s in draft(reading.context, reading.state).sections if s.name is name)


def write(reading: ReadingSession, lines: list[str], name: SectionName = SectionName.FINDINGS) -> None:
    """Leave `lines` in a section, as the editor does."""
    inserted: list[str] = []
    for change in changes(shown(reading, name), "\n".join(lines)):
        if isinstance(change, Edited):
            drafted = change.sentence.drafted
            reading.edit_sentence(change.sentence.sentence_id, drafted=drafted, text=change.text)
        else:
            after = change.after if change.after_new is None else inserted[change.after_new]
            inserted.append(list(reading.insert_sentence(name, change.text, after=after).inserted)[-1])


def both_accepted(language: str = "en") -> ReadingSession:
    reading = assess(session(ACCEPTED, REJECTED, language=language))
    for one in (ACCEPTED, REJECTED):
        reading.accept(one.finding_id)
    return reading


def ai_lines(reading: ReadingSession) -> tuple[str, str]:
    """What the draft says of the two findings: the one that stays, the one to be rejected."""
    by_id = {s.finding_id: s.text for s in shown(reading)}
    return by_id[ACCEPTED.finding_id], by_id[REJECTED.finding_id]


def swapped(reading: ReadingSession) -> None:
    stays, goes = ai_lines(reading)
    texts = [s.text for s in shown(reading)]
    first, second = sorted((texts.index(stays), texts.index(goes)))
    texts[first], texts[second] = texts[second], texts[first]
    write(reading, texts)


def pasted_elsewhere(reading: ReadingSession) -> None:
    goes = ai_lines(reading)[1]
    write(reading, [s.text for s in shown(reading) if s.text != goes])
    name = SectionName.COMPARISON
    write(reading, [*(s.text for s in shown(reading, name)), goes], name)


def copied_with_other_words(reading: ReadingSession) -> None:
    goes = ai_lines(reading)[1]
    reading.insert_sentence(SectionName.FINDINGS, goes.replace(".", " as well."))


def joined_to_the_line_above(reading: ReadingSession) -> None:
    stays, goes = ai_lines(reading)
    write(reading, [f"{stays} {goes}", *(s.text for s in shown(reading) if s.text not in (stays, goes))])


def put_over_another_sentence(reading: ReadingSession) -> None:
    goes, name = ai_lines(reading)[1], SectionName.TECHNIQUE
    write(reading, [goes], name)


HANDS: list[Callable[[ReadingSession], None]] = [
    swapped, pasted_elsewhere, copied_with_other_words, joined_to_the_line_above, put_over_another_sentence
]  # fmt: skip


KIND_WORDS = {
    "en": {ACCEPTED.finding_id: "mass", REJECTED.finding_id: "calcification"},
    "ru": {ACCEPTED.finding_id: "образование", REJECTED.finding_id: "микрокальцинат"},
}


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("victim", [ACCEPTED, REJECTED], ids=["right", "left"])
@pytest.mark.parametrize("hand", HANDS, ids=lambda hand: hand.__name__)
def test_a_rejected_findings_words_wait_for_the_doctor_wherever_they_were_put(
    tmp_path: Path, hand: Callable[[ReadingSession], None], victim: Finding, language: str
) -> None:
    reading, word = both_accepted(language), KIND_WORDS[language][victim.finding_id]
    hand(reading)
    reading.reject(victim.finding_id, REASON)
    if word in draft(reading.context, reading.state).plain_text().casefold():
        with pytest.raises(RefusedError) as refused:
            finish(reading, Shelf(tmp_path))
        assert refused.value.rule == "sentence-orphaned"
    for sentence in draft(reading.context, reading.state).sentences:
        if sentence.state is SentenceState.ORPHANED:
            reading.edit_sentence(sentence.sentence_id, drafted=sentence.drafted, text=sentence.drafted)
    for sentence in untold(reading.context, reading.state, draft(reading.context, reading.state)):
        reading.edit_sentence(sentence.sentence_id, drafted=sentence.drafted, text=sentence.drafted)
    assert word not in finish(reading, Shelf(tmp_path)).protocol.draft.plain_text().casefold()


def test_a_line_that_was_only_moved_stays_the_ais_in_sight() -> None:
    reading = both_accepted()
    swapped(reading)
    of_ai = [s for s in shown(reading) if s.origin is Origin.AI_FINDING]
    assert {s.text for s in of_ai} == set(ai_lines(both_accepted()))
    assert {s.finding_id for s in of_ai} == {ACCEPTED.finding_id, REJECTED.finding_id}
    assert missing(reading.context, reading.state, draft(reading.context, reading.state)) == ()


def test_words_pasted_back_after_the_rejection_wait_too() -> None:
    reading = both_accepted()
    goes = ai_lines(reading)[1]
    reading.reject(REJECTED.finding_id, REASON)
    reading.insert_sentence(SectionName.COMPARISON, goes)
    assert [s.state for s in shown(reading, SectionName.COMPARISON) if s.text == goes] == [SentenceState.ORPHANED]


def test_moved_words_of_a_rejected_finding_stay_when_the_doctor_keeps_them(tmp_path: Path) -> None:
    reading = both_accepted()
    pasted_elsewhere(reading)
    reading.reject(REJECTED.finding_id, REASON)
    (orphan,) = [s for s in shown(reading, SectionName.COMPARISON) if s.state is SentenceState.ORPHANED]
    assert orphan.finding_id == REJECTED.finding_id
    reading.keep_sentence(orphan.sentence_id, drafted=orphan.drafted)
    (kept,) = [s for s in finish(reading, Shelf(tmp_path)).protocol.draft.sentences if s.text == orphan.text]
    assert kept.origin is Origin.DOCTOR


def test_the_doctors_own_words_do_not_wait_for_anything() -> None:
    reading = both_accepted()
    write(reading, [*ai_lines(reading), "Skin is normal.", "No enlarged axillary lymph nodes."])
    reading.reject(REJECTED.finding_id, REASON)
    assert {s.state for s in shown(reading)} == {SentenceState.DRAFTED, SentenceState.INSERTED}
