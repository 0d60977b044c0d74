"""The state of a reading: a pure fold over its journal entries (S4, S9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from workstation.model.facts import (
    ActUndone,
    BiRadsAssessed,
    DensityAssessed,
    Entry,
    FindingAdded,
    FindingRemoved,
    LanguageChosen,
    LockTakenOver,
    OpinionAssessed,
    ProtocolFinalised,
    ReadingOpened,
    ReadingReleased,
    SentenceEdited,
    SentenceInserted,
    SentenceKept,
    VerdictRecorded,
)
from workstation.model.identity import FindingID, ReadingID, StudyUID
from workstation.model.protocol import SectionName
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision, Opinion, ReaderFinding, Verdict

K = TypeVar("K")
V = TypeVar("V")

UNDOABLE = (
    VerdictRecorded, FindingAdded, FindingRemoved, BiRadsAssessed, DensityAssessed, OpinionAssessed,
    SentenceEdited, SentenceInserted, SentenceKept, LanguageChosen,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The doctor's words in place of a drafted sentence; text "" deletes it. `drafted` is what the doctor saw.

    Attributes
    ----------
    language : what the words are written for.
    kept_beside : the AI findings that were told when the doctor kept these words; None when they were never kept.
    """

    text: str
    drafted: str
    language: str
    kept_beside: frozenset[FindingID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A sentence of the doctor's own, and the language it was written for; text "" when deleted.

    Attributes
    ----------
    kept_beside : as in `Edit`.
    """

    sentence_id: str
    section: SectionName
    after: str | None
    text: str
    language: str
    kept_beside: frozenset[FindingID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingState:
    """A reading as its journal entries say it stands. Mappings are in the order of the acts.

    Attributes
    ----------
    reader : who holds or held it; "" before it is opened.
    held : the reader has the study in hand (neither released, taken over nor final).
    taken_over_by : another reader who took the study (S8).
    opened : what there was to be seen when the study was last opened (R25).
    outdated : verdicts given before results came that this reading had not seen.
    decided_at : when the verdict, or the reader's own finding, under this id was recorded (UTC).
    undoable : sequence numbers of the acts that still count and can be undone, oldest first.
    final : the frozen protocol, or None.
    """

    reading_id: ReadingID | None = None
    study_uid: StudyUID | None = None
    reader: str = ""
    language: str = "en"
    held: bool = False
    taken_over_by: str | None = None
    opened: ReadingOpened | None = None
    outdated: frozenset[FindingID] = frozenset()
    verdicts: Mapping[FindingID, Verdict] = field(default_factory=dict)
    added: Mapping[FindingID, ReaderFinding] = field(default_factory=dict)
    decided_at: Mapping[FindingID, datetime] = field(default_factory=dict)
    birads: Mapping[Laterality, BiRads] = field(default_factory=dict)
    density: Mapping[Laterality, Density] = field(default_factory=dict)
    opinion: Opinion | None = None
    edits: Mapping[str, Edit] = field(default_factory=dict)
    inserted: Mapping[str, Insertion] = field(default_factory=dict)
    undoable: tuple[int, ...] = ()
    final: ProtocolFinalised | None = None
    final_at: datetime | None = None


def fold(entries: Iterable[Entry]) -> ReadingState:
    """The state that the entries of one reading add up to.

    An act named by `ActUndone` does not count; what it had replaced counts again.
    """
    kept = tuple(entries)
    undone = {entry.fact.undone for entry in kept if isinstance(entry.fact, ActUndone)}
    return _taken_on(ReadingState(), (entry for entry in kept if entry.sequence not in undone))


def fold_on(state: ReadingState, entries: tuple[Entry, ...], later: tuple[Entry, ...]) -> ReadingState:
    """`fold` of `entries` and the `later` ones, where `state` is that of `entries`; only an undo reads all again."""
    if any(isinstance(entry.fact, ActUndone) for entry in later):
        return fold((*entries, *later))
    return _taken_on(state, later)


def _taken_on(state: ReadingState, entries: Iterable[Entry]) -> ReadingState:
    for entry in entries:
        step = _STEPS.get(type(entry.fact))
        if step is None:
            continue
        state = step(state, entry, entry.fact)
        if isinstance(entry.fact, UNDOABLE):
            state = replace(state, undoable=(*state.undoable, entry.sequence))
    return state


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """With `value` as the latest."""
    return MappingProxyType({**{k: v for k, v in mapping.items() if k != key}, key: value})


def _in_place(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """With `value` where the key's value stood."""
    return MappingProxyType({**mapping, key: value})


def _without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    return MappingProxyType({k: v for k, v in mapping.items() if k != key})


def _opened(state: ReadingState, entry: Entry, fact: ReadingOpened) -> ReadingState:
    language = state.language if state.reading_id else fact.language
    seen = state.opened.results if state.opened else ()
    outdated = frozenset(state.verdicts) if set(fact.results) - set(seen) else state.outdated
    return replace(
        state, reading_id=fact.reading_id, study_uid=fact.study_uid, reader=entry.reader, language=language, held=True,
        taken_over_by=None, opened=fact, outdated=outdated,
    )  # fmt: skip


def _taken_over(state: ReadingState, entry: Entry, _fact: LockTakenOver) -> ReadingState:
    return replace(state, held=False, taken_over_by=entry.reader)


def _released(state: ReadingState, _entry: Entry, _fact: ReadingReleased) -> ReadingState:
    return replace(state, held=False)


def _language(state: ReadingState, _entry: Entry, fact: LanguageChosen) -> ReadingState:
    return replace(state, language=fact.language)


def _verdict(state: ReadingState, entry: Entry, fact: VerdictRecorded) -> ReadingState:
    finding_id = fact.verdict.finding_id
    return replace(
        state,
        verdicts=_with(state.verdicts, finding_id, fact.verdict),
        outdated=state.outdated - {finding_id},
        decided_at=_with(state.decided_at, finding_id, entry.at),
    )


def _added(state: ReadingState, entry: Entry, fact: FindingAdded) -> ReadingState:
    finding_id = fact.finding.finding_id
    return replace(
        state,
        added=_with(state.added, finding_id, fact.finding),
        decided_at=_with(state.decided_at, finding_id, entry.at),
    )


def _removed(state: ReadingState, _entry: Entry, fact: FindingRemoved) -> ReadingState:
    return replace(
        state, added=_without(state.added, fact.finding_id), decided_at=_without(state.decided_at, fact.finding_id)
    )


def _birads(state: ReadingState, _entry: Entry, fact: BiRadsAssessed) -> ReadingState:
    return replace(state, birads=_with(state.birads, fact.laterality, fact.category))


def _density(state: ReadingState, _entry: Entry, fact: DensityAssessed) -> ReadingState:
    return replace(state, density=_with(state.density, fact.laterality, fact.density))


def _opinion(state: ReadingState, _entry: Entry, fact: OpinionAssessed) -> ReadingState:
    return replace(state, opinion=fact.opinion)


def _edited(state: ReadingState, _entry: Entry, fact: SentenceEdited) -> ReadingState:
    own = state.inserted.get(fact.sentence_id)
    if own is not None:
        changed = replace(own, text=fact.text, language=fact.language, kept_beside=None)
        return replace(state, inserted=_in_place(state.inserted, fact.sentence_id, changed))
    if fact.text == fact.drafted:
        return replace(state, edits=_without(state.edits, fact.sentence_id))
    edit = Edit(text=fact.text, drafted=fact.drafted, language=fact.language)
    return replace(state, edits=_with(state.edits, fact.sentence_id, edit))


def _inserted(state: ReadingState, _entry: Entry, fact: SentenceInserted) -> ReadingState:
    own = Insertion(
        sentence_id=fact.sentence_id, section=SectionName(fact.section), after=fact.after, text=fact.text,
        language=fact.language,
    )  # fmt: skip
    return replace(state, inserted=_with(state.inserted, fact.sentence_id, own))


def _kept(state: ReadingState, _entry: Entry, fact: SentenceKept) -> ReadingState:
    own, edit = state.inserted.get(fact.sentence_id), state.edits.get(fact.sentence_id)
    told = frozenset(id_ for id_, verdict in state.verdicts.items() if verdict.decision is not Decision.REJECT)
    if own is not None:
        kept = replace(own, language=fact.language, kept_beside=told)
        return replace(state, inserted=_in_place(state.inserted, fact.sentence_id, kept))
    if edit is not None:
        kept_edit = replace(edit, drafted=fact.drafted, language=fact.language, kept_beside=told)
        return replace(state, edits=_in_place(state.edits, fact.sentence_id, kept_edit))
    return state


def _final(state: ReadingState, entry: Entry, fact: ProtocolFinalised) -> ReadingState:
    return replace(state, final=fact, final_at=entry.at, held=False)


_STEPS: Mapping[type, Callable[[ReadingState, Entry, Any], ReadingState]] = {
    ReadingOpened: _opened,
    LockTakenOver: _taken_over,
    ReadingReleased: _released,
    LanguageChosen: _language,
    VerdictRecorded: _verdict,
    FindingAdded: _added,
    FindingRemoved: _removed,
    BiRadsAssessed: _birads,
    DensityAssessed: _density,
    OpinionAssessed: _opinion,
    SentenceEdited: _edited,
    SentenceInserted: _inserted,
    SentenceKept: _kept,
    ProtocolFinalised: _final,
}
