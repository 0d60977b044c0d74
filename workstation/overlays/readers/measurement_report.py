"""Reader of measurement reports: TID 1500 with groups 1410, 1411 and 1501 (PS3.16 TID 1500)."""

from __future__ import annotations

from dataclasses import replace

from workstation.dicom.sr_document import ObserverType, SRDocument, SRHeader, SRItem
from workstation.model.geometry import Mark, PatientRegion
from workstation.model.identity import FindingID, TrackingUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult, Author, Finding, Score, Service, Texts
from workstation.overlays import concepts
from workstation.overlays.hooks import MarkStyle, Recognition
from workstation.overlays.readers.cad_runs import run_report
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
    region_from,
    score_from,
    service_of,
    side_of,
    text_of,
    warning_of,
)
from workstation.overlays.style import default_style

SCORE_WORDS = ("score", "probab", "confidence", "certainty", "вероятн", "уверенн")
"""Words in a concept's meaning that make a number a score rather than a measurement."""
SEGMENTATIONS = (concepts.REFERENCED_SEGMENT, concepts.REFERENCED_SEGMENTATION_FRAME, concepts.REGION_IN_SPACE)
STATEMENTS = (concepts.SUMMARY, concepts.BREAST_COMPOSITION, concepts.BREAST_COMPOSITION_DCM)
"""Kinds that a group about the study or a breast may name: such a group is no finding."""


class MeasurementReportReader:
    """Imaging Measurement Report (TID 1500) of a device or of a person."""

    name = "measurement-report"

    def recognises(self, header: SRHeader) -> Recognition:
        """0.6 for the template, 0.5 for the title without it."""
        if header.template_id == "1500":
            return Recognition(confidence=0.6, reason="the template is 1500, Imaging Measurement Report")
        if header.title == concepts.MEASUREMENT_REPORT:
            return Recognition(confidence=0.5, reason="the document title is Imaging Measurement Report")
        return Recognition(confidence=0.0, reason="not an Imaging Measurement Report")

    def read(self, document: SRDocument) -> AIResult:
        """Read the whole report; normal or pathology only by an explicit study-level statement (R7)."""
        tree = Tree(document)
        header = document.header
        service = service_of(header)
        runs = run_report(tree, service.vendor)
        findings = _findings(tree, service)
        stated_density, density_problems = densities(tree)
        return AIResult(
            sr_uid=header.sop_uid,
            study_uid=header.study_uid,
            patient=header.patient,
            author=_author(header, findings, service),
            reader=self.name,
            service=_named(service, findings),
            digest=document.digest,
            created_at=header.content_at,
            run_status=runs.status,
            runs=runs.runs,
            triage=runs.triage(finding_count=len(findings), damaged=bool(document.problems), parts_required=False),
            probability=_study_probability(tree),
            warning=warning_of(document),
            complete=header.completion == "COMPLETE",
            density=stated_density,
            texts=_texts(tree),
            findings=findings,
            referenced_images=referenced_images(document),
            defects=runs.defects(findings),
            problems=(*document.problems, *density_problems),
        )

    def style(self, finding: Finding) -> MarkStyle:
        """The same habit as for CAD reports."""
        return default_style(finding)


def _author(header: SRHeader, findings: tuple[Finding, ...], service: Service) -> Author:
    """A person among the observers makes it a person's report; an algorithm's name without one, a device's."""
    types = {observer.type for observer in header.observers}
    if ObserverType.PERSON in types:
        return Author.PERSON
    by_algorithm = any(finding.service.name not in (None, service.name) for finding in findings)
    return Author.DEVICE if ObserverType.DEVICE in types or by_algorithm else Author.UNKNOWN


def _named(service: Service, findings: tuple[Finding, ...]) -> Service:
    """The service; where the header does not name it, the one algorithm that all findings name."""
    algorithms = {finding.service for finding in findings if finding.service.name}
    if service.name is not None or len(algorithms) != 1:
        return service
    return algorithms.pop()


def _groups(tree: Tree) -> list[SRItem]:
    """Measurement groups (TID 1410, 1411, 1501)."""
    groups = all_of(tree.document.root.walk(), concepts.MEASUREMENT_GROUP)
    return [group for group in groups if group.value_type == "CONTAINER"]


def _is_statement(tree: Tree, group: SRItem) -> bool:
    """Whether the group is about the study or a breast and points at nothing: run status, density."""
    items = tree.children(group)
    kind = code_of(items, concepts.FINDING)
    pointed_at = any(item.value_type in ("SCOORD", "SCOORD3D") for item in items) or first_of(items, *SEGMENTATIONS)
    understood = first_of(items, concepts.SUMMARY) is not None or any(states_density(item) for item in items)
    return understood and not pointed_at and kind in (None, *STATEMENTS)


def _findings(tree: Tree, service: Service) -> tuple[Finding, ...]:
    """One finding per group; a later group of the same thing on other images is a part of the first one."""
    findings: list[Finding] = []
    for group in _groups(tree):
        if _is_statement(tree, group):
            continue
        finding = _finding(tree, group, service)
        place = next((number for number, first in enumerate(findings) if _same_thing(first, finding)), None)
        if place is None:
            findings.append(finding)
        else:
            findings[place] = replace(findings[place], parts=(*findings[place].parts, finding))
    return tuple(findings)


