"""What the doctor types in a section is told as edits of its sentences."""

from __future__ import annotations

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from ui.panes.sentence_edits import Edited, Inserted, changes, lines_of
from workstation.model.protocol import Origin, SectionName, Sentence

WORDS = st.text("abcdefgh ,.", min_size=1, max_size=30).filter(lambda text: text.strip())


def section(*texts: str) -> list[Sentence]:
    return [
        Sentence(sentence_id=f"s{at}", section=SectionName.FINDINGS, text=text, drafted=text, origin=Origin.AI_FINDING)
        for at, text in enumerate(texts)
    ]


def applied(sentences: list[Sentence], text: str) -> list[str]:
    """The section after the edits, by the rules of the session: an insertion goes right behind its predecessor."""
    lines = [(sentence.sentence_id, sentence.text) for sentence in sentences]
    inserted: list[str] = []
    for change in changes(sentences, text):
        if isinstance(change, Edited):
            at = [line[0] for line in lines].index(change.sentence.sentence_id)
            lines[at] = (change.sentence.sentence_id, change.text)
        else:
            after = change.after if change.after_new is None else inserted[change.after_new]
            at = [line[0] for line in lines].index(after) + 1 if after is not None else 0
            inserted.append(f"new{len(inserted)}")
            lines.insert(at, (inserted[-1], change.text))
    return [line for _id, line in lines if line]


def test_an_untouched_section_has_no_changes() -> None:
    assert changes(section("One mass.", "No calcifications."), "One mass.\nNo calcifications.") == ()


def test_a_rewritten_sentence_is_still_that_sentence() -> None:
    sentences = section("One mass.", "No calcifications.")
    (change,) = changes(sentences, "Nothing at all like before\nNo calcifications.")
    assert change == Edited(sentence=sentences[0], text="Nothing at all like before")


def test_a_line_more_is_an_insertion_after_the_sentence_above_it() -> None:
    (change,) = changes(section("One mass.", "No calcifications."), "One mass.\nSkin is normal.\nNo calcifications.")
    assert change == Inserted(text="Skin is normal.", after="s0")


def test_a_removed_line_is_a_deletion() -> None:
    sentences = section("One mass.", "No calcifications.")
    assert changes(sentences, "No calcifications.") == (Edited(sentence=sentences[0], text=""),)


def test_blank_lines_and_spaces_are_no_change() -> None:
    assert changes(section("One mass."), "\n  One mass.  \n\n") == ()


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6))
def test_the_edits_always_lead_to_the_text_on_screen(before: list[str], after: list[str]) -> None:
    sentences = section(*(" ".join(text.split()) for text in before))
    assert applied(sentences, "\n".join(after)) == list(lines_of("\n".join(after)))


def test_a_long_text_pasted_over_the_section_is_told_line_by_line() -> None:
    sentences, lines = section(*(f"Right: mass number {at}." for at in range(6))), [f"line {at}" for at in range(3000)]
    assert applied(sentences, "\n".join(lines)) == lines


def test_writing_in_a_long_section_measures_only_what_changed() -> None:
    sentences = section(*["Unremarkable."] * 2000)
    lines = [sentence.text for sentence in sentences]
    lines[1000] = "Skin is thickened."
    started = perf_counter()
    (change,) = changes(sentences, "\n".join(lines))
    assert perf_counter() - started < 0.5
    assert change == Edited(sentence=sentences[1000], text="Skin is thickened.")
