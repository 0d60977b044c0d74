"""Generic walker of structured reports: a file in, one plain frozen tree out (PS3.3 C.17.3).

Items by value and by reference, codes of old SNOMED schemes brought to SCT, private codes kept. Damage costs the item
that it sits in and is listed; only a file that is no report at all is refused.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from workstation.dicom import sr_values as values
from workstation.dicom.files import UnreadableError, digest_of_file, open_file
from workstation.dicom.sr_document import SRDocument, SRHeader, SRItem
from workstation.dicom.sr_header import read_header, root_template
from workstation.model.problem import Problem, ProblemKind

MAX_DEPTH = 64
MAX_ITEMS = 200_000
MAX_BYTES = 256 * 1024 * 1024


def read_sr(path: Path | str) -> SRDocument:
    """Read the structured report at `path`; to be called in a worker.

    Raises
    ------
    UnreadableError
        When the file cannot be read, is no DICOM or holds no content tree. Damage inside the tree does not raise: it
        is in `SRDocument.problems`, and so is what is missing at the end of a file that was cut short.
    """
    return _read(Path(path), MAX_DEPTH)


def read_sr_header(path: Path | str) -> SRHeader:
    """Read the report's header and no more of its tree than that needs; raises as `read_sr`."""
    return _read(Path(path), 2).header


def _read(file: Path, depth: int) -> SRDocument:
    with open_file(file) as opened:
        if opened.stream.seek(0, io.SEEK_END) > MAX_BYTES:
            raise UnreadableError(ProblemKind.TOO_LARGE, file, "The report is larger than 256 MB and was left out.")
        walk = _Walk(where=str(file), max_depth=depth)
        if opened.truncated is not None:
            walk.problems.append(_truncated(file, opened.truncated))
        try:
            root = walk.item(opened.dataset, "1", None, 1)
            header = read_header(opened.dataset, root, walk.complain_at("header"))
        except RecursionError as error:
            message = "The report is nested too deeply to be read."
            raise UnreadableError(ProblemKind.UNREADABLE, file, message) from error
    if root.value_type != "CONTAINER" and not root.children:
        message = "This is not a structured report: it has no content tree."
        raise UnreadableError(ProblemKind.UNSUPPORTED_OBJECT, file, message)
    walk.check_references(root)
    return SRDocument(header=header, root=root, digest=digest_of_file(file), problems=tuple(walk.problems))


def _truncated(file: Path, missing: str) -> Problem:
    message = f"The report is incomplete: it lacks {missing}. Ask for it again."
    return Problem(kind=ProblemKind.TRUNCATED, where=str(file), message=message)


@dataclass(slots=True)
class _Walk:
    """One pass over a content tree; collects the problems on its way."""

    where: str
    max_depth: int
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def complain_at(self, node: str) -> values.Complain:
        def complain(what: str) -> None:
            message = f"Content item {node}: {what}. What it said is missing here; look at the original report."
            problem = Problem(kind=ProblemKind.UNREADABLE, where=self.where, message=message)
            if problem not in self.problems[-3:]:
                self.problems.append(problem)

        return complain

    def item(self, dataset: Dataset, node: str, relationship: str | None, depth: int) -> SRItem:
        complain = self.complain_at(node)
        self.count += 1
        target = values.integers(dataset, "ReferencedContentItemIdentifier", complain)
        if target:
            return SRItem(node=node, relationship=relationship, target=".".join(str(step) for step in target))
        value_type = values.string(dataset, "ValueType", complain) or ""
        if not value_type:
            complain("it has no value type")
        return SRItem(
            node=node,
            value_type=value_type,
            relationship=relationship,
            concept=values.code(dataset, "ConceptNameCodeSequence", complain),
            template_id=root_template(dataset, complain),
            observation_uid=values.string(dataset, "ObservationUID", complain),
            children=self.children(dataset, node, depth),
            **_value(dataset, value_type, complain),
        )

    def children(self, dataset: Dataset, node: str, depth: int) -> tuple[SRItem, ...]:
        complain = self.complain_at(node)
        below = values.items(dataset, "ContentSequence", complain)
        if below and (depth >= self.max_depth or self.count + len(below) > MAX_ITEMS):
            complain(f"its {len(below)} items are beyond what is read ({self.max_depth} levels, {MAX_ITEMS} items)")
            return ()
        return tuple(
            self.item(child, f"{node}.{number}", values.string(child, "RelationshipType", complain), depth + 1)
            for number, child in enumerate(below, start=1)
        )

    def check_references(self, root: SRItem) -> None:
        nodes = {item.node for item in root.walk()}
        for item in root.walk():
            if item.target is not None and item.target not in nodes:
                self.complain_at(item.node)(f"it refers to item {item.target}, which is not there")


def _value(dataset: Dataset, value_type: str, complain: values.Complain) -> dict[str, Any]:
    """The item's value as the keyword arguments of `SRItem`."""
    if value_type == "CODE":
        coded = values.code(dataset, "ConceptCodeSequence", complain)
        if coded is None:
            complain("its code is missing")
        return {"code": coded}
    if value_type == "NUM":
        written, number, unit = values.measured(dataset, complain)
        return {"text": written, "number": number, "unit": unit}
    if value_type in values.TEXT_KEYWORDS:
        return {"text": values.string(dataset, values.TEXT_KEYWORDS[value_type], complain)}
    if value_type in values.REFERENCE_TYPES:
        referred = values.reference(dataset, complain)
        if referred is None:
            complain("the object it refers to is not named")
        return {"reference": referred}
    if value_type in ("SCOORD", "SCOORD3D"):
        return {"graphic": values.graphic(dataset, complain)}
    return {}
