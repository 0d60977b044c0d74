"""Words of an AI finding in the doctor's sentences: moved or copied, they stay the finding's (S5). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workstation.model.identity import FindingID
from workstation.model.protocol import Draft, Origin, Sentence, SentenceState

_NEAR = 0.75
"""Share of words in common (Dice) from which a sentence repeats another that names the same kind of finding."""
_OWN = (SentenceState.EDITED, SentenceState.INSERTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A sentence that tells an AI finding, or would; `kind` is the finding's name as the sentence says it."""

    finding_id: FindingID
    text: str
    kind: str


def own_words(draft: Draft) -> bool:
    """Whether the doctor wrote anything that could repeat an AI sentence."""
    return any(sentence.state in _OWN for sentence in draft.sentences)


def stands_in(draft: Draft, text: str) -> bool:
    """Whether a sentence of the draft contains the words of `text`, wherever it was moved to."""
    return any(_contains(sentence.text, text) for sentence in draft.sentences)


def mark_quotes(draft: Draft, told: Sequence[Sentence], untold: Iterable[Telling],
                settled: Iterable[tuple[str, FindingID]] = ()) -> Draft:  # fmt: skip
    """The draft with the doctor's sentences that repeat a finding's words marked.

    Words of a finding that the draft does not tell are ORPHANED: finalising waits until the doctor keeps or deletes
    them. An AI sentence that was only moved is still the AI's.

    Parameters
    ----------
    told : the drafted sentences of findings, the AI's and the reader's.
    untold : what the draft would say of the findings that it does not tell.
    settled : (sentence, finding) pairs: the doctor kept the sentence although the finding is not told.
    """
    waiting, done = tuple(untold), frozenset(settled)
    words = tuple(sentence.text for sentence in told)

    def marked(sentence: Sentence) -> Sentence:
        if sentence.state not in _OWN:
            return sentence
        repeated = (one.finding_id for one in waiting if _repeats(sentence.text, one, words))
        finding_id = next((one for one in repeated if (sentence.sentence_id, one) not in done), None)
        if finding_id is not None:
            return replace(sentence, state=SentenceState.ORPHANED, finding_id=finding_id)
        return _moved(sentence, told)

    sections = (replace(section, sentences=tuple(map(marked, section.sentences))) for section in draft.sections)
    return replace(draft, sections=tuple(sections))


def _moved(sentence: Sentence, told: Sequence[Sentence]) -> Sentence:
    """The sentence as the AI's when it says exactly what the AI's says."""
    if sentence.state is not SentenceState.INSERTED:
        return sentence
    same = (s for s in told if s.origin is Origin.AI_FINDING and _plain(s.text) == _plain(sentence.text))
    source = next(same, None)
    return replace(sentence, origin=source.origin, finding_id=source.finding_id) if source else sentence


def _repeats(text: str, untold: Telling, told: Sequence[str]) -> bool:
    """Whether `text`, or a part of it, is nearer to what is not told than to anything that is."""
    kind = _bag(untold.kind).keys()
    if not kind <= _bag(text).keys():
        return False
    for telling in told:
        text = _plain(text).replace(_plain(telling), " ", 1)
    for part in (text, *_parts(text)):
        likeness = _likeness(part, untold.text) if kind <= _bag(part).keys() else 0.0
        if likeness >= _NEAR and all(_likeness(part, telling) < likeness for telling in told):
            return True
    return False


def _likeness(text: str, telling: str) -> float:
    """1 when `text` contains `telling`, else the share of words in common (0..1)."""
    if _contains(text, telling):
        return 1.0
    mine, theirs = _bag(text), _bag(telling)
    return 2 * (mine & theirs).total() / max(mine.total() + theirs.total(), 1)


def _contains(text: str, words: str) -> bool:
    return f" {_plain(words)} " in f" {_plain(text)} "


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+|[.;!?]", text.casefold().replace("ё", "е")))


@lru_cache(maxsize=4096)
def _bag(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", _plain(text)))


def _parts(text: str) -> list[str]:
    return re.split(r"(?<=[.;!?])\s+", text)
