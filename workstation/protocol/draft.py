"""The draft: what the header, the verdicts and the assessment say, in fixed sentences; then the doctor's edits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workstation.base.i18n import LANGUAGES
from workstation.model.codes import Code
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID
from workstation.model.protocol import Draft, Origin, Section, SectionName, Sentence
from workstation.model.result import Finding
from workstation.model.study import Laterality, Study
from workstation.model.verdict import BiRads, Decision, Description, Opinion
from workstation.protocol.merge import merge
from workstation.protocol.phrasing import Template, template
from workstation.protocol.quotes import Telling, mark_quotes, own_words
from workstation.reading import lexicon, sizes
from workstation.reading.context import ReadingContext
from workstation.reading.sizes import Size
from workstation.reading.state import ReadingState

_SIDES = (Laterality.RIGHT, Laterality.LEFT, Laterality.BOTH, None)
_VIEW_ORDER = ("CC", "MLO", "ML", "LM", "PA", "AP", "LL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A finding as the protocol tells it: an accepted or changed one of the AI's, or the reader's own."""

    finding_id: FindingID
    kind: Code
    laterality: Laterality | None
    marks: tuple[Mark, ...]
    size: Size | None
    assessment: BiRads | None
    origin: Origin


def draft(context: ReadingContext, state: ReadingState, language: str | None = None) -> Draft:
    """The protocol as it stands: what the verdicts say, then the doctor's edits. Pure, deterministic.

    Parameters
    ----------
    language : "en" or "ru"; the reading's own by default.
    """
    chosen = language or state.language
    words = template(context.policy.template, chosen)
    sentences = tuple(_sentences(context, state, words, chosen))
    sections = tuple(
        Section(name=name, heading=words.headings[name], sentences=tuple(s for s in sentences if s.section is name))
        for name in SectionName
    )
    drafted = Draft(language=chosen, title=words.title, sections=sections)
    merged = merge(drafted, state)
    if not own_words(merged):
        return merged
    told = [sentence for sentence in drafted.sentences if sentence.finding_id is not None]
    untold = tuple(_untold(context, state))
    return mark_quotes(merged, told, untold, _settled(state, untold))


def described(context: ReadingContext, state: ReadingState) -> tuple[Described, ...]:
    """The findings that the protocol tells: accepted and modified ones, then the reader's own; by side, right first."""
    told = [*_of_the_ai(context, state), *_of_the_reader(context, state)]
    return tuple(sorted(told, key=lambda finding: _SIDES.index(finding.laterality)))


def _of_the_ai(context: ReadingContext, state: ReadingState) -> Iterator[Described]:
    for finding in context.findings:
        verdict = state.verdicts.get(finding.finding_id)
        if verdict is not None and verdict.decision is not Decision.REJECT:
            changes = verdict.changes if verdict.decision is Decision.MODIFY else Description()
            yield _by_the_ai(finding, changes, context.study)


def _by_the_ai(finding: Finding, changes: Description, study: Study) -> Described:
    marks = changes.marks or finding.shown_marks()
    return Described(
        finding_id=finding.finding_id,
        kind=changes.kind or finding.kind,
        laterality=changes.laterality or finding.laterality or _side_of(marks, study),
        marks=marks,
        size=_size(changes.size_mm, marks, study),
        assessment=changes.assessment,
        origin=Origin.AI_FINDING,
    )


def _untold(context: ReadingContext, state: ReadingState) -> Iterator[Telling]:
    """What the draft would say of the findings that it does not tell, or said when the doctor took it away."""
    told = {finding.finding_id for finding in _of_the_ai(context, state)}
    for finding in context.findings:
        if finding.finding_id in told:
            continue
        described_as = _by_the_ai(finding, Description(), context.study)
        earlier = state.edits.get(f"finding:{finding.finding_id}")
        for language in LANGUAGES:
            words = template(context.policy.template, language)
            kind = lexicon.kind_name(finding.kind, language)
            text = _finding_text(described_as, context.study, words, language)
            yield Telling(finding_id=finding.finding_id, text=text, kind=kind)
            if earlier is not None:
                yield Telling(finding_id=finding.finding_id, text=earlier.drafted, kind=kind)


