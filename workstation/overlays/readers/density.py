"""Breast composition as a report states it, per side (CID 6000; TID 4007)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workstation.dicom.sr_document import SRItem
from workstation.model.identity import FindingID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.overlays import concepts
from workstation.overlays.readers.tree import Tree, problem_of, side_of

NAMES = (concepts.BREAST_COMPOSITION, concepts.BREAST_COMPOSITION_DCM)


def densities(tree: Tree) -> tuple[tuple[tuple[Laterality, Density], ...], list[Problem]]:
    """Density per side, BOTH where no side is stated; a side with two different ones is left out and listed."""
    stated: defaultdict[Laterality, set[Density]] = defaultdict(set)
    for side, density in _stated(tree, tree.document.root, None):
        stated[side].add(density)
    agreed = tuple((side, min(values)) for side, values in sorted(stated.items()) if len(values) == 1)
    where = FindingID(tree.document.header.sop_uid)
    problems = [
        problem_of(
            where,
            ProblemKind.INCONSISTENT,
            f"Density of side {side} is given as {' and '.join(sorted(values))}; neither is taken.",
        )
        for side, values in sorted(stated.items())
        if len(values) > 1
    ]
    return agreed, problems


def states_density(item: SRItem) -> bool:
    """Whether the item states a composition of CID 6000."""
    return item.concept in NAMES and item.code in concepts.DENSITY


def _stated(tree: Tree, item: SRItem, side: Laterality | None) -> Iterator[tuple[Laterality, Density]]:
    side = side_of(tree.children(item)) or _image_side(tree, item) or side
    if states_density(item):
        yield side or Laterality.BOTH, concepts.DENSITY[item.code]  # type: ignore[index]
    for child in item.children:
        yield from _stated(tree, child, side)


def _image_side(tree: Tree, item: SRItem) -> Laterality | None:
    """Side of the images that the item was made from; None when they differ or none is named."""
    images = [child for child in tree.children(item) if child.value_type == "IMAGE"]
    sides = {
        concepts.SIDE.get(child.code)
        for image in images
        for child in image.children
        if child.concept == concepts.IMAGE_LATERALITY and child.code is not None
    }
    return sides.pop() if len(sides) == 1 else None
