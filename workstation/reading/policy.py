"""Programmes: what a reading of a kind of study needs, as data in `resources/programmes`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workstation.base import codec, resources
from workstation.model.codes import Code
from workstation.model.study import Image, Study
from workstation.reading import lexicon
from workstation.reading.lexicon import Kind, Reason

PROGRAMMES = ("screening_mammography", "chest", "other")
"""In the order of asking; the last one takes what no other does, and names no organ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A policy.

    Attributes
    ----------
    modalities, body_parts : what it is for; empty for any. A programme for a body part reads only studies that show it
        and nothing else: every image is of these modalities, none states another Body Part Examined (0018,0015).
    telling_views : views that show the body part where the header does not state it.
    template : name of the protocol's template in resources/protocol.
    report, procedure : title of the protocol and the procedure that it reports, as codes.
    organ : where its findings are unless they say so themselves; None where the programme does not know.
    views : views that the study should have, laterality first ("RCC"); empty when the programme asks for none.
    kinds, reasons : keys of the lexicon that the reader chooses from, in the order of the digits.
    optional_threshold : probability from which an optional finding shows at first; None shows all.
    """

    name: str
    modalities: tuple[str, ...]
    template: str
    report: Code
    procedure: Code
    organ: Code | None = None
    body_parts: tuple[str, ...] = ()
    telling_views: tuple[str, ...] = ()
    needs_birads: bool
    needs_density: bool
    needs_opinion: bool
    views: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    optional_threshold: float | None = None

    def reads(self, study: Study) -> bool:
        """Whether the programme is for this study; where it is for no body part, one image of its kind is enough."""
        own = study.own_images
        of_kind = [image for image in own if not self.modalities or image.modality in self.modalities]
        if not self.body_parts:
            return bool(of_kind) or not self.modalities
        shown = [self._shows_part(image) for image in of_kind]
        return len(shown) == len(own) and any(shown) and False not in shown

    def _shows_part(self, image: Image) -> bool | None:
        """Whether the image shows the body part; None where nobody can tell."""
        if image.body_part:
            return image.body_part.strip().upper() in self.body_parts
        return True if image.view in self.telling_views else None

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
    """The first programme that is for the study; the one that names no organ when none is."""
    *known, general = map(programme, PROGRAMMES)
    return next((found for found in known if found.reads(study)), general)
