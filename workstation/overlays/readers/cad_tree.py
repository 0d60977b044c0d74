"""Findings of a CAD report as they hang together: who is part of whom, and who may be presented (PS3.16 TID 4003-4006).

Writers differ: parts by value or by reference, properties below their finding or after it. A finding is never lost by
that: every Single Image Finding and Composite Feature of the document ends up in the list, or as a part of one in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from workstation.dicom.sr_document import SRItem
from workstation.model.result import RenderingIntent
from workstation.overlays import concepts
from workstation.overlays.readers.tree import Tree, code_of, natural

FINDING_CONCEPTS = (concepts.COMPOSITE_FEATURE, concepts.SINGLE_IMAGE_FINDING)
FLATTENED_TYPES = frozenset({"SCOORD", "NUM", "TEXT", "UIDREF"})
STRENGTH = {
    RenderingIntent.REQUIRED: 0,
    RenderingIntent.OPTIONAL: 1,
    RenderingIntent.NOT_FOR_PRESENTATION: 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CadNode:
    """A finding item and its place.

    Attributes
    ----------
    properties : items that describe it, in document order.
    impression : items of the Individual Impression that it belongs to.
    intent : the weakest intent on its branch (PS3.4 O.2.2.1); None where none is stated.
    """

    item: SRItem
    properties: tuple[SRItem, ...]
    impression: tuple[SRItem, ...]
    intent: RenderingIntent | None
    parts: tuple[CadNode, ...]


def cad_nodes(tree: Tree) -> tuple[CadNode, ...]:
    """Top-level findings in document order, their parts below them."""
    places = {place.item.node: place for place in _places(tree, tree.document.root, _Branch())}
    parents = _parents(tree, places)
    parts: dict[str, list[str]] = {}
    for node, parent in parents.items():
        parts.setdefault(parent, []).append(node)

    def build(node: str) -> CadNode:
        place = places[node]
        return CadNode(
            item=place.item,
            properties=place.properties,
            impression=place.branch.impression,
            intent=place.intent,
            parts=tuple(build(part) for part in sorted(parts.get(node, ()), key=natural)),
        )

    return tuple(build(node) for node in sorted(places.keys() - parents.keys(), key=natural))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Branch:
    """What holds for everything below an item.

    Attributes
    ----------
    finding : node of the nearest finding above.
    """

    finding: str | None = None
    impression: tuple[SRItem, ...] = ()
    intent: RenderingIntent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A finding where it stands by value."""

    item: SRItem
    properties: tuple[SRItem, ...]
    branch: _Branch
    intent: RenderingIntent | None


def _places(tree: Tree, item: SRItem, above: _Branch) -> Iterator[_Place]:
    own = item.children if is_finding(item) else tuple(takewhile(lambda child: not is_finding(child), item.children))
    branch = _Branch(
        finding=item.node if is_finding(item) else above.finding,
        impression=item.children if item.concept == concepts.IMPRESSION else above.impression,
        intent=weakest(above.intent, _stated_intent(tree, own)),
    )
    for position, child in enumerate(item.children):
        if is_finding(child):
            loose = () if is_finding(item) else _loose_properties(item.children[position + 1 :], child)
            properties = (*(below for below in child.children if not is_finding(below)), *loose)
            intent = weakest(branch.intent, _stated_intent(tree, properties))
            yield _Place(item=child, properties=properties, branch=branch, intent=intent)
        yield from _places(tree, child, branch)


def is_finding(item: SRItem) -> bool:
    """Whether the item is a Single Image Finding or a Composite Feature."""
    return item.concept in FINDING_CONCEPTS and item.value_type == "CODE"


def weakest(above: RenderingIntent | None, own: RenderingIntent | None) -> RenderingIntent | None:
    """The intent that holds below: nothing is presented beyond the first item that is not to be (PS3.4 O.2.2.1)."""
    stated = [intent for intent in (above, own) if intent is not None]
    return max(stated, key=STRENGTH.__getitem__, default=None)


def _stated_intent(tree: Tree, items: Iterable[SRItem]) -> RenderingIntent | None:
    resolved = (tree.resolved(item) for item in items)
    stated = code_of((item for item in resolved if item is not None), concepts.RENDERING_INTENT)
    return concepts.INTENT.get(stated) if stated is not None else None


def _loose_properties(following: tuple[SRItem, ...], finding: SRItem) -> tuple[SRItem, ...]:
    """Properties that a flattening writer put after the finding instead of below it, up to the next finding."""
    own = {child.concept for child in finding.children}
    loose: list[SRItem] = []
    for sibling in following:
        if is_finding(sibling) or sibling.value_type == "CONTAINER":
            break
        image = sibling.target is not None or sibling.value_type == "IMAGE"
        describing = sibling.value_type in FLATTENED_TYPES or sibling.concept == concepts.RENDERING_INTENT
        if image or (describing and sibling.concept not in own):
            loose.append(sibling)
    return tuple(loose)


def _parents(tree: Tree, places: dict[str, _Place]) -> dict[str, str]:
    """Who is part of whom: by value, else by reference from a composite feature that is itself presented."""
    parents = {node: place.branch.finding for node, place in places.items() if place.branch.finding is not None}
    for node, place in sorted(places.items(), key=lambda entry: natural(entry[0])):
        if place.intent is RenderingIntent.NOT_FOR_PRESENTATION:
            continue
        for child in place.item.children:
            part = tree.resolved(child) if child.target is not None else None
            if part is None or part.node not in places or part.node in parents:
                continue
            if part.node not in _line(parents, node):
                parents[part.node] = node
    return parents


def _line(parents: dict[str, str], node: str) -> list[str]:
    """The finding and those that it is part of: what must not become its own part."""
    line = [node]
    while line[-1] in parents:
        line.append(parents[line[-1]])
    return line
