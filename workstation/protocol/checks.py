"""What stands between the draft and a final protocol (S5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workstation.base.i18n import text
from workstation.model.identity import FindingID
from workstation.model.protocol import Draft, Missing, Sentence, SentenceState
from workstation.model.result import Finding
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Opinion
from workstation.protocol.draft import Described, described
from workstation.protocol.draft import draft as drafted_anew
from workstation.protocol.quotes import stands_in
from workstation.reading.context import ReadingContext
from workstation.reading.lexicon import kind_name
from workstation.reading.state import ReadingState

_UNSETTLED = {
    SentenceState.DIVERGED: "sentence-diverged",
    SentenceState.ORPHANED: "sentence-orphaned",
}


_LETTERS_OF_A_WORD = 3
"""Fewer letters than this tell nothing of a finding."""


def missing(context: ReadingContext, state: ReadingState, draft: Draft, language: str | None = None
            ) -> tuple[Missing, ...]:  # fmt: skip
    """Everything that must be settled before finalising, in the order of the reading; empty when nothing is.

    Parameters
    ----------
    language : of the messages; None takes the context's.
    """
    if language is not None:
        context = replace(context, language=language)
    return (*_undecided(context, state), *_superseded(context, state), *_unassessed(context, state),
            *_contradictions(context, state), *_unsettled(context, draft), *_untold(context, state, draft))  # fmt: skip


def untold(context: ReadingContext, state: ReadingState, draft: Draft) -> tuple[Sentence, ...]:
    """The sentences, as drafted, of accepted, modified and own findings that the doctor deleted from the draft (S5)."""
    if not state.edits:
        return ()
    told = {s.sentence_id for s in draft.sentences if s.state is SentenceState.DIVERGED or _tells(s.text)}
    unedited = drafted_anew(context, replace(state, edits={}, inserted={}), draft.language)
    gone = (s for s in unedited.sentences if s.finding_id is not None and s.sentence_id not in told)
    return tuple(s for s in gone if not stands_in(draft, s.text))


def _tells(words: str) -> bool:
    return sum(letter.isalpha() for letter in words) >= _LETTERS_OF_A_WORD


def _undecided(context: ReadingContext, state: ReadingState) -> Iterator[Missing]:
    for finding in context.findings:
        waits = finding.must_be_decided and not _is_superseded(context, finding.finding_id)
        if waits and finding.finding_id not in state.verdicts:
            yield Missing(
                rule="finding-undecided",
                message=_say(context, "finding-undecided", finding=_named(context, finding)),
                finding_id=finding.finding_id,
            )


def _superseded(context: ReadingContext, state: ReadingState) -> Iterator[Missing]:
    """Verdicts on a result that a newer one replaced, until they are given again in its sight or taken back."""
    for finding_id in state.verdicts:
        finding = context.finding(finding_id)
        if finding is None or (finding_id in state.outdated and _is_superseded(context, finding_id)):
            name = _named(context, finding) if finding else text("finding.gone", context.language)
            message = _say(context, "verdict-superseded", finding=name)
            yield Missing(rule="verdict-superseded", message=message, finding_id=finding_id)


def _is_superseded(context: ReadingContext, finding_id: FindingID) -> bool:
    result = context.result_of(finding_id)
    return result is not None and result.sr_uid in context.superseded


def _unassessed(context: ReadingContext, state: ReadingState) -> Iterator[Missing]:
    unsided = len(context.unsided)
    doubt = " " + _say(context, "side-unknown", count=str(unsided)) if unsided else ""
    for side in context.breasts:
        breast = text(f"breast.{side.value}", context.language)
        if context.policy.needs_birads and side not in state.birads:
            yield Missing(rule="birads-missing", message=_say(context, "birads-missing", breast=breast) + doubt)
        if context.policy.needs_density and side not in state.density:
            yield Missing(rule="density-missing", message=_say(context, "density-missing", breast=breast))
    if context.policy.needs_opinion and state.opinion is None:
        yield Missing(rule="opinion-missing", message=_say(context, "opinion-missing"))


def _contradictions(context: ReadingContext, state: ReadingState) -> Iterator[Missing]:
    """Assessments that say "nothing" of what the protocol tells a finding of: negative is BI-RADS 1, or normal."""
    told = described(context, state)
    negative = [side for side in context.breasts if state.birads.get(side) is BiRads.B1]
    for side in negative:
        of_side = [finding for finding in told if finding.laterality in (side, Laterality.BOTH)]
        # one without a side is in either breast: it contradicts when both are negative
        nowhere = [finding for finding in told if finding.laterality is None and negative == list(context.breasts)]
        if contradicting := [*of_side, *nowhere]:
            breast = text(f"breast.{side.value}", context.language)
            yield _contradiction(context, "birads-contradicts", contradicting[0], breast=breast)
    if told and state.opinion is Opinion.NORMAL:
        yield _contradiction(context, "opinion-contradicts", told[0])


def _contradiction(context: ReadingContext, key: str, finding: Described, **values: str) -> Missing:
    named = kind_name(finding.kind, context.language)
    return Missing(
        rule="assessment-contradicts",
        message=_say(context, key, finding=named, **values),
        finding_id=finding.finding_id,
    )


def _unsettled(context: ReadingContext, draft: Draft) -> Iterator[Missing]:
    for sentence in draft.sentences:
        rule = _UNSETTLED.get(sentence.state)
        if rule is not None:
            yield Missing(
                rule=rule,
                message=_say(context, rule, sentence=sentence.text or sentence.drafted),
                finding_id=sentence.finding_id,
                sentence_id=sentence.sentence_id,
            )


def _untold(context: ReadingContext, state: ReadingState, draft: Draft) -> Iterator[Missing]:
    for sentence in untold(context, state, draft):
        yield Missing(
            rule="finding-sentence-missing",
            message=_say(context, "finding-sentence-missing", sentence=sentence.drafted),
            finding_id=sentence.finding_id,
        )


def _named(context: ReadingContext, finding: Finding) -> str:
    result = context.result_of(finding.finding_id)
    name = (result.service.name if result else None) or text("service.unnamed", context.language)
    return text("finding.by", context.language, finding=kind_name(finding.kind, context.language), service=name)


def _say(context: ReadingContext, rule: str, **values: str) -> str:
    return text(f"missing.{rule}", context.language, **values)
