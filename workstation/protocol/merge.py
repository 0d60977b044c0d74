"""The doctor's words laid over a fresh draft: none is ever lost, whatever happens to the draft beneath."""

from __future__ import annotations

from dataclasses import replace

from workstation.model.identity import FindingID
from workstation.model.protocol import Draft, Origin, Section, SectionName, Sentence, SentenceState
from workstation.reading.state import Edit, Insertion, ReadingState

_SECTION_OF = {
    "indication": SectionName.INDICATION,
    "technique": SectionName.TECHNIQUE,
    "density": SectionName.COMPOSITION,
    "finding": SectionName.FINDINGS,
    "clear": SectionName.FINDINGS,
    "comparison": SectionName.COMPARISON,
    "birads": SectionName.ASSESSMENT,
    "opinion": SectionName.ASSESSMENT,
    "recommendation": SectionName.RECOMMENDATION,
}


def merge(drafted: Draft, state: ReadingState) -> Draft:
    """The draft with the doctor's edits and own sentences.

    A sentence that the doctor edited shows the doctor's words: EDITED while the draft beneath is the one that the
    doctor saw, DIVERGED when it says something else since, ORPHANED when it has gone. A deleted sentence is left out
    until its draft changes. Own words written for another language wait to be settled too.
    """
    by_section = {section.name: [_edited(s, state.edits.get(s.sentence_id)) for s in section.sentences]
                  for section in drafted.sections}  # fmt: skip
    present = {sentence.sentence_id for sentence in drafted.sentences}
    for sentence_id, edit in state.edits.items():
        if sentence_id not in present and edit.text:
            orphan = _orphan(sentence_id, edit, drafted.language)
            by_section[orphan.section].append(orphan)
    for own in state.inserted.values():
        _insert(by_section[own.section], own, drafted.language)
    return replace(drafted, sections=tuple(_section(section, by_section[section.name]) for section in drafted.sections))


def _edited(sentence: Sentence, edit: Edit | None) -> Sentence:
    if edit is None:
        return sentence
    seen = edit.drafted == sentence.text
    return replace(
        sentence, text=edit.text, drafted=sentence.text, state=SentenceState.EDITED if seen else SentenceState.DIVERGED
    )


def _orphan(sentence_id: str, edit: Edit, language: str) -> Sentence:
    """Words whose drafted sentence has gone; once kept (`drafted` is "") in this language, the doctor's own."""
    prefix, _, rest = sentence_id.partition(":")
    kept = edit.drafted == "" and edit.language == language
    return Sentence(
        sentence_id=sentence_id,
        section=_SECTION_OF.get(prefix, SectionName.FINDINGS),
        text=edit.text,
        origin=Origin.DOCTOR,
        state=SentenceState.EDITED if kept else SentenceState.ORPHANED,
        finding_id=FindingID(rest) if prefix == "finding" else None,
    )


def _insert(sentences: list[Sentence], own: Insertion, language: str) -> None:
    position = _place(sentences, own.after)
    sentences.insert(
        position,
        Sentence(
            sentence_id=own.sentence_id,
            section=own.section,
            text=own.text,
            origin=Origin.DOCTOR,
            state=SentenceState.INSERTED if own.language == language else SentenceState.DIVERGED,
        ),
    )


def _place(sentences: list[Sentence], after: str | None) -> int:
    """Index behind the sentence `after`; 0 without one, the end when it has gone."""
    if after is None:
        return 0
    return next((i + 1 for i, s in enumerate(sentences) if s.sentence_id == after), len(sentences))


def _section(section: Section, sentences: list[Sentence]) -> Section:
    """The section without what the doctor deleted; a deletion whose draft changed stays, to be decided."""
    shown = tuple(s for s in sentences if s.text or (s.state is SentenceState.DIVERGED and s.drafted))
    return replace(section, sentences=shown)