def _settled(state: ReadingState, untold: Iterable[Telling]) -> Iterator[tuple[str, FindingID]]:
    """Which sentences the doctor kept although which finding is not told."""
    kept = [(sentence_id, edit.kept_beside) for sentence_id, edit in state.edits.items()]
    kept += [(sentence_id, own.kept_beside) for sentence_id, own in state.inserted.items()]
    for sentence_id, beside in kept:
        if beside is not None:
            yield from ((sentence_id, one.finding_id) for one in untold if one.finding_id not in beside)


def _of_the_reader(context: ReadingContext, state: ReadingState) -> Iterator[Described]:
    for finding in state.added.values():
        yield Described(
            finding_id=finding.finding_id,
            kind=finding.kind,
            laterality=finding.laterality or _side_of(finding.marks, context.study),
            marks=finding.marks,
            size=_size(finding.size_mm, finding.marks, context.study),
            assessment=finding.assessment,
            origin=Origin.READER_FINDING,
        )


def _size(stated_mm: float | None, marks: tuple[Mark, ...], study: Study) -> Size | None:
    if stated_mm is not None:
        return sizes.stated_size(stated_mm, marks, study)
    return sizes.size_of(marks, study)


def _side_of(marks: tuple[Mark, ...], study: Study) -> Laterality | None:
    sides = {image.laterality for mark in marks if (image := study.image(mark.sop_uid))}
    return sides.pop() if len(sides) == 1 else None


def _sentences(context: ReadingContext, state: ReadingState, words: Template, language: str) -> Iterator[Sentence]:
    yield _sentence("indication", SectionName.INDICATION, words.indication, Origin.PHRASE)
    yield _sentence("technique", SectionName.TECHNIQUE, _technique(context, words), Origin.HEADER)
    for side in context.breasts:
        if side in state.density:
            text = words.on_side(side, words.composition[state.density[side]])
            yield _sentence(f"density:{side.value}", SectionName.COMPOSITION, text, Origin.ASSESSMENT)
    yield from _findings(context, state, words, language)
    yield _sentence("comparison", SectionName.COMPARISON, _comparison(context.priors, words), Origin.HEADER)
    yield from _assessment(context, state, words, language)


def _sentence(sentence_id: str, section: SectionName, text: str, origin: Origin) -> Sentence:
    return Sentence(sentence_id=sentence_id, section=section, text=text, origin=origin, drafted=text)


def _technique(context: ReadingContext, words: Template) -> str:
    study, known, images = context.study, words.technique, context.study.images
    techniques = [image.technique for image in images]
    views = dict.fromkeys(view_name(image.laterality, image.view) for image in images if image.view)
    parts = {
        known.kvp: words.spread((t.kvp for t in techniques if t.kvp), digits=0),
        known.thickness: words.spread((t.thickness_mm for t in techniques if t.thickness_mm), digits=0),
        known.dose: words.spread((t.organ_dose_mgy for t in techniques if t.organ_dose_mgy), digits=1),
    }
    what = known.what.format(date=words.day(study.performed_at)) if study.performed_at else known.what_undated
    named = [known.views.format(names=", ".join(views))] if views else []
    if known.unsided and context.unsided:
        named.append(known.unsided.format(count=len(context.unsided)))
    return (
        "; ".join([what, *named, *(pattern.format(range=range_) for pattern, range_ in parts.items() if range_)]) + "."
    )


def view_name(laterality: Laterality | None, view: str | None) -> str:
    """RCC, LMLO, PA: side and view as readers write them."""
    side = laterality.value if laterality in (Laterality.RIGHT, Laterality.LEFT) else ""
    return f"{side}{view or ''}"


