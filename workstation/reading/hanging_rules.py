"""The form of `resources/hanging/*.json`: places, and the steps that show them. Checked when read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from workstation.base import resources
from workstation.base.codec import load
from workstation.model.study import Image, Laterality
from workstation.reading.special import shows_the_whole_breast

Source = Literal["original", "ai", "prior"]
PROTOCOLS = ("mammography_screening", "chest", "other")
"""In the order of asking; the last one takes what no other does."""


class Justify(StrEnum):
    """Edge of the pane that the chest wall lies at, so that pairs stand back to back."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named place and the images that fit it.

    Attributes
    ----------
    laterality : only images of this side; None takes any.
    views : short names of views that fit; None among them takes an image whose view is unknown.
    """

    name: str
    views: tuple[str | None, ...]
    laterality: Laterality | None = None
    justify: Justify = Justify.CENTER

    def holds(self, image: Image) -> bool:
        """Whether `image` fits here; a magnified or spot view never stands for the whole."""
        if not shows_the_whole_breast(image):
            return False
        return image.view in self.views and self.laterality in (None, image.laterality)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneRule:
    """One pane: which place, of which side of the step (the study, the AI's, the prior's)."""

    column: int
    row: int
    place: str
    link: str
    side: Source = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """One step: made once for the study, or for each prior, or for each AI result."""

    name: str
    for_each: Literal["study", "prior", "result"]
    columns: int
    rows: int
    panes: tuple[PaneRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingRules:
    """A hanging protocol for studies of these modalities."""

    name: str
    modalities: tuple[str, ...]
    places: tuple[Place, ...]
    steps: tuple[StepRule, ...]


def read_rules(name: str) -> HangingRules:
    """The hanging protocol `name` of the resources.

    Raises
    ------
    BadInputError
        When the file is not in the form of the schema.
    """
    return load(HangingRules, resources.load("hanging", f"{name}.json"))


def rules_for(modality: str) -> HangingRules:
    """The first protocol that knows the modality; the general one when none does."""
    *known, general = (read_rules(name) for name in PROTOCOLS)
    return next((rules for rules in known if modality in rules.modalities), general)
