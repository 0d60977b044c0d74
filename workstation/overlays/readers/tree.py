"""What every reader needs of a content tree: look-up by concept, references resolved, geometry and numbers checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workstation.dicom.sr_document import ObserverType, SRDocument, SRGraphic, SRHeader, SRItem, SRReference
from workstation.model.codes import Code
from workstation.model.geometry import MINIMUM_POINTS, Mark, MarkRole, PatientRegion, Shape
from workstation.model.identity import FindingID, SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import Measurement, Score, Service
from workstation.model.study import Laterality
from workstation.overlays import concepts

MAX_HOPS = 8
MOST_POINTS = 20_000
"""Of one mark. A detector's outline has hundreds; a longer one only stalls what draws and measures it (R6)."""
EXACT_POINTS = {Shape.POINT: 1, Shape.CIRCLE: 2, Shape.ELLIPSE: 4}
ROLES = {concepts.CENTER: MarkRole.CENTER, concepts.OUTLINE: MarkRole.OUTLINE}
UNSTATED_KIND = Code(value="", scheme="", meaning="not stated")
"""Kind of a finding whose code is missing or damaged: the finding is listed all the same (S10)."""


class Tree:
    """A document with its references resolved."""

    def __init__(self, document: SRDocument) -> None:
        self.document = document
        self._index = document.index()

    def finding_id(self, item: SRItem) -> FindingID:
        """The finding's id: SOP Instance UID of the report and path of the content item."""
        return FindingID(f"{self.document.header.sop_uid}#{item.node}")

    def resolved(self, item: SRItem) -> SRItem | None:
        """The item that an item by reference points to, the item itself when it is by value, None when it dangles."""
        for _ in range(MAX_HOPS):
            if item.target is None:
                return item
            following = self._index.get(item.target)
            if following is None:
                return None
            item = following
        return None

    def children(self, item: SRItem) -> list[SRItem]:
        """The children, those by reference replaced by what they refer to; dangling references left out."""
        return [found for child in item.children if (found := self.resolved(child)) is not None]

    def image_of(self, item: SRItem, siblings: Sequence[SRItem] = ()) -> SRItem | None:
        """The IMAGE that coordinates were selected from: below them, or (some writers) the sibling that follows."""
        below = next((child for child in self.children(item) if child.value_type == "IMAGE"), None)
        if below is not None:
            return below
        following = siblings[siblings.index(item) + 1 :] if item in siblings else ()
        neighbour = self.resolved(following[0]) if following else None
        return neighbour if neighbour is not None and neighbour.value_type == "IMAGE" else None


def problem_of(finding_id: FindingID, kind: ProblemKind, what: str) -> Problem:
    """A problem of one finding."""
    return Problem(kind=kind, where=finding_id, message=f"{what} Look at the original report.")


def all_of(items: Iterable[SRItem], *wanted: Code) -> list[SRItem]:
    """Items whose concept name is one of `wanted`."""
    return [item for item in items if item.concept in wanted]


def first_of(items: Iterable[SRItem], *wanted: Code) -> SRItem | None:
    """The first item whose concept name is one of `wanted`."""
    return next((item for item in items if item.concept in wanted), None)


def text_of(items: Iterable[SRItem], *wanted: Code) -> str | None:
    """The text of the first such item that has one."""
    return next((item.text for item in items if item.concept in wanted and item.text), None)


def code_of(items: Iterable[SRItem], *wanted: Code) -> Code | None:
    """The code of the first such item that has one."""
    return next((item.code for item in items if item.concept in wanted and item.code), None)


def side_of(items: Iterable[SRItem]) -> Laterality | None:
    """The side that items state by a laterality modifier, on their own or below a finding site."""
    listed = list(items)
    sites = all_of(listed, concepts.FINDING_SITE)
    stated = code_of([*listed, *(child for site in sites for child in site.children)], concepts.LATERALITY)
    if stated is not None:
        return concepts.SIDE.get(stated)
    return next((concepts.SIDE[site.code] for site in sites if site.code in concepts.SIDE), None)


def natural(node: str) -> tuple[int, ...]:
    """Sort key of a node, so that 1.2.10 comes after 1.2.9."""
    return tuple(int(step) for step in node.split("."))


def fraction(item: SRItem) -> float | None:
    """A NUM with unit % (0-100) or 1 (0-1) as 0-1; None with any other unit or outside that range (R5)."""
    if item.number is None or item.unit is None:
        return None
    scale = {"%": 100.0, "1": 1.0}.get(item.unit.value)
    if scale is None or not 0 <= item.number <= scale:
        return None
    return item.number / scale


def score_from(item: SRItem) -> Score | None:
    """A NUM under its own name and unit."""
    if item.number is None or item.concept is None:
        return None
    return Score(name=item.concept.meaning, value=item.number, unit=item.unit.value if item.unit else "")


def measurements_from(items: Iterable[SRItem], finding_id: FindingID) -> tuple[list[Measurement], list[Problem]]:
    """Numbers with concept and unit as stated; one without a unit or value is listed as a problem (R5)."""
    measurements, problems = [], []
    for item in items:
        if item.number is None or item.concept is None:
            continue
        unit = item.unit.value if item.unit else ""
        measurements.append(Measurement(name=item.concept, value=item.number, unit=unit))
        if not unit:
            what = f"{item.concept.meaning} is given as {item.text} without a unit."
            problems.append(problem_of(finding_id, ProblemKind.UNREADABLE, what))
    return measurements, problems


