"""What the doctor did to a section's text, told as edits of its sentences. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from workstation.model.protocol import Sentence

_MOST_PAIRS = 20_000
"""Old lines times new ones; beyond it lines pair by their place, so that no paste holds the window up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A sentence has other words now; "" when it was deleted."""

    sentence: Sentence
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inserted:
    """A sentence of the doctor's own; `after` is the sentence or the new text before it, None at the start."""

    text: str
    after: str | None
    after_new: int | None = None
    """Index among this call's insertions that this one follows, None when it follows a drafted sentence."""


Change = Edited | Inserted


def lines_of(text: str) -> tuple[str, ...]:
    """One sentence per line, blank lines left out, ends stripped."""
    return tuple(line for raw in text.split("\n") if (line := " ".join(raw.split())))


def align(sentences: Sequence[Sentence], lines: Sequence[str]) -> tuple[int | None, ...]:
    """For every line the index of the sentence that it is, None for a new one; order is kept.

    Equal lines are the same sentence; between them, lines pair with the sentences most like them, as many as there
    are, so that a sentence rewritten from scratch is still that sentence edited.
    """
    old, new = [_plain(sentence.text) for sentence in sentences], list(lines)
    head = _same_at_start(old, new)
    tail = _same_at_start(old[head:][::-1], new[head:][::-1])
    between = _between(old[head : len(old) - tail], new[head : len(new) - tail])
    return (
        *range(head),
        *(None if at is None else head + at for at in between),
        *range(len(old) - tail, len(old)),
    )


def changes(sentences: Sequence[Sentence], text: str) -> tuple[Change, ...]:
    """The edits that turn the drafted section into `text`, in order; nothing when it says the same."""
    lines = lines_of(text)
    pairs = align(sentences, lines)
    kept = {at for at in pairs if at is not None}
    made: list[Change] = [Edited(sentence=s, text="") for at, s in enumerate(sentences) if at not in kept and s.text]
    after: str | None = None
    after_new: int | None = None
    insertions = 0
    for line, at in zip(lines, pairs, strict=True):
        if at is None:
            made.append(Inserted(text=line, after=after, after_new=after_new))
            after_new, insertions = insertions, insertions + 1
            continue
        sentence = sentences[at]
        after, after_new = sentence.sentence_id, None
        if line != _plain(sentence.text):
            made.append(Edited(sentence=sentence, text=line))
    return tuple(made)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _same_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _between(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For every new line the old one that it is, where the first and the last differ."""
    if len(old) * len(new) > _MOST_PAIRS:
        return [at if at < len(old) else None for at in range(len(new))]
    pairs: list[int | None] = [None] * len(new)
    for tag, start, stop, line_start, line_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs[line_start:line_stop] = range(start, stop)
        elif tag == "replace":
            for at, line in _pair(old[start:stop], new[line_start:line_stop]):
                pairs[line_start + line] = start + at
    return pairs


def _pair(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The likest order-keeping pairing of all of the shorter side, by the words in common."""
    mine, theirs = [Counter(text.split()) for text in old], [Counter(text.split()) for text in new]
    likeness = [[_likeness(a, b) for b in theirs] for a in mine]
    best = [[(0, 0.0)] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(_paired(best[i + 1][j + 1], likeness[i][j]), best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if best[i][j] == _paired(best[i + 1][j + 1], likeness[i][j]):
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _paired(rest: tuple[int, float], likeness: float) -> tuple[int, float]:
    return rest[0] + 1, rest[1] + likeness


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / max(one.total() + other.total(), 1)
