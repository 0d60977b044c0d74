"""The hanging protocols there are: those shipped, and the site's or the doctor's own in `<home>/hanging`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from workstation.base import codec, resources
from workstation.base.errors import BadInputError
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import Study
from workstation.reading.hanging_rules import HangingRules, StepRule
from workstation.reading.special import has_extra_views, has_tomosynthesis

PROTOCOLS = (
    "mammography_tomosynthesis", "mammography_diagnostic", "mammography_screening", "fluorography", "chest", "ct", "mr",
    "other",
)  # fmt: skip
"""In the order of asking; the last one takes what no other does."""
LARGEST_BYTES, LARGEST_GRID, LARGEST_PAGE = 1_000_000, 12, 8
_FEATURES = {"tomosynthesis": has_tomosynthesis, "extra-views": has_extra_views}


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocols:
    """All protocols in the order of asking, and what was wrong with own ones."""

    rules: tuple[HangingRules, ...]
    problems: tuple[Problem, ...] = ()


@cache
def shipped() -> tuple[HangingRules, ...]:
    """The protocols that come with the program, as they are written."""
    return tuple(parsed(resources.load("hanging", f"{name}.json")) for name in PROTOCOLS)


def read_protocols(folder: Path) -> Protocols:
    """The shipped protocols, each replaced by the file in `folder` that has its name; own ones with new names go first.

    A file that is not in the form, or does not fit the others, is left out and told of; the shipped one stays.
    """
    known = {rules.name: rules for rules in shipped()}
    problems = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            rules = _read(path)
            tried = {**({} if rules.name in known else {rules.name: rules}), **known, rules.name: rules}
            for each in tried.values():
                extended(each, tuple(tried.values()))
        except BadInputError as error:
            message = (
                f"This hanging protocol is not used: {error}. Correct or remove it; the shipped one serves instead."
            )
            problems.append(Problem(kind=ProblemKind.HANGING, where=str(path), message=message))
        else:
            known = tried
    return Protocols(rules=tuple(known.values()), problems=tuple(problems))


def rules_for(study: Study, protocols: Sequence[HangingRules] = ()) -> HangingRules:
    """The first of the protocols (those shipped when there are none) that the study fits, with all that it extends."""
    known = tuple(protocols) or shipped()
    fitting = (rules for rules in known if _fits(rules, study))
    general = next(rules for rules in known if rules.name == PROTOCOLS[-1])
    return extended(next(fitting, general), known)


def parsed(data: Any) -> HangingRules:
    """A protocol from JSON, checked in itself.

    Raises
    ------
    BadInputError
        When it is not in the form of `resources/schemas/hanging.json`, or holds a word that the form does not know.
    """
    rules = codec.load(HangingRules, data)
    unknown = _unknown(data, codec.dump(rules))
    if unknown:
        raise BadInputError(f"nothing is known of {unknown!r}")
    if not rules.name or not all(1 <= side <= LARGEST_PAGE for side in rules.page):
        raise BadInputError(f"a protocol needs a name, and pages of 1 to {LARGEST_PAGE} columns and rows")
    if rules.stacks_from is not None and rules.stacks_from < 1:
        raise BadInputError("stacks begin with at least 1 image")
    return rules


def extended(rules: HangingRules, known: Sequence[HangingRules]) -> HangingRules:
    """The protocol with the places and steps of those that it extends, checked as a whole.

    Raises
    ------
    BadInputError
        When it extends what is not there or itself, or a pane names a place that is not there or lies off its grid.
    """
    by_name, chain = {each.name: each for each in known}, [rules]
    while (wanted := chain[-1].extends) is not None:
        if wanted not in by_name or by_name[wanted] in chain:
            raise BadInputError(f"{chain[-1].name!r} cannot extend {wanted!r}")
        chain.append(by_name[wanted])
    places = {place.name: place for each in reversed(chain) for place in each.places}
    steps = {step.name: step for each in reversed(chain) for step in each.steps}
    for step in steps.values():
        _check(step, places.keys())
    return replace(rules, places=tuple(places.values()), steps=tuple(steps.values()))


def _check(step: StepRule, places: Any) -> None:
    if not (1 <= step.columns <= LARGEST_GRID and 1 <= step.rows <= LARGEST_GRID and step.panes):
        raise BadInputError(f"step {step.name!r} needs panes, and 1 to {LARGEST_GRID} columns and rows")
    for pane in step.panes:
        if not (0 <= pane.column < step.columns and 0 <= pane.row < step.rows):
            raise BadInputError(f"step {step.name!r} has a pane off its grid")
        if pane.side in ("extra", "beside"):
            if step.for_each != "extra":
                raise BadInputError(f"step {step.name!r} is not for each extra image, but shows one")
        elif pane.place not in places:
            raise BadInputError(f"step {step.name!r} shows the place {pane.place!r}, which is not there")


def _fits(rules: HangingRules, study: Study) -> bool:
    description = study.description.casefold()
    return (
        study.modality in rules.modalities
        and all(_FEATURES[feature](study.images) for feature in rules.needs)
        and (not rules.descriptions or any(word.casefold() in description for word in rules.descriptions))
    )


def _read(path: Path) -> HangingRules:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadInputError("the file is too large")
        return parsed(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError(f"it cannot be read as JSON ({error})") from error


def _unknown(written: Any, understood: Any) -> str | None:
    """The first word of the file that the form does not know."""
    if isinstance(written, dict) and isinstance(understood, dict):
        beyond = next((key for key in written if key not in understood), None)
        pairs = ((value, understood.get(key)) for key, value in written.items())
        return beyond or next((found for pair in pairs if (found := _unknown(*pair))), None)
    if isinstance(written, list) and isinstance(understood, list):
        items = zip(written, understood, strict=False)
        return next((found for item in items if (found := _unknown(*item))), None)
    return None
