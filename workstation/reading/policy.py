"""Programmes: what a reading of a kind of study needs, as data in `resources/programmes`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workstation.base import codec, resources
from workstation.model.study import Study
from workstation.reading import lexicon
from workstation.reading.lexicon import Kind, Reason

PROGRAMMES = ("screening_mammography", "chest")
_DEFAULT = "chest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A policy.

    Attributes
    ----------
    template : name of the protocol's template in resources/protocol.
    views : views that the study should have, laterality first ("RCC"); empty when the programme asks for none.
    kinds, reasons : keys of the lexicon that the reader chooses from, in the order of the digits.
    optional_threshold : probability from which an optional finding shows at first; None shows all.
    """

    name: str
    modalities: tuple[str, ...]
    template: str
    needs_birads: bool
    needs_density: bool
    needs_opinion: bool
    views: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    optional_threshold: float | None = None

    def kind_choices(self) -> tuple[Kind, ...]:
        """Kinds to choose from when adding a finding."""
        return tuple(lexicon.kinds()[key] for key in self.kinds)

    def reason_choices(self) -> tuple[Reason, ...]:
        """Reasons to choose from when rejecting; the first is digit 1."""
        return tuple(lexicon.reasons()[key] for key in self.reasons)


@cache
def programme(name: str) -> Programme:
    """The programme of this name."""
    return codec.load(Programme, resources.load("programmes", f"{name}.json"))


def programme_for(study: Study) -> Programme:
    """The programme that reads studies of this modality; the plain one (an opinion, no BI-RADS) for any other."""
    return next(
        (found for name in PROGRAMMES if study.modality in (found := programme(name)).modalities), programme(_DEFAULT)
    )
