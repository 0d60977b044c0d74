"""The form of `resources/hanging/*.json`: places, and the steps that show them (see its README.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from workstation.model.study import Image, Laterality
from workstation.reading.special import shows_the_whole_breast

Source = Literal["original", "ai", "prior", "extra", "beside"]
Feature = Literal["tomosynthesis", "extra-views"]


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
    frames : "one" takes only single images, "many" only those with frames (tomosynthesis).
    beside : views of extra images that are compared with the image of this place.
    """

    name: str
    views: tuple[str | None, ...]
    laterality: Laterality | None = None
    justify: Justify = Justify.CENTER
    frames: Literal["any", "one", "many"] = "any"
    beside: tuple[str, ...] = ()

    def holds(self, image: Image) -> bool:
        """Whether `image` fits here; a magnified or spot view never stands for the whole."""
        if not shows_the_whole_breast(image):
            return False
        framed = self.frames == "any" or (self.frames == "many") == (image.frames > 1)
        return framed and image.view in self.views and self.laterality in (None, image.laterality)

    def relates(self, image: Image) -> bool:
        """Whether an extra `image` is to be seen beside the image of this place."""
        return image.view in self.beside and self.laterality in (None, image.laterality)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneRule:
    """One pane: which place, of which side of the step.

    Attributes
    ----------
    side : "original", "ai" or "prior" name the study's, the AI's and the prior's image of `place`; in steps for each
        extra image, "extra" is that image and "beside" the ordinary one that it belongs to.
    place : name of the place; "" with "extra" and "beside".
    link : panes of one link group move together.
    needed : without an image here there is no such step; without needed panes, one image of any pane will do.
    """

    column: int
    row: int
    place: str = ""
    link: str = "all"
    side: Source = "original"
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """One step: made once for the study, or for each extra image, or for each prior, or for each AI result.

    Attributes
    ----------
    title : the step's name for people by language; empty takes the program's own text for `name`.
    """

    name: str
    for_each: Literal["study", "extra", "prior", "result"]
    columns: int
    rows: int
    panes: tuple[PaneRule, ...]
    title: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingRules:
    """A hanging protocol.

    Attributes
    ----------
    modalities : of studies that it may serve; the one named "other" serves the rest.
    extends : name of a protocol whose places and steps are taken over; those of the same name are replaced.
    needs : only studies that have these.
    descriptions : only studies whose description holds one of these words, in any case; empty takes all.
    stacks_from : a series with so many images is one pane to leaf through; None hangs every image by itself.
    page : columns and rows of the pages that hold what has no place.
    """

    name: str
    modalities: tuple[str, ...] = ()
    extends: str | None = None
    needs: tuple[Feature, ...] = ()
    descriptions: tuple[str, ...] = ()
    stacks_from: int | None = 5
    page: tuple[int, int] = (2, 2)
    places: tuple[Place, ...] = ()
    steps: tuple[StepRule, ...] = ()