def _findings(context: ReadingContext, state: ReadingState, words: Template, language: str) -> Iterator[Sentence]:
    told = described(context, state)
    for side in _SIDES:
        of_side = [finding for finding in told if finding.laterality is side]
        for finding in of_side:
            text = _finding_text(finding, context.study, words, language)
            told_in = _sentence(f"finding:{finding.finding_id}", SectionName.FINDINGS, text, finding.origin)
            yield replace(told_in, finding_id=finding.finding_id)
        about = [f for f in told if f.laterality in (side, Laterality.BOTH, None)]
        if side in context.breasts and not about and _is_clear(state, side):
            text = words.on_side(side, words.clear)
            yield _sentence(f"clear:{side.value}", SectionName.FINDINGS, text, Origin.ASSESSMENT)
    if not context.breasts and not told and state.opinion is Opinion.NORMAL:
        yield _sentence("clear", SectionName.FINDINGS, words.clear_study, Origin.ASSESSMENT)


def _is_clear(state: ReadingState, side: Laterality | None) -> bool:
    """Whether the reader has given the breast a category that says "no suspicious findings"; never before (S5)."""
    category = state.birads.get(side) if side else None
    return category in (BiRads.B0, BiRads.B1, BiRads.B2)


def _finding_text(finding: Described, study: Study, words: Template, language: str) -> str:
    kind = lexicon.kind_of(finding.kind)
    parts = [
        lexicon.kind_name(finding.kind, language),
        words.sized(finding.size) if finding.size else None,
        words.seen_in(_views(finding.marks, study), kind.gender if kind else "n"),
        words.category.format(category=finding.assessment.value) if finding.assessment else None,
    ]
    return words.on_side(finding.laterality, ", ".join(part for part in parts if part)) + "."


def _views(marks: tuple[Mark, ...], study: Study) -> list[str]:
    seen = {image.view for mark in marks if (image := study.image(mark.sop_uid)) and image.view}
    return sorted(seen, key=lambda view: (_VIEW_ORDER.index(view) if view in _VIEW_ORDER else len(_VIEW_ORDER), view))


def _comparison(priors: tuple[Study, ...], words: Template) -> str:
    if not priors:
        return words.not_compared
    moments = sorted((prior.performed_at for prior in priors if prior.performed_at), reverse=True)
    dates = list(dict.fromkeys(words.day(moment) for moment in moments))
    if not dates:
        return words.compared_undated
    pattern = words.compared if len(dates) == 1 else words.compared_many
    return pattern.format(dates=words.listed(dates))


def _assessment(context: ReadingContext, state: ReadingState, words: Template, language: str) -> Iterator[Sentence]:
    for side in context.breasts:
        if (category := state.birads.get(side)) is None:
            continue
        meaning = lexicon.categories()[category].name(language)
        text = words.on_side(side, words.assessment.format(category=category.value, meaning=meaning))
        yield _sentence(f"birads:{side.value}", SectionName.ASSESSMENT, text, Origin.ASSESSMENT)
    if state.opinion is not None and state.opinion in words.opinion:
        yield _sentence("opinion", SectionName.ASSESSMENT, words.opinion[state.opinion], Origin.ASSESSMENT)
    if context.breasts and all(side in state.birads for side in context.breasts):
        text = _recommendation(context, state, words)
        yield _sentence("recommendation", SectionName.RECOMMENDATION, text, Origin.ASSESSMENT)


def _recommendation(context: ReadingContext, state: ReadingState, words: Template) -> str:
    """What the most urgent category asks for, and for which breast."""
    worst = lexicon.highest(tuple(state.birads[side] for side in context.breasts))
    if worst is None:
        return ""
    action = words.recommendation[worst]
    if worst in words.unsided_recommendations:
        return action
    sides = [side for side in context.breasts if state.birads[side] is worst]
    return words.on_side(sides[0] if len(sides) == 1 else Laterality.BOTH, action)