def marks_from(item: SRItem, reference: SRReference | None) -> tuple[Mark, ...] | str:
    """The marks of a SCOORD, one per referenced frame; or why it cannot be drawn (R6)."""
    if item.graphic is None:
        return "it has no coordinates"
    if reference is None:
        return "it does not say on which image it lies"
    geometry = _geometry(item.graphic, dimensions=2)
    if isinstance(geometry, str):
        return geometry
    shape, points = geometry
    role = ROLES.get(item.concept, MarkRole.REGION) if item.concept else MarkRole.REGION
    return tuple(
        Mark(sop_uid=reference.sop_uid, shape=shape, points=tuple((p[0], p[1]) for p in points), frame=frame, role=role)
        for frame in (reference.frames or (None,))
    )


def region_from(item: SRItem) -> PatientRegion | str:
    """The region of a SCOORD3D; or why it can be placed on no image (R6)."""
    if item.graphic is None or item.graphic.frame_of_reference_uid is None:
        return "it names no frame of reference"
    geometry = _geometry(item.graphic, dimensions=3)
    if isinstance(geometry, str):
        return geometry
    shape, points = geometry
    return PatientRegion(
        frame_of_reference_uid=item.graphic.frame_of_reference_uid,
        shape=shape,
        points=tuple((p[0], p[1], p[2]) for p in points),
        role=ROLES.get(item.concept, MarkRole.REGION) if item.concept else MarkRole.REGION,
    )


def _geometry(graphic: SRGraphic, *, dimensions: int) -> tuple[Shape, list[tuple[float, ...]]] | str:
    name = graphic.graphic_type.lower()
    if name not in set(Shape):
        return f"a shape {graphic.graphic_type or 'without a name'} cannot be drawn"
    shape = Shape(name)
    numbers = [value for value in graphic.data if value is not None]
    if len(numbers) != len(graphic.data):
        return "a coordinate is not a number"
    if len(numbers) % dimensions:
        return f"{len(numbers)} numbers are no whole points"
    points = [tuple(numbers[start : start + dimensions]) for start in range(0, len(numbers), dimensions)]
    if len(points) > MOST_POINTS:
        return f"it has {len(points)} points; more than {MOST_POINTS} are not drawn"
    if len(points) < MINIMUM_POINTS[shape]:
        return f"a {name} needs {MINIMUM_POINTS[shape]} points and has {len(points)}"
    if len(points) > EXACT_POINTS.get(shape, len(points)):
        return f"a {name} has {EXACT_POINTS[shape]} points and not {len(points)}"
    return shape, points


def algorithm_of(items: Sequence[SRItem], vendor: str | None) -> Service:
    """Algorithm Identification (TID 4019); the vendor is the equipment's unless the algorithm names its own."""
    name = text_of(items, concepts.ALGORITHM_NAME)
    if name is None:
        return Service()
    return Service(
        name=name,
        vendor=text_of(items, concepts.ALGORITHM_MANUFACTURER) or vendor,
        version=text_of(items, concepts.ALGORITHM_VERSION),
    )


def service_of(header: SRHeader) -> Service:
    """The service as the device observer, then the equipment module, name it."""
    device = next((observer for observer in header.observers if observer.type is ObserverType.DEVICE), None)
    return Service(
        name=(device.name or device.model if device else None) or header.model,
        vendor=(device.manufacturer if device else None) or header.manufacturer,
        version=", ".join(part for part in header.software_versions if part) or None,
    )


def warning_of(document: SRDocument) -> str | None:
    """The mandatory warning in the report's own words: in a text, the title or the series description (S3)."""
    texts = [item.text for item in document.root.walk() if item.value_type == "TEXT" and item.text]
    title = document.header.title.meaning if document.header.title else ""
    stated = (*texts, title, document.header.series_description)
    sentences = (sentence.strip() for text in stated for sentence in re.split(r"(?<=[.!?])\s+|\n", text))
    return next((sentence for sentence in sentences if is_warning(sentence)), None)


def is_warning(text: str) -> bool:
    """Whether the text says one of the mandatory warnings, whatever its case and spacing."""
    plain = re.sub(r"\s+", " ", text).casefold()
    return any(wording in plain for wording in concepts.WARNINGS)


def referenced_images(document: SRDocument) -> tuple[SOPInstanceUID, ...]:
    """Images of this study that the tree points to; those that the evidence lists, when the tree points to none.

    Images that the evidence puts into another study (priors) are not among them.
    """
    header = document.header
    elsewhere = {ref.sop_uid for ref in header.evidence if ref.study_uid not in (None, header.study_uid)}
    in_tree = [
        item.reference.sop_uid
        for item in document.root.walk()
        if item.value_type == "IMAGE" and item.reference is not None and not item.reference.segments
    ]
    listed = in_tree or [ref.sop_uid for ref in header.evidence]
    return tuple(dict.fromkeys(uid for uid in listed if uid not in elsewhere))
