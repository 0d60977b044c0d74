"""What the doctor did to a section's text, told as edits of its sentences. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from workstation.model.protocol import Sentence


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
    pairs: list[int | None] = [None] * len(lines)
    matcher = SequenceMatcher(None, [_plain(sentence.text) for sentence in sentences], list(lines), autojunk=False)
    for tag, start, stop, line_start, line_stop in matcher.get_opcodes():
        if tag == "equal":
            pairs[line_start:line_stop] = range(start, stop)
        elif tag == "replace":
            old = [sentence.text for sentence in sentences[start:stop]]
            for at, line in _pair(tuple(old), tuple(lines[line_start:line_stop])):
                pairs[line_start + line] = start + at
    return tuple(pairs)


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


def _pair(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[int, int]]:
    """The likest order-keeping pairing of all of the shorter side."""

    @cache
    def best(i: int, j: int) -> tuple[int, float, tuple[tuple[int, int], ...]]:
        if i == len(old) or j == len(new):
            return 0, 0.0, ()
        count, likeness, rest = best(i + 1, j + 1)
        paired = (count + 1, likeness + SequenceMatcher(None, old[i], new[j]).ratio(), ((i, j), *rest))
        return max(paired, best(i + 1, j), best(i, j + 1), key=lambda option: option[:2])

    return list(best(0, 0)[2])
