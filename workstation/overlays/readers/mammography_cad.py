"""Reader of Mammography CAD SR: the TID 4000 family, rendering intent obeyed (PS3.16 TID 4000; PS3.4 O.2.2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from workstation.dicom.projection import VIEWS
from workstation.dicom.sr_document import SRDocument, SRHeader, SRItem
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID, TrackingUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import (
    AIResult,
    Author,
    Defect,
    Finding,
    Score,
    Service,
    Texts,
)
from workstation.model.study import Laterality
from workstation.overlays import concepts
from workstation.overlays.defects import defect
from workstation.overlays.hooks import MarkStyle, Recognition
from workstation.overlays.readers.cad_runs import RunReport, algorithm_for, run_report
from workstation.overlays.readers.cad_tree import CadNode, cad_nodes, is_finding
from workstation.overlays.readers.density import densities, states_density
from workstation.overlays.readers.tree import (
    UNSTATED_KIND,
    Tree,
    algorithm_of,
    all_of,
    code_of,
    first_of,
    fraction,
    marks_from,
    measurements_from,
    problem_of,
    referenced_images,
    score_from,
    service_of,
    side_of,
    text_of,
    warning_of,
)
from workstation.overlays.style import default_style

SOP_CLASS = "1.2.840.10008.5.1.4.1.1.88.50"
NOT_MEASUREMENTS = (
    concepts.PROBABILITY_OF_CANCER,
    concepts.CERTAINTY_OF_FINDING,
    concepts.CERTAINTY_OF_FEATURE,
    concepts.CERTAINTY_OF_IMPRESSION,
    concepts.OPERATING_POINT,
)


class MammographyCadReader:
    """Mammography CAD SR of any vendor."""

    name = "mammography-cad"

    def recognises(self, header: SRHeader) -> Recognition:
        """0.6 for the SOP class, 0.5 for the title or the template in another class."""
        if header.sop_class_uid == SOP_CLASS:
            return Recognition(confidence=0.6, reason="the SOP class is Mammography CAD SR")
        if header.title == concepts.MAMMOGRAPHY_CAD_REPORT or header.template_id == "4000":
            return Recognition(confidence=0.5, reason="the document title or template is Mammography CAD Report")
        return Recognition(confidence=0.0, reason="not a Mammography CAD report")

    def read(self, document: SRDocument) -> AIResult:
        """Read the whole report; triage only as it states it (R7)."""
        tree = Tree(document)
        header = document.header
        service = service_of(header)
        runs = run_report(tree, service.vendor)
        stated_density, density_problems = densities(tree)
        findings = tuple(_finding(tree, node, runs, service) for node in cad_nodes(tree) if not _is_composition(node))
        return AIResult(
            sr_uid=header.sop_uid,
            study_uid=header.study_uid,
            patient=header.patient,
            author=Author.DEVICE,
            reader=self.name,
            service=service,
            digest=document.digest,
            created_at=header.content_at,
            run_status=runs.status,
            runs=runs.runs,
            triage=runs.triage(finding_count=len(findings), damaged=bool(document.problems)),
            probability=_study_probability(tree),
            warning=warning_of(document),
            complete=header.completion == "COMPLETE",
            density=stated_density,
            texts=_texts(tree),
            findings=findings,
            referenced_images=referenced_images(document),
            defects=(*runs.defects(findings), *_unstated_run(runs)),
            problems=(*document.problems, *density_problems),
        )

    def style(self, finding: Finding) -> MarkStyle:
        """The habit of mammography CAD."""
        return default_style(finding)


def _finding(tree: Tree, node: CadNode, runs: RunReport, service: Service) -> Finding:
    finding_id = tree.finding_id(node.item)
    kind = node.item.code or UNSTATED_KIND
    parts = tuple(_finding(tree, part, runs, service) for part in node.parts)
    properties = _resolved(tree, node.properties)
    marks, images, problems = _marks(tree, properties, finding_id)
    probability, score, number_problems = _numbers(properties, finding_id)
    measured = [item for item in properties if item.value_type == "NUM" and item.concept not in NOT_MEASUREMENTS]
    measurements, unit_problems = measurements_from(measured, finding_id)
    tracking_uid = text_of(properties, concepts.TRACKING_UID) or node.item.observation_uid
    algorithm = algorithm_of(properties, service.vendor)
    unstated = [problem_of(finding_id, ProblemKind.UNREADABLE, "The kind of this finding cannot be read.")]
    return Finding(
        finding_id=finding_id,
        node=node.item.node,
        kind=kind,
        tracking_uid=TrackingUID(tracking_uid) if tracking_uid else None,
        tracking_identifier=text_of(properties, concepts.TRACKING_IDENTIFIER),
        modifier=code_of(properties, *concepts.MODIFIERS),
        laterality=side_of(properties) or _one_side([_library_side(image) for image in images] or _sides(parts)),
        view=_views([_library_view(image) for image in images] or [part.view for part in parts]),
        probability=probability,
        score=score,
        assessment=code_of((*properties, *node.impression), concepts.ASSESSMENT),
        rendering_intent=node.intent,
        operating_point=_operating_point(properties),
        service=algorithm if algorithm.name else _fallback(algorithm_for(runs.runs, kind), service),
        site=code_of(properties, concepts.FINDING_SITE),
        marks=marks,
        measurements=tuple(measurements),
        parts=parts,
        from_prior_report=first_of(properties, concepts.ORIGINAL_SOURCE) is not None,
        problems=(*problems, *number_problems, *unit_problems, *(unstated if kind is UNSTATED_KIND else ())),
    )


def _is_composition(node: CadNode) -> bool:
    """Whether it is a breast's composition, understood as density: it points at nothing and needs no verdict."""
    composition = node.item.code in (concepts.BREAST_COMPOSITION, concepts.BREAST_COMPOSITION_DCM)
    return composition and any(states_density(item) for item in node.item.walk())


