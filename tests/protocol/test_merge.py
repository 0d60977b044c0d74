"""The doctor's words over a draft that moves beneath them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reading.builders import REASON, circle, finding, session
from workstation.model import lexicon
from workstation.model.identity import FindingID
from workstation.model.protocol import Draft, Origin, SectionName, Sentence, SentenceState
from workstation.model.result import Density, Finding
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision, Description
from workstation.protocol.draft import draft
from workstation.reading.session import ReadingSession

MASS = finding(1, "RCC", "RMLO")
OTHER = finding(2, "LCC")
TELLS_MASS = f"finding:{MASS.finding_id}"


def now(reading: ReadingSession) -> Draft:
    return draft(reading.context, reading.state)


def sentence(reading: ReadingSession, sentence_id: str) -> Sentence:
    return next(s for s in now(reading).sentences if s.sentence_id == sentence_id)


def edit(reading: ReadingSession, sentence_id: str, words: str) -> None:
    reading.edit_sentence(sentence_id, drafted=sentence(reading, sentence_id).drafted, text=words)


def accepted() -> ReadingSession:
    reading = session(MASS, OTHER)
    reading.accept(MASS.finding_id)
    return reading


def test_an_edit_stands_in_place_of_the_drafted_sentence() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "A mass at the upper outer quadrant.")
    edited = sentence(reading, TELLS_MASS)
    assert (edited.text, edited.state) == ("A mass at the upper outer quadrant.", SentenceState.EDITED)
    assert edited.drafted.startswith("Right: mass")


def test_an_edit_survives_other_verdicts() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "A mass.")
    reading.accept(OTHER.finding_id)
    assert sentence(reading, TELLS_MASS).state is SentenceState.EDITED


def test_when_the_draft_changes_beneath_an_edit_both_are_shown() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "A mass.")
    reading.modify(MASS.finding_id, Description(size_mm=30.0))
    diverged = sentence(reading, TELLS_MASS)
    assert (diverged.text, diverged.state) == ("A mass.", SentenceState.DIVERGED)
    assert "30 mm" in diverged.drafted
    reading.keep_sentence(TELLS_MASS, drafted=diverged.drafted)
    assert sentence(reading, TELLS_MASS).state is SentenceState.EDITED


def test_taking_the_new_draft_over_ends_the_divergence() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "A mass.")
    reading.modify(MASS.finding_id, Description(size_mm=30.0))
    drafted = sentence(reading, TELLS_MASS).drafted
    reading.edit_sentence(TELLS_MASS, drafted=drafted, text=drafted)
    taken = sentence(reading, TELLS_MASS)
    assert (taken.text, taken.state) == (drafted, SentenceState.DRAFTED)


def test_an_edited_sentence_whose_finding_was_rejected_is_orphaned_until_kept_or_deleted() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "A mass.")
    reading.reject(MASS.finding_id, REASON)
    orphan = sentence(reading, TELLS_MASS)
    assert (orphan.text, orphan.state) == ("A mass.", SentenceState.ORPHANED)
    assert orphan.finding_id == MASS.finding_id
    reading.keep_sentence(TELLS_MASS, drafted="")
    kept = sentence(reading, TELLS_MASS)
    assert (kept.text, kept.state, kept.origin) == ("A mass.", SentenceState.EDITED, Origin.DOCTOR)
    reading.edit_sentence(TELLS_MASS, drafted="", text="")
    assert TELLS_MASS not in [s.sentence_id for s in now(reading).sentences]


def test_a_deleted_sentence_stays_out_until_its_draft_changes() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "")
    assert "mass" not in now(reading).plain_text()
    reading.accept(OTHER.finding_id)
    assert TELLS_MASS not in [s.sentence_id for s in now(reading).sentences]
    reading.modify(MASS.finding_id, Description(size_mm=30.0))
    assert sentence(reading, TELLS_MASS).state is SentenceState.DIVERGED


def test_an_own_sentence_follows_the_one_it_was_written_behind() -> None:
    reading = accepted()
    reading.insert_sentence(SectionName.FINDINGS, "It is palpable.", after=TELLS_MASS)
    texts = [s.text for s in now(reading).sentences if s.section is SectionName.FINDINGS]
    assert texts[1] == "It is palpable."
    own = next(s for s in now(reading).sentences if s.text == "It is palpable.")
    assert (own.origin, own.state) == (Origin.DOCTOR, SentenceState.INSERTED)


def test_an_own_sentence_outlives_the_one_it_was_written_behind() -> None:
    reading = accepted()
    reading.insert_sentence(SectionName.FINDINGS, "It is palpable.", after=TELLS_MASS)
    reading.reject(MASS.finding_id, REASON)
    assert "It is palpable." in now(reading).plain_text()


def test_an_own_sentence_can_be_changed_and_deleted() -> None:
    reading = session()
    reading.insert_sentence(SectionName.FINDINGS, "Skin normal.")
    (own,) = reading.state.inserted
    reading.edit_sentence(own, drafted="", text="Skin and nipples normal.")
    assert sentence(reading, own).text == "Skin and nipples normal."
    assert sentence(reading, own).state is SentenceState.INSERTED
    reading.edit_sentence(own, drafted="", text="")
    assert "nipples" not in now(reading).plain_text()


def test_words_written_in_the_other_language_wait_for_the_doctor() -> None:
    reading = accepted()
    edit(reading, "comparison", "Compared with films.")
    reading.insert_sentence(SectionName.FINDINGS, "Skin normal.")
    (own,) = reading.state.inserted
    reading.choose_language("ru")
    assert sentence(reading, "comparison").state is SentenceState.DIVERGED
    assert sentence(reading, own).state is SentenceState.DIVERGED
    reading.keep_sentence(own, drafted="")
    assert sentence(reading, own).state is SentenceState.INSERTED


Words = tuple[str, str] | None
"""(sentence id, words) when the doctor wrote some."""


def decide(reading: ReadingSession, found: Finding, decision: Decision, number: int) -> Words:
    match decision:
        case Decision.ACCEPT:
            reading.accept(found.finding_id)
        case Decision.REJECT:
            reading.reject(found.finding_id, REASON)
        case Decision.MODIFY:
            reading.modify(found.finding_id, Description(size_mm=float(number + 1)))
    return None


def write_over(reading: ReadingSession, index: int, words: str, number: int) -> Words:
    target = pick(reading, index)
    reading.edit_sentence(target.sentence_id, drafted=target.drafted, text=f"{words}{number}")
    return target.sentence_id, f"{words}{number}"


def write_own(reading: ReadingSession, section: SectionName, index: int, number: int) -> Words:
    state = reading.insert_sentence(section, f"own{number}", after=pick(reading, index).sentence_id)
    return list(state.inserted)[-1], f"own{number}"


def keep(reading: ReadingSession, index: int, _: object, __: int) -> Words:
    target = pick(reading, index)
    reading.keep_sentence(target.sentence_id, drafted=target.drafted)
    return None


def assess(reading: ReadingSession, side: Laterality, category: BiRads | Density, _: int) -> Words:
    if isinstance(category, BiRads):
        reading.assess_birads(side, category)
    else:
        reading.assess_density(side, category)
    return None


def point_at(reading: ReadingSession, there: bool, _: object, __: int) -> Words:
    if there:
        reading.add_finding(lexicon.MASS, (circle("LCC"),), finding_id=FindingID("reader#1"))
    elif reading.state.added:
        reading.remove_finding(FindingID("reader#1"))
    return None


def speak(reading: ReadingSession, language: str, _: object, __: int) -> Words:
    reading.choose_language(language)
    return None


def pick(reading: ReadingSession, index: int) -> Sentence:
    sentences = now(reading).sentences
    return sentences[index % len(sentences)]


SIDES = st.sampled_from([Laterality.RIGHT, Laterality.LEFT])
INDEX = st.integers(0, 20)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just(decide), st.sampled_from([MASS, OTHER]), st.sampled_from(Decision)),
        st.tuples(st.just(write_over), INDEX, st.text("abc", min_size=1, max_size=4)),
        st.tuples(st.just(write_own), st.sampled_from(SectionName), INDEX),
        st.tuples(st.just(keep), INDEX, st.none()),
        st.tuples(st.just(assess), SIDES, st.one_of(st.sampled_from(BiRads), st.sampled_from(Density))),
        st.tuples(st.just(point_at), st.booleans(), st.none()),
        st.tuples(st.just(speak), st.sampled_from(["en", "ru"]), st.none()),
    ),
    max_size=14,
)


@settings(max_examples=120, deadline=None)
@given(ACTS)
def test_the_doctor_s_words_are_never_lost(acts: list[tuple[Callable[..., Words], object, object]]) -> None:
    reading = session(MASS, OTHER)
    words: dict[str, str] = {}
    for number, (act, first, second) in enumerate(acts):
        written = act(reading, first, second, number)
        words |= dict([written] if written else [])
        shown = {s.sentence_id: s.text for s in now(reading).sentences}
        assert {sentence_id: shown.get(sentence_id) for sentence_id in words} == words


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_a_sentence_appears_once(acts: list[tuple[Callable[..., Words], object, object]]) -> None:
    reading = session(MASS, OTHER)
    for number, (act, first, second) in enumerate(acts):
        act(reading, first, second, number)
    ids = [s.sentence_id for s in now(reading).sentences]
    assert len(ids) == len(set(ids))


def test_words_kept_after_a_rejection_wait_again_in_the_other_language() -> None:
    reading = accepted()
    edit(reading, TELLS_MASS, "My English words.")
    reading.reject(MASS.finding_id, REASON)
    reading.keep_sentence(TELLS_MASS, drafted="")
    assert sentence(reading, TELLS_MASS).state is SentenceState.EDITED
    reading.choose_language("ru")
    assert sentence(reading, TELLS_MASS).state is SentenceState.ORPHANED
    reading.keep_sentence(TELLS_MASS, drafted="")
    assert sentence(reading, TELLS_MASS).state is SentenceState.EDITED
    reading.choose_language("en")
    assert sentence(reading, TELLS_MASS).state is SentenceState.ORPHANED