def _same_thing(first: Finding, later: Finding) -> bool:
    """Same tracking UID, kind and side, seen on other images.

    Some writers give one tracking UID to all that they find; regions on one image are never joined, so that each gets
    its own verdict.
    """
    if later.tracking_uid is None or later.kind is UNSTATED_KIND:
        return False
    alike = (later.tracking_uid, later.kind, later.laterality) == (first.tracking_uid, first.kind, first.laterality)
    seen_on = {mark.sop_uid for finding in first.walk() for mark in finding.marks}
    return alike and bool(later.marks) and seen_on.isdisjoint(mark.sop_uid for mark in later.marks)


def _finding(tree: Tree, group: SRItem, service: Service) -> Finding:
    finding_id = tree.finding_id(group)
    items = tree.children(group)
    numbers = [item for item in items if item.value_type == "NUM"]
    scores = [item for item in numbers if _is_score(item)]
    marks, regions, problems = _geometry(tree, items, finding_id)
    probability, score, score_problems = _scores(scores, finding_id)
    named = [_with_derivation(item) for item in numbers if item not in scores]
    measurements, unit_problems = measurements_from(named, finding_id)
    tracking_uid = text_of(items, concepts.TRACKING_UID) or group.observation_uid
    algorithm = algorithm_of(items, service.vendor)
    return Finding(
        finding_id=finding_id,
        node=group.node,
        kind=code_of(items, concepts.FINDING) or UNSTATED_KIND,
        tracking_uid=TrackingUID(tracking_uid) if tracking_uid else None,
        tracking_identifier=text_of(items, concepts.TRACKING_IDENTIFIER),
        laterality=side_of(items),
        probability=probability,
        score=score,
        assessment=code_of(items, concepts.ASSESSMENT),
        service=algorithm if algorithm.name else service,
        site=code_of(items, concepts.FINDING_SITE),
        marks=marks,
        regions=regions,
        measurements=tuple(measurements),
        problems=(*problems, *_segmentations(items, finding_id), *score_problems, *unit_problems),
    )


def _is_score(item: SRItem) -> bool:
    if item.concept == concepts.PROBABILITY_OF_CANCER:
        return True
    meaning = item.concept.meaning.casefold() if item.concept else ""
    return any(word in meaning for word in SCORE_WORDS)


def _scores(items: list[SRItem], finding_id: FindingID) -> tuple[float | None, Score | None, list[Problem]]:
    """Probability of cancer with its unit as 0-1; the first other score under its own name and unit."""
    stated = first_of(items, concepts.PROBABILITY_OF_CANCER)
    probability = fraction(stated) if stated is not None else None
    others = [item for item in items if item is not stated or probability is None]
    score = next((found for item in others if (found := score_from(item)) is not None), None)
    if stated is None or probability is not None or stated.number is None:
        return probability, score, []
    unit = stated.unit.value if stated.unit else "no unit"
    what = f"The probability of cancer is given as {stated.text} ({unit}), which is no probability."
    return None, score, [problem_of(finding_id, ProblemKind.UNREADABLE, what)]


def _with_derivation(item: SRItem) -> SRItem:
    """The measurement with mean, minimum, ... in its name, for three numbers of one name mean nothing."""
    derivation = code_of(item.children, concepts.DERIVATION)
    if derivation is None or item.concept is None:
        return item
    return replace(item, concept=replace(item.concept, meaning=f"{item.concept.meaning} ({derivation.meaning})"))


def _geometry(
    tree: Tree, items: list[SRItem], finding_id: FindingID
) -> tuple[tuple[Mark, ...], tuple[PatientRegion, ...], list[Problem]]:
    """Regions of the group itself; where it has none, those that its measurements were inferred from."""
    own = [item for item in items if item.value_type in ("SCOORD", "SCOORD3D")]
    inferred = [child for item in items if item.value_type == "NUM" for child in tree.children(item)]
    chosen = own or [item for item in inferred if item.value_type in ("SCOORD", "SCOORD3D")]
    marks: list[Mark] = []
    regions: list[PatientRegion] = []
    problems: list[Problem] = []
    for item in chosen:
        if item.value_type == "SCOORD3D":
            region = region_from(item)
            reason = region if isinstance(region, str) else None
            regions.extend([] if isinstance(region, str) else [region])
        else:
            image = tree.image_of(item)
            drawn = marks_from(item, image.reference if image is not None else None)
            reason = drawn if isinstance(drawn, str) else None
            marks.extend([] if isinstance(drawn, str) else drawn)
        if reason is not None:
            problems.append(problem_of(finding_id, ProblemKind.NOT_DRAWABLE, f"A mark cannot be drawn: {reason}."))
    return tuple(marks), tuple(regions), problems


def _segmentations(items: list[SRItem], finding_id: FindingID) -> list[Problem]:
    what = "It is outlined by a segmentation object, which cannot be drawn yet."
    return [problem_of(finding_id, ProblemKind.NOT_DRAWABLE, what) for _ in all_of(items, *SEGMENTATIONS)]


def _study_probability(tree: Tree) -> float | None:
    """Probability of cancer (111047) stated in a group that is about the whole study."""
    statements = [group for group in _groups(tree) if _is_statement(tree, group)]
    stated = first_of((item for group in statements for item in group.children), concepts.PROBABILITY_OF_CANCER)
    return fraction(stated) if stated is not None else None


def _texts(tree: Tree) -> Texts:
    items = [item for item in tree.document.root.walk() if item.value_type == "TEXT"]
    return Texts(
        description=text_of(items, concepts.FINDINGS_HEADING, concepts.FINDING),
        conclusion=text_of(items, concepts.CONCLUSION, concepts.IMPRESSION_HEADING),
    )