def _fallback(algorithm: Service, service: Service) -> Service:
    return algorithm if algorithm.name else service


def _resolved(tree: Tree, properties: Iterable[SRItem]) -> list[SRItem]:
    """Properties by value, and those by reference that are no findings themselves."""
    found = (tree.resolved(item) for item in properties)
    return [item for item in found if item is not None and not is_finding(item)]


def _marks(
    tree: Tree, properties: list[SRItem], finding_id: FindingID
) -> tuple[tuple[Mark, ...], list[SRItem], list[Problem]]:
    """Center and outline (TID 4021), the images they lie on, and why some cannot be drawn."""
    marks: list[Mark] = []
    images: list[SRItem] = []
    problems: list[Problem] = []
    for item in properties:
        if item.value_type != "SCOORD":
            continue
        image = tree.image_of(item, properties)
        drawn = marks_from(item, image.reference if image is not None else None)
        if isinstance(drawn, str):
            problems.append(problem_of(finding_id, ProblemKind.NOT_DRAWABLE, f"A mark cannot be drawn: {drawn}."))
            continue
        marks.extend(drawn)
        if image is not None and image not in images:
            images.append(image)
    return tuple(marks), images, problems


def _numbers(properties: list[SRItem], finding_id: FindingID) -> tuple[float | None, Score | None, list[Problem]]:
    """The probability where it is stated as one with a unit; every other number keeps its own name and unit."""
    certainty = first_of(properties, concepts.CERTAINTY_OF_FINDING, concepts.CERTAINTY_OF_FEATURE)
    score = score_from(certainty) if certainty is not None else None
    stated = first_of(properties, concepts.PROBABILITY_OF_CANCER)
    if stated is None or stated.number is None:
        return None, score, []
    probability = fraction(stated)
    if probability is not None:
        return probability, score, []
    unit = stated.unit.value if stated.unit else "no unit"
    what = f"The probability of cancer is given as {stated.text} ({unit}), which is no probability."
    return None, score or score_from(stated), [problem_of(finding_id, ProblemKind.UNREADABLE, what)]


def _operating_point(properties: list[SRItem]) -> float | None:
    """CAD Operating Point (111071): below the rendering intent, or beside it."""
    intent = first_of(properties, concepts.RENDERING_INTENT)
    stated = first_of((*(intent.children if intent else ()), *properties), concepts.OPERATING_POINT)
    return stated.number if stated is not None else None


def _library_side(image: SRItem) -> Laterality | None:
    side = code_of(image.children, concepts.IMAGE_LATERALITY)
    return concepts.SIDE.get(side) if side is not None else None


def _library_view(image: SRItem) -> str | None:
    view = code_of(image.children, concepts.IMAGE_VIEW)
    if view is None:
        return None
    return VIEWS.get(view.value, view.meaning) if view.scheme == "SCT" else view.meaning


def _sides(parts: tuple[Finding, ...]) -> list[Laterality | None]:
    return [part.laterality for part in parts]


def _one_side(sides: list[Laterality | None]) -> Laterality | None:
    stated = set(sides)
    return stated.pop() if len(stated) == 1 else None


def _views(views: list[str | None]) -> str | None:
    names = [name for view in views if view for name in view.split("+")]
    return "+".join(dict.fromkeys(names)) or None


def _study_probability(tree: Tree) -> float | None:
    """Probability of cancer (111047) stated of the whole study: right below the summary."""
    summary = first_of(tree.document.root.walk(), concepts.SUMMARY)
    stated = first_of(tree.children(summary), concepts.PROBABILITY_OF_CANCER) if summary is not None else None
    return fraction(stated) if stated is not None else None


def _texts(tree: Tree) -> Texts:
    """Impressions: the overall one is the conclusion, the individual ones describe (TID 4001, 4003)."""
    items = list(tree.document.root.walk())
    individual = [
        item.text
        for impression in all_of(items, concepts.IMPRESSION)
        for item in all_of(impression.children, concepts.IMPRESSION_TEXT)
        if item.text
    ]
    summary = first_of(items, concepts.SUMMARY)
    overall = all_of(summary.children, concepts.IMPRESSION_TEXT) if summary is not None else []
    return Texts(
        description="\n".join(individual) or None,
        conclusion="\n".join(item.text for item in overall if item.text) or None,
    )


def _unstated_run(runs: RunReport) -> tuple[Defect, ...]:
    return (defect("no-run-status"),) if runs.summary is None else ()
